import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { test, type Test } from 'tap';
import { travel } from '../src/adapters/browser/browser-journey.ts';
import type { BrowserLook } from '../src/adapters/browser/browser-look.ts';
import { startBrowserProbe } from '../src/adapters/browser/browser-probe.ts';
import { findChromium } from '../src/adapters/browser/find-chromium.ts';
import type { BrowserProbe } from '../src/core/planned-watch.ts';
import { entriesOf, processesOfRun, readEntries, scratch, startChaos, until } from './chaos-process.ts';
import { appCommand, outage } from './eyes-kit.ts';

const executablePath = findChromium(chromium.executablePath(), process.env);
const skip = executablePath === null ? 'no Chromium' : false;

const PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

/** A page for each way in which an app can treat somebody whose S3 is gone. */
const pages: Readonly<Record<string, { readonly status?: number; readonly body: string }>> = {
  '/clean': { body: '<h1>Photos</h1><img src=/pixel.svg alt=""><button onclick="this.innerText=\'done\'">Go</button>' },
  '/pixel.svg': { body: PIXEL },
  '/honest': { status: 503, body: '<p role=alert>Photos are unavailable. Try again later.</p>' },
  '/worded': { status: 500, body: '<p>Sorry, we could not load your photos</p>' },
  '/unclear': { status: 200, body: '<p>Welcome back</p>' },
  '/white': { status: 500, body: '<div id=root></div>' },
  '/torn': { body: '<h1>Photos</h1><img src=/gone.png alt=x><img src=/gone2.png alt=y><script>nope()</script>' },
};

async function serve(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/hangs') return;
    const found = pages[pathname] ?? { status: 404, body: 'no such page' };
    const type = pathname.endsWith('.svg') ? 'image/svg+xml' : 'text/html';
    const body = type === 'text/html' ? `<link rel=icon href=data:,>${found.body}` : found.body;
    response.writeHead(found.status ?? 200, { 'content-type': type }).end(found.body === '' ? '' : body);
  }).listen(0, '127.0.0.1');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const probe = (
  path: string,
  withinMs = 15_000,
): BrowserProbe & { steps: BrowserProbe['steps'][number][]; hosts: string[] } => ({
  id: 'p',
  kind: 'browser',
  everyMs: 60_000,
  withinMs,
  steps: [
    { do: 'open', path },
    { do: 'expect', selector: 'text=Photos', atLeast: 1 },
  ],
  cache: 'fresh',
  hosts: [],
  notice: '[role=alert]',
});

test('what a user saw: the page, an honest error, neither, a white page, no answer', { skip }, async (t) => {
  const url = await serve(t);
  const folder = scratch(t);
  const browser = await chromium.launch({ executablePath: executablePath ?? '', chromiumSandbox: false });
  t.teardown(() => browser.close());
  const context = await browser.newContext();
  const look = (one: ReturnType<typeof probe>): Promise<BrowserLook> =>
    travel(context, { probe: one, url, folder }, `${one.steps.length}.jpg`);

  const clean = probe('/clean');
  clean.steps.push({ do: 'click', selector: 'text=Go' }, { do: 'expect', selector: 'text=done', atLeast: 1 });
  const well = await look(clean);
  t.match(well, {
    usable: true,
    showed: 'page',
    brokenImages: 0,
    consoleErrors: 0,
    failedRequests: 0,
    screenshot: '4.jpg',
  });
  t.ok((well.lcpMs ?? 0) > 0 && (well.usableMs ?? 0) > 0);
  const { size } = statSync(join(folder, '4.jpg'));
  t.ok(size > 500 && size < 100_000, `${size} bytes`);

  t.match(await look(probe('/honest')), {
    usable: false,
    showed: 'honest-error',
    message: 'could not open /honest (status 503); the page said "Photos are unavailable. Try again later."',
  });
  t.match(await look(probe('/worded')), { usable: false, showed: 'honest-error' });
  t.match(await look(probe('/unclear', 1_500)), {
    usable: false,
    showed: 'unclear',
    message: 'could not see text=Photos in time; the page said "Welcome back"',
  });
  t.match(await look(probe('/white')), { usable: false, showed: 'white', message: /the page was white$/ });
  t.match(await look(probe('/hangs', 1_000)), {
    usable: false,
    showed: 'no-answer',
    message: 'could not open /hangs in time',
  });
  const torn = await look(probe('/torn'));
  t.match(torn, { usable: true, brokenImages: 2, failedRequests: 2 });
  t.ok((torn.consoleErrors ?? 0) >= 1);
});

/** A page that its service worker keeps, and serves where the app does not answer. */
const kept: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  '/': {
    type: 'text/html',
    body: '<link rel=icon href=data:,><h1>Photos</h1><script>navigator.serviceWorker.register("/worker.js")</script>',
  },
  '/worker.js': {
    type: 'text/javascript',
    body: `addEventListener('install', (event) => {
        event.waitUntil(caches.open('kept').then((cache) => cache.add('/')).then(() => skipWaiting()));
      });
      addEventListener('activate', (event) => {
        event.waitUntil(clients.claim().then(() => fetch('/active')));
      });
      addEventListener('fetch', (event) => {
        event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
      });`,
  },
  '/active': { type: 'text/plain', body: '' },
};

test(
  'who has been there before is served by the service worker while the app is gone; who is new is not',
  { skip },
  async (t) => {
    let gone = false;
    let active = 0;
    const server = createServer((request, response) => {
      if (gone) {
        request.socket.destroy();
        return;
      }
      if (request.url === '/active' && request.headers.host?.startsWith('127.') === true) active += 1;
      const { type, body } = kept[request.url ?? ''] ?? { type: 'text/plain', body: '' };
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const urls = { kept: `http://127.0.0.1:${port}`, fresh: `http://localhost:${port}` };
    const looks = { kept: new Array<BrowserLook>(), fresh: new Array<BrowserLook>() };
    const stops = (['kept', 'fresh'] as const).map((cache) => {
      const one = { ...probe('/', 5_000), id: cache, cache, everyMs: 200 };
      const options = { probe: one, url: urls[cache], folder: scratch(t), runId: `worker-${process.pid}-${cache}` };
      return startBrowserProbe(options, (look) => looks[cache].push(look));
    });
    t.teardown(async () => {
      await Promise.all(stops.map((stop) => stop()));
      server.close();
      server.closeAllConnections();
    });
    await until(() => active > 0 && looks.kept.length > 1 && looks.fresh.length > 0);
    t.match([looks.kept.at(-1), looks.fresh.at(-1)], [{ usable: true }, { usable: true }]);
    gone = true;
    const before = { kept: looks.kept.length, fresh: looks.fresh.length };
    // The look under way may have begun before.
    await until(() => looks.kept.length > before.kept + 1 && looks.fresh.length > before.fresh + 1);
    t.match(looks.kept.at(-1), { usable: true, showed: 'page' }, looks.kept.at(-1)?.message ?? '');
    t.match(looks.fresh.at(-1), { usable: false, showed: 'no-answer' }, looks.fresh.at(-1)?.message ?? '');
  },
);

test('without a browser the probe knows nothing, and says how to mend it', async (t) => {
  const before = process.env['CHAOS_CHROMIUM'];
  process.env['CHAOS_CHROMIUM'] = '/nowhere/chromium';
  t.teardown(() => {
    if (before === undefined) delete process.env['CHAOS_CHROMIUM'];
    else process.env['CHAOS_CHROMIUM'] = before;
  });
  const options = { probe: probe('/'), url: 'http://127.0.0.1:9', folder: scratch(t), runId: `test-${process.pid}` };
  const looks: BrowserLook[] = [];
  const stop = startBrowserProbe(options, (look) => looks.push(look));
  await until(() => looks.length > 0);
  await stop();
  t.match(looks, [{ usable: null, message: /no Chromium was found: npx playwright install chromium/ }]);
});

test('a runner that is killed takes the browser with it', { skip }, async (t) => {
  const folder = scratch(t);
  const target = `
name: pages
command: ${appCommand('inner-app')}
ready: { path: /healthz }
workload: { rate: 2/s, steps: [{ id: home, class: read, request: GET /healthz }] }
probes: [{ id: home, kind: browser, every: 1s, steps: [{ open: /healthz }], cache: kept }]
`;
  writeFileSync(
    join(folder, 'outage.yaml'),
    outage('{ regions: [home], share: 1, fault: silent }').replace('baseline: 3s', 'baseline: 60s'),
  );
  writeFileSync(join(folder, 'chaos.yaml'), target);
  const run = startChaos(['run', './outage.yaml', '--out', 'out'], { cwd: folder });
  const journal = join(folder, 'out', 'journal.ndjson');
  const readings = () => (existsSync(journal) ? entriesOf(readEntries(journal), 'probe.reading') : []);
  await until(() => readings().length > 1 || run.child.exitCode !== null);
  t.match(readings().at(-1), { usable: true, showed: 'page' }, run.stderr());
  const [started] = entriesOf(readEntries(journal), 'run.started');
  const runId = started?.runId ?? '';
  t.ok(processesOfRun(runId).length > 3, 'guardians, the app and the browser run');
  run.child.kill('SIGKILL');
  await until(() => processesOfRun(runId).length === 0);
  t.pass('nothing is left');
});
