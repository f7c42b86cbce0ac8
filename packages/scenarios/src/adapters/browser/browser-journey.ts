import type { PageFace } from '@gameday/reporter/journal';
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { journeyStepDoes } from '../../core/planning/describe-watch.ts';
import type { JourneyStep } from '../../core/planned-watch.ts';
import type { BrowserLook, BrowserTask } from './browser-look.ts';

/** Pictures that arrive after the last step get so long. */
const SETTLE_MS_MAX = 2_000;
const TEXT_CHARS_MAX = 200;
/** What is left of the patience must do for looking at the page. */
const LOOK_MS_MIN = 500;

/** Notes the Largest Contentful Paint, which the browser tells only those who listen. */
const WATCH_LCP = `new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.__gamedayLcp = entry.startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });`;

/** A lazy picture below the fold has no need to be there yet. */
const IMAGES_SETTLED = `[...document.images].every((image) => image.complete || image.loading === 'lazy')`;

const FACTS = `({
  lcpMs: window.__gamedayLcp ?? null,
  brokenImages: [...document.images].filter((image) => image.currentSrc !== '' &&
    (image.complete ? image.naturalWidth === 0 : image.loading !== 'lazy')).length,
  text: (document.body?.innerText ?? '').trim().slice(0, 2000),
  pictures: document.querySelectorAll('img, svg, canvas, video').length,
  ours: location.protocol.startsWith('http'),
})`;
const factsSchema = z.object({
  lcpMs: z.number().nullable(),
  brokenImages: z.number(),
  text: z.string(),
  pictures: z.number(),
  ours: z.boolean(),
});
type Facts = z.infer<typeof factsSchema>;

/** Words by which a page admits that something is wrong. English: other pages name their notice in chaos.yaml. */
const ADMITS =
  /\b(sorry|try again|unavailable|temporar|problem|trouble|error|went wrong|cannot|can't|could not|couldn't|fail|maintenance|offline|outage|down)\w*/i;

/** One user on one journey, for no longer than their patience. Rejects only where the browser itself fails. */
export async function travel(
  context: BrowserContext,
  { probe, url, folder }: BrowserTask,
  screenshot: string,
): Promise<BrowserLook> {
  const began = performance.now();
  const left = (): number => Math.max(1, probe.withinMs - (performance.now() - began));
  const page = await context.newPage();
  try {
    const seen = countErrors(page);
    await page.addInitScript(WATCH_LCP);
    const problem = await walk(page, probe.steps, url, left);
    const usableMs = problem === null ? Math.round(performance.now() - began) : null;
    if (problem === null) await settle(page, left());
    else await stopLoading(page);
    const facts = await factsOf(page);
    const notice = await noticeOf(page, probe.notice);
    const pictured = await takePicture(page, `${folder}/${screenshot}`);
    const face = faceOf(problem === null, facts, notice);
    return {
      tookMs: Math.round(performance.now() - began),
      usable: problem === null,
      message: messageOf(problem, face, notice ?? facts.text),
      showed: face,
      screenshot: pictured ? screenshot : null,
      brokenImages: facts.brokenImages,
      consoleErrors: seen.console,
      failedRequests: seen.requests,
      lcpMs: facts.lcpMs === null ? null : Math.round(facts.lcpMs),
      usableMs,
    };
  } finally {
    await page.close({ runBeforeUnload: false }).catch(() => {});
  }
}

async function settle(page: Page, leftMs: number): Promise<void> {
  const timeout = Math.max(LOOK_MS_MIN, Math.min(SETTLE_MS_MAX, leftMs));
  await page.waitForFunction(IMAGES_SETTLED, undefined, { timeout }).catch(() => {});
}

/** The user has given up: what comes later is not what they saw. */
async function stopLoading(page: Page): Promise<void> {
  await Promise.race([page.evaluate('window.stop()').catch(() => {}), later(LOOK_MS_MIN, undefined)]);
}

function countErrors(page: Page): { console: number; requests: number } {
  const seen = { console: 0, requests: 0 };
  page.on('console', (line) => {
    if (line.type() === 'error') seen.console += 1;
  });
  page.on('pageerror', () => {
    seen.console += 1;
  });
  page.on('requestfailed', () => {
    seen.requests += 1;
  });
  page.on('response', (response) => {
    if (response.status() >= 400) seen.requests += 1;
  });
  return seen;
}

/** @returns what could not be done, or null */
async function walk(
  page: Page,
  steps: readonly JourneyStep[],
  url: string,
  left: () => number,
): Promise<string | null> {
  for (const step of steps) {
    const error = await take(page, step, url, left()).then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
    if (error === null) continue;
    if (page.isClosed()) throw error;
    const why = /Timeout|exceeded/.test(error.message) ? 'in time' : `(${firstLine(error.message)})`;
    return `could not ${journeyStepDoes(step)} ${why}`;
  }
  return null;
}

async function take(page: Page, step: JourneyStep, url: string, timeout: number): Promise<void> {
  switch (step.do) {
    case 'open': {
      const answer = await page.goto(new URL(step.path, url).href, { timeout, waitUntil: 'domcontentloaded' });
      if (answer !== null && answer.status() >= 400) throw new Error(`status ${answer.status()}`);
      return;
    }
    case 'click':
      return page.locator(step.selector).first().click({ timeout });
    case 'type':
      return page.locator(step.selector).first().fill(step.text, { timeout });
    case 'expect':
      return page
        .locator(step.selector)
        .nth(step.atLeast - 1)
        .waitFor({ state: 'visible', timeout });
    default:
      return step satisfies never;
  }
}

async function factsOf(page: Page): Promise<Facts> {
  const nothing = { lcpMs: null, brokenImages: 0, text: '', pictures: 0, ours: false };
  const told: unknown = await Promise.race([page.evaluate(FACTS).catch(() => nothing), later(SETTLE_MS_MAX, nothing)]);
  const facts = factsSchema.safeParse(told);
  return facts.success ? facts.data : nothing;
}

const later = <Value>(ms: number, value: Value): Promise<Value> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

async function noticeOf(page: Page, selector: string): Promise<string | null> {
  const found = page.locator(selector).filter({ visible: true }).first();
  const text = await found.innerText({ timeout: 200 }).catch(() => '');
  return text.trim() === '' ? null : text.trim();
}

async function takePicture(page: Page, path: string): Promise<boolean> {
  const options = { path, type: 'jpeg', quality: 50, scale: 'css', timeout: 3_000 } as const;
  return page.screenshot(options).then(
    () => true,
    () => false,
  );
}

function faceOf(usable: boolean, facts: Facts, notice: string | null): PageFace {
  if (usable) return 'page';
  // The browser's own error page stands where there was no answer.
  if (!facts.ours) return 'no-answer';
  if (facts.text === '' && facts.pictures === 0) return 'white';
  return notice !== null || ADMITS.test(facts.text) ? 'honest-error' : 'unclear';
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, TEXT_CHARS_MAX);

function messageOf(problem: string | null, face: PageFace, text: string): string {
  if (problem === null) return 'the journey was done';
  const shown = text.replaceAll(/\s+/g, ' ').slice(0, TEXT_CHARS_MAX);
  switch (face) {
    case 'honest-error':
    case 'unclear':
      return `${problem}; the page said "${shown}"`;
    case 'white':
      return `${problem}; the page was white`;
    case 'no-answer':
    case 'page':
      return problem;
    default:
      return face satisfies never;
  }
}
