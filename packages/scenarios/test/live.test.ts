import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright';
import tap, { test, type Test } from 'tap';
import { findChromium } from '../src/adapters/browser/find-chromium.ts';
import { chaos, entriesOf, readEntries, repository, scratch, startChaos, until } from './chaos-process.ts';

const executablePath = findChromium(chromium.executablePath(), process.env);
const main = join(repository, 'packages/scenarios/dist/src/cli/main.js');
const gallery = join(repository, 'examples', 'photo-gallery');

function missing(program: string): boolean {
  try {
    execFileSync(program, ['-V'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

/** Two phases in which S3 fails; the second is as long as it is asked to be. */
function drillIn(t: Pick<Test, 'teardown'>, last: string): string {
  const folder = scratch(t);
  const phases = [
    '{ id: one, title: S3 answers 503, for: 2s, notes: [The first note.], faults: [{ regions: [home], fault: ServiceUnavailable }] }',
    `{ id: two, title: S3 is silent, for: ${last}, faults: [{ regions: [home], fault: silent }] }`,
  ];
  const head =
    'name: drill\ntitle: A drill to look at\nsummary: For the tests.\nlesson: None.\nbaseline: 1500ms\nrecovery: 1s\n';
  writeFileSync(join(folder, 'drill.yaml'), `${head}phases: [${phases.join(', ')}]\n`);
  return folder;
}

/** The last errors are shown: those of the first phase, or where the page was opened late those of the second. */
const ERROR = /: (?:status 500|no whole answer within the patience)/;

const args = ['run', './drill.yaml', '--target', gallery, '--out', 'out'];

/** The status that the page's server answers to a request with these headers. */
function statusOf(url: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const found: unknown = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  );
  return Array.isArray(found) ? found.map(String) : [];
}

/** Runs beside the other tests of this file. */
const piped = chaos(args, drillIn(tap, '2s'));

const skipPage = executablePath !== null ? false : 'no browser: set CHAOS_CHROMIUM or apt-get install chromium';

test('the live page follows a run, is for its owner alone, and stops it, healed', { skip: skipPage }, async (t) => {
  const folder = drillIn(t, '10m');
  const run = startChaos([...args, '--watch'], { cwd: folder });
  const browser: Browser = await chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
  });
  t.teardown(async () => {
    run.child.kill('SIGTERM');
    await run.exit;
    await browser.close();
  });
  await until(() => /watch +http\S+\n/.test(run.stderr()) || run.child.exitCode !== null);
  const url = /watch +(http\S+)\n/.exec(run.stderr())?.[1] ?? '';
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/, run.stderr());

  await t.test('nobody else gets in', async (t) => {
    const { origin, host } = new URL(url);
    const wrong = `${origin}/${'x'.repeat(32)}/stop`;
    t.equal(await statusOf(origin, 'GET', {}), 403);
    t.equal(await statusOf(wrong, 'POST', {}), 403);
    t.equal(await statusOf(`${url}stop`, 'POST', { origin: 'https://evil.example' }), 403);
    t.equal(await statusOf(`${url}stop`, 'POST', { host: `evil.example:${new URL(url).port}` }), 403);
    t.equal(await statusOf(`${url}stop`, 'GET', { host }), 404);
    t.equal(await statusOf(`${url}../../package.json`, 'GET', { host }), 403);
    t.equal(await statusOf(url, 'GET', { host, origin }), 200);
  });

  const said: string[] = [];
  const open = async (colorScheme: 'light' | 'dark', width: number): Promise<Page> => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('console', (message) => said.push(message.text()));
    await page.goto(url);
    return page;
  };
  const page = await open('light', 1200);
  const phone = await open('dark', 390);

  await page.locator('#regions', { hasText: 'never answered' }).waitFor();
  await page.locator('#errors', { hasText: ERROR }).waitFor();
  await t.test('it shows the outage as it happens', async (t) => {
    t.equal(await page.locator('h1').textContent(), 'A drill to look at');
    t.match(await page.locator('#clock').textContent(), /^T\+/);
    t.equal(await page.locator('#phase').textContent(), 'S3 is silent');
    t.match(await page.locator('#regions li').textContent(), /us-east-1failing.*never answered/);
    t.match(await page.locator('#faults').textContent(), /in force.*never answered.*over.*503/s);
    t.match(await page.locator('#errors').textContent(), ERROR);
    t.match(await page.locator('#s3-curves path').getAttribute('d'), /^M[\d.]+ [\d.]+/);
    t.match(await page.locator('#app-curves').getAttribute('aria-label'), /Now: Reads /);
    const first = await page.locator('#clock').textContent();
    await page.locator('#clock', { hasNotText: first ?? '' }).waitFor();
    t.pass('the clock moves');
  });
  await t.test('it is readable by everybody, on every screen', async (t) => {
    for (const one of [page, phone]) {
      t.strictSame(await violations(one), []);
      const overflow: unknown = await one.evaluate('document.documentElement.scrollWidth - innerWidth');
      t.ok(Number(overflow) <= 0, `no sideways scrolling (${String(overflow)} px)`);
    }
  });
  await t.test('Stop heals everything and ends the run', async (t) => {
    await page.getByRole('button', { name: 'Stop' }).click();
    t.match(await run.exit, { code: 130 });
    await page.locator('#notice', { hasText: 'The report:' }).waitFor();
    await phone.locator('#notice', { hasText: 'The report:' }).waitFor();
    t.match(await page.locator('#regions li').textContent(), /us-east-1well/);
    t.ok(await page.locator('#stop').isDisabled());
    const entries = readEntries(join(folder, 'out', 'journal.ndjson'));
    t.match(entries.at(-1), { type: 'run.ended', reason: 'interrupted', detail: 'Stop was pressed on the live page' });
    t.equal(entriesOf(entries, 'fault.ended').length, 2);
    t.strictSame(said, [], 'nothing in the console');
  });
});

const run = promisify(execFile);
const skipTerminal = missing('tmux') ? 'no terminal: apt-get install tmux' : false;

test('the terminal view in real terminals, narrow and wide', { skip: skipTerminal }, async (t) => {
  const server = `gameday-${process.pid}`;
  const tmux = async (...words: string[]): Promise<string> =>
    (await run('tmux', ['-L', server, '-f', '/dev/null', ...words])).stdout;
  t.teardown(() => tmux('kill-server').catch(() => ''));
  const look = async (columns: number): Promise<void> => {
    const folder = drillIn(t, '3s');
    const name = `w${columns}`;
    const command = `cd ${folder}; env -u CI -u NO_COLOR ${process.execPath} ${main} ${args.join(' ')} 2>&1; echo "ended with $?"; sleep 100`;
    await tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', '40', command);
    const screens: string[] = [];
    const colored: string[] = [];
    for (let last = ''; !/ended with \d+/.test(last); screens.push(last)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      last = await tmux('capture-pane', '-p', '-t', name, '-S', '-200');
      colored.push(await tmux('capture-pane', '-p', '-e', '-t', name));
    }
    const silent = screens.filter((screen) => /S3 is silent +0:0\d of 0:08/.test(screen));
    t.ok(silent.length > 0, `${columns}: the phase is shown while it goes on\n${screens.at(-2) ?? ''}`);
    for (const screen of silent) {
      t.equal(screen.match(/^█+░*$/gm)?.length, 1, 'redrawn in place, not written again');
      t.match(screen, /^us-east-1 {2}failing/m);
    }
    t.ok(
      colored.some((screen) => screen.includes('\u001B[31m')),
      'in colour',
    );
    const end = screens.at(-1) ?? '';
    t.notMatch(end, /[█░]{8}/, 'the frame is gone when the run is over');
    t.match(
      end,
      /two +S3 is silent[^]*\[ . \] {2}photo-gallery[^]*ended with [03]/,
      'what stays: the phases, then the report',
    );
  };
  await Promise.all([look(60), look(120)]);
});

test('in a pipe there are plain lines', async (t) => {
  const { code, stderr } = await piped;
  t.ok(code === 0 || code === 3, stderr);
  t.match(
    stderr,
    /one +S3 answers 503 \(2 s\)\n +The first note\.\n +reads \d+ of \d+ good.*; S3 \d+ exchanges, \d+ struck\n/,
  );
  for (const drawing of ['\u001B', '█']) t.notOk(stderr.includes(drawing));
});
