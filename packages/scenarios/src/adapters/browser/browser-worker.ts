/**
 * Holds the browser of one probe, outside of the runner: takes its task as JSON from its only argument, sends a journey on
 * the probe's beat until it is stopped, and writes a line of JSON for each.
 *
 * The runner starts it under a guardian, which takes it down with the browser and all of that one's processes.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { travel } from './browser-journey.ts';
import { browserTaskSchema, type BrowserLook } from './browser-look.ts';
import { CHROMIUM_HINT, findChromium } from './find-chromium.ts';

/** Small enough for a filmstrip, large enough to be laid out as on a laptop. */
const VIEWPORT = { width: 960, height: 600 } as const;
const LAUNCH_MS_MAX = 30_000;
/** A journey minds its own patience; a browser that hangs does not. */
const GRACE_MS = 10_000;

const task = browserTaskSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { probe } = task;
const screenshots = 'screenshots';
let browser: Browser | null = null;
let kept: BrowserContext | null = null;

const say = (look: BrowserLook): void => void process.stdout.write(`${JSON.stringify(look)}\n`);

const failed = (message: string, tookMs: number): BrowserLook => ({
  tookMs,
  usable: null,
  message: message.slice(0, 300),
  showed: null,
  screenshot: null,
  brokenImages: null,
  consoleErrors: null,
  failedRequests: null,
  lcpMs: null,
  usableMs: null,
});

async function launch(executablePath: string): Promise<Browser> {
  const known = [new URL(task.url).hostname, '127.0.0.1', 'localhost', ...probe.hosts];
  // Nothing else resolves: a rehearsal keeps to this machine.
  const rules = ['MAP * ~NOTFOUND', ...new Set(known)].join(', EXCLUDE ');
  return chromium.launch({
    executablePath,
    timeout: LAUNCH_MS_MAX,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--host-resolver-rules=${rules}`,
    ],
  });
}

async function contextOf(open: Browser): Promise<BrowserContext> {
  if (probe.cache === 'fresh') return open.newContext({ viewport: VIEWPORT });
  kept ??= await open.newContext({ viewport: VIEWPORT });
  return kept;
}

async function journey(executablePath: string, name: string): Promise<BrowserLook> {
  browser ??= await launch(executablePath);
  const context = await contextOf(browser);
  const over = sleep(probe.withinMs + GRACE_MS).then(() => Promise.reject(new Error('the browser hangs')));
  try {
    return await Promise.race([travel(context, task, name), over]);
  } finally {
    if (probe.cache === 'fresh') await Promise.race([context.close().catch(() => {}), sleep(GRACE_MS)]);
  }
}

/** A browser that failed is given up; the next journey has a new one. */
async function giveUp(): Promise<void> {
  const old = browser;
  browser = null;
  kept = null;
  await Promise.race([old?.close().catch(() => {}), sleep(GRACE_MS)]);
}

const found = findChromium(chromium.executablePath(), process.env);
if (found === null) {
  say(failed(CHROMIUM_HINT, 0));
  process.exit(0);
}
mkdirSync(join(task.folder, screenshots), { recursive: true });
const began = performance.now();
for (let index = 0; ; index += 1) {
  const started = performance.now();
  try {
    say(await journey(found, `${screenshots}/${probe.id}-${index + 1}.jpg`));
  } catch (error) {
    say(
      failed(
        `the browser failed: ${error instanceof Error ? error.message : String(error)}`,
        performance.now() - started,
      ),
    );
    await giveUp();
  }
  const elapsed = performance.now() - began;
  await sleep(probe.everyMs - (elapsed % probe.everyMs));
}
