import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { chaos, entriesOf, readEntries, scratch } from './chaos-process.ts';

const scenario = `
name: drill
title: Nothing much
summary: For the tests.
lesson: None.
baseline: 1500ms
recovery: 1500ms
phases: [{ id: slow, title: Slow, from: T+0s, to: T+1s, faults: [{ regions: [home], share: 1, fault: { kind: latency, delay: 1ms } }] }]
`;

/** An app that somebody else started. */
async function serve(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** Runs the drill with a workload against an app that runs already, if one is given. */
async function drill(
  t: Test,
  target: string,
  args: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
) {
  const folder = scratch(t);
  for (const [name, text] of Object.entries({ 'drill.yaml': scenario, 'chaos.yaml': target, ...files })) {
    writeFileSync(join(folder, name), text);
  }
  const run = await chaos(['run', './drill.yaml', '--out', 'out', ...args], folder);
  return { ...run, entries: readEntries(join(folder, 'out', 'journal.ndjson')) };
}

/** A request as a browser records it. */
const entry = (method: string, path: string, status: number, origin = 'https://app.example') => ({
  request: {
    method,
    url: `${origin}${path}`,
    headers: [
      { name: 'User-Agent', value: 'Recorded' },
      { name: 'Host', value: 'app.example' },
    ],
    ...(method === 'POST' ? { postData: { text: 'a=${b}' } } : {}),
  },
  response: { status },
});

const withStep = (step: string): string =>
  `name: t\nurl: http://127.0.0.1:1\nworkload: { rate: 5/s, steps: [${step}] }\n`;

test('what one answer gives, the next request carries', async (t) => {
  const tokens = new Map<string, string>();
  const wrong: string[] = [];
  const url = await serve(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/') response.end('ready');
    else if (pathname === '/carts') {
      const id = `cart ${tokens.size + 1}`;
      tokens.set(id, `token-${tokens.size + 1}`);
      response.setHeader('X-Token', tokens.get(id) ?? '');
      response.end(JSON.stringify({ cart: { id } }));
    } else {
      const id = decodeURIComponent(pathname.slice('/carts/'.length));
      if (tokens.get(id) !== request.headers.authorization) wrong.push(request.url ?? '');
      response.end('ok');
    }
  });
  const target = `
name: shop
command: node never-started.js
workload:
  rate: 40/s
  steps:
    - id: open
      class: control
      request: { method: POST, path: /carts, body: { text: '{}' } }
      capture: { cart: { json: cart.id }, token: { header: X-Token } }
    - id: look
      class: control
      weight: 5
      request: { path: '/carts/\${capture.cart}', headers: { Authorization: '\${capture.token}' } }
`;
  const { code, entries, stderr } = await drill(t, target, ['--target-url', url]);
  t.equal(code, 3, 'no S3, so no grade');
  const work = entriesOf(entries, 'work.request');
  t.ok(work.filter(({ step }) => step === 'look').length > 20, stderr);
  t.strictSame(
    work.filter(({ outcome }) => outcome !== 'good'),
    [],
  );
  t.strictSame(wrong, [], 'id and token of one answer stay together');
  t.match(entries.at(-1), { reason: 'completed' });
});

/** Processes take their time on a busy machine. */
const slowly = { 'drill.yaml': scenario.replace('baseline: 1500ms', 'baseline: 5s') };

test('a command as the workload: its exit code and its time are the outcome', async (t) => {
  const url = await serve(t, (_request, response) => response.end());
  const target = `
name: backup
url: ${url}
workload:
  rate: 3/s
  steps:
    - { id: good, class: write, command: [node, -e, 'process.exit(process.env.AWS_ENDPOINT_URL_S3 === "\${S3_ENDPOINT}" ? 0 : 9)'], weight: 30 }
`;
  const { entries, stderr } = await drill(t, target, [], slowly);
  const work = entriesOf(entries, 'work.request');
  t.ok(work.length > 5, stderr);
  t.ok(work.every(({ outcome, status }) => outcome === 'good' && status === 0));
  t.ok(work.every(({ sent, ended }) => ended > (sent ?? 0)));

  const failing = target.replace('"${S3_ENDPOINT}" ? 0 : 9', '"" ? 0 : (console.error("no such bucket"), 9)');
  const failed = await drill(t, failing, [], slowly);
  t.equal(failed.code, 3);
  t.match(failed.entries.at(-1), { reason: 'steady-state-failed', detail: /exit code 9: no such bucket/ });

  const slow = target
    .replace(/'process.exit.*\)'/, "'setInterval(() => {}, 1e6)'")
    .replace('weight: 30', 'within: 300ms');
  const hung = await drill(t, slow, [], slowly);
  t.match(hung.entries.at(-1), { reason: 'steady-state-failed', detail: /not done within 300 ms/ });
});

test('a recording is replayed in its order', async (t) => {
  const seen: string[] = [];
  const url = await serve(t, (request, response) => {
    if (request.headers['user-agent'] === 'Recorded') seen.push(`${request.method} ${request.url}`);
    response.statusCode = request.url === '/new?secret=1' ? 201 : 200;
    response.end();
  });
  const har = {
    log: {
      entries: [
        entry('GET', '/', 200),
        entry('GET', '/track', 200, 'https://elsewhere.example'),
        entry('POST', '/new?secret=1', 201),
        entry('GET', '/cached', 304),
        entry('GET', '/aborted', 0),
      ],
    },
  };
  const target = `name: recorded\nurl: ${url}\nworkload: { rate: 30/s, har: session.har }\n`;
  const { entries, stderr } = await drill(t, target, [], { 'session.har': JSON.stringify(har) });
  t.strictSame(
    seen.slice(0, 6),
    ['GET /', 'POST /new?secret=1', 'GET /cached', 'GET /', 'POST /new?secret=1', 'GET /cached'],
    stderr,
  );
  t.ok(entriesOf(entries, 'work.request').every(({ outcome }) => outcome === 'good'));
  t.match(entriesOf(entries, 'run.started')[0]?.plan.workload.steps, [
    { id: 'har-1', class: 'read', does: 'GET /' },
    { id: 'har-2', class: 'write', does: 'POST /new?secret=…' },
    { id: 'har-3', class: 'read' },
  ]);
  const broken = await drill(t, target, [], { 'session.har': '{"log": {}}' });
  t.match(broken, { code: 2, stderr: /session\.har log\.entries: not a HAR recording.*Save all as HAR/ });
});

test('what a workload cannot be is said before anything starts', async (t) => {
  const said = async (step: string): Promise<string> => (await drill(t, withStep(step))).stderr;
  t.match(await said('{ id: a, class: read }'), /needs either a request or a command/);
  t.match(await said("{ id: a, class: read, request: 'GET /${capture.x}' }"), /no step captures "x"/);
  t.match(await said("{ id: a, class: read, request: GET /, capture: { x: { regex: '(' } } }"), /regular expression/);
  t.match(await said('{ id: a, class: read, request: GET /, within: 3s }'), /is for commands/);
  t.match(
    (await drill(t, 'name: t\nurl: http://127.0.0.1:1\nworkload: { rate: 5/s }\n')).stderr,
    /either steps or a har/,
  );
  const far = await drill(t, withStep('{ id: a, class: read, request: GET / }'), ['--target-url', 'http://192.0.2.1']);
  t.match(far, { code: 2, stderr: /not a URL of this machine/ });
});
