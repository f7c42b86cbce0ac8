import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { test } from 'tap';
import { renderTrend, trendOf } from '../src/compare/trend.ts';
import { renderHtml } from '../src/renderers/html.ts';
import { reportFromJournal } from '../src/report-from-journal.ts';
import { findChromium } from './chromium.ts';
import { exampleReport } from './example-report.ts';
import { journalOf, naiveApp, textOf } from './journal-builder.ts';
import { emptyReport, hostileReport } from './report-variants.ts';

const executablePath = findChromium();
const skip = executablePath === null ? 'no browser: set CHAOS_CHROMIUM or apt-get install chromium' : false;

/** The smallest PNG: one grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNsaGj4DwAFhAKAjM1mJgAAAABJRU5ErkJggg==',
  'base64',
);

type Look = readonly [colorScheme: 'light' | 'dark', width: number];
const twoLooks: readonly Look[] = [
  ['light', 1280],
  ['dark', 390],
];
const everyLook: readonly Look[] = [...twoLooks, ['light', 390], ['dark', 1280]];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** What axe finds. It runs in the page's own world, past the page's content policy. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const found: unknown = await page.evaluate('axe.run().then(({ violations }) => violations)');
  return (Array.isArray(found) ? found : []).flatMap(({ id, nodes }: Violation) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary ?? ''}`),
  );
}

test('the pages in a real browser', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-page-'));
  const browser: Browser = await chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
  });
  t.teardown(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, 'probes'));
  for (const { screenshot } of exampleReport.probes) {
    if (screenshot !== null) writeFileSync(join(folder, screenshot), PIXEL);
  }
  const pages = {
    'a bad day': renderHtml(exampleReport),
    'a real journal': renderHtml(await reportFromJournal([textOf(journalOf(naiveApp))])),
    'nothing measured': renderHtml(emptyReport),
    hostile: renderHtml(hostileReport),
    trend: renderTrend(trendOf([exampleReport, emptyReport]), ['old/report.json: version 1']),
  };
  for (const [name, html] of Object.entries(pages)) {
    const file = join(folder, `${name.replaceAll(' ', '-')}.html`);
    writeFileSync(file, html);
    for (const [colorScheme, width] of name === 'a bad day' ? everyLook : twoLooks) {
      await t.test(`${name}, ${colorScheme}, ${width} px`, async (t) => {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        const page = await context.newPage();
        const said: string[] = [];
        page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
        page.on('pageerror', (error) => said.push(String(error)));
        page.on('dialog', (dialog) => {
          said.push(`dialog: ${dialog.message()}`);
          void dialog.dismiss();
        });
        await page.goto(pathToFileURL(file).href);
        t.same(said, [], 'nothing in the console');
        const overflow: unknown = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        t.ok(Number(overflow) <= 0, `no sideways scrolling (${String(overflow)} px)`);
        t.same(await violations(page), [], 'axe finds nothing');
        await context.close();
      });
    }
  }

  await t.test('what a reader can do, under the page’s own content policy', async (t) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(join(folder, 'a-bad-day.html')).href);

    const causes = await page.locator('.causes').boundingBox();
    t.ok(causes !== null && causes.y < 900, 'the causes begin above the fold');
    await page.keyboard.press('Tab');
    t.equal(await page.locator(':focus').textContent(), 'Skip to the report');
    await page.locator('nav a', { hasText: 'Patterns' }).click();
    t.match(page.url(), /#patterns$/);
    await page.locator('#diagnosis a').first().click();
    t.match(page.url(), /#faults$/, 'a sentence leads to its evidence');
    const figures = page.locator('details', { hasText: 'The figures of this chart' }).first();
    t.notOk(await figures.locator('table').isVisible());
    await figures.locator('summary').press('Enter');
    t.ok(await figures.locator('table').isVisible(), 'the table of a chart opens by keyboard');
    t.ok(await page.locator('#success-wide-title').count(), 'the charts have names');
    const image = page.locator('.filmstrip img').first();
    await image.scrollIntoViewIfNeeded();
    await image.evaluate((element) => 'decode' in element && typeof element.decode === 'function' && element.decode());
    t.equal(
      await image.evaluate((element) => Reflect.get(element, 'naturalWidth')),
      1,
      'the filmstrip shows its pictures',
    );
    await page.locator('pre.command').click();
    t.match(await page.evaluate('getSelection().toString()'), /^gameday_score\t48\.3/, 'one click selects the figures');
    t.ok((await page.pdf({ format: 'A4' })).length > 20_000, 'it prints');
    t.same(said, []);
    t.ok(
      asked.every((url) => url.startsWith('file:')),
      'nothing is asked of the network',
    );
    await page.close();
  });
});
