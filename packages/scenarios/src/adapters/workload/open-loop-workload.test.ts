import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test, type Test } from 'tap';
import { draw, streamOf } from '@gameday/injector';
import { createLedger, type Ledger } from '../../core/ledger/ledger.ts';
import { parseScenario } from '../../core/scenario/parse-scenario.ts';
import { parseTarget } from '../../core/target/parse-target.ts';
import { planExperiment } from '../../core/planning/plan-experiment.ts';
import type { WorkRequest } from '../../ports/workload.ts';
import type { LedgerEvent } from './ledger-keeping.ts';
import { createWorkload } from './open-loop-workload.ts';
import { parseYaml } from '../../core/source/yaml-document.ts';

const scenario = parseScenario(
  parseYaml(
    'name: x\ntitle: x\nsummary: x\nlesson: x\nphases: [{ id: a, title: a, for: 1s, faults: [{ regions: [home], share: 1, fault: { kind: latency, delay: 1ms } }] }]\n',
    'x.yaml',
  ),
);

/** Sends a workload to an app until it has seen enough. */
async function drive(
  t: Test,
  workloadText: string,
  app: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  enough: (requests: readonly WorkRequest[]) => boolean,
) {
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => app(request, response, body));
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const target = parseTarget(parseYaml(`name: x\nurl: ${url}\n${workloadText}`, 'chaos.yaml'));
  const plan = planExperiment({ scenario, target, targetFolder: '/', options: { seed: '7' } });
  const ledger: Ledger = createLedger('t');
  const requests: WorkRequest[] = [];
  const events: LedgerEvent[] = [];
  const workload = createWorkload({
    plan,
    url,
    ledger,
    elapsed: () => performance.now(),
    draw: (purpose, index) => draw(streamOf(plan.seed, purpose), index, 1, 1),
    onLedger: (event) => events.push(event),
    runCommand: () => Promise.reject(new Error('no commands here')),
  });
  await workload.prepare();
  workload.onRequest((request) => requests.push(request));
  workload.begin();
  while (!enough(requests)) await new Promise((resolve) => setTimeout(resolve, 5));
  workload.abort();
  return { requests, events, ledger, connections };
}

test('a journey: its own captures, its pauses for thought, its order', async (t) => {
  const users = new Map<string, string[]>();
  const { requests } = await drive(
    t,
    `workload:
  rate: 50/s
  journeys: [{ id: shopper, think: { mean: 20ms, kind: fixed }, steps: [login, look, buy] }]
  steps:
    - { id: login, class: control, request: POST /login, capture: { user: { json: user } } }
    - { id: look, class: control, request: 'GET /look/\${capture.user}' }
    - { id: buy, class: control, request: 'POST /buy/\${capture.user}' }
    - { id: alone, class: control, request: GET /alone }
`,
    (request, response) => {
      const [, what = '', user = ''] = (request.url ?? '').split('/');
      if (what === 'login') {
        const name = `u${users.size}`;
        users.set(name, []);
        response.end(JSON.stringify({ user: name }));
      } else {
        users.get(user)?.push(what);
        response.end('ok');
      }
    },
    (seen) => seen.filter(({ step }) => step === 'buy').length > 5,
  );
  t.strictSame(
    requests.filter(({ outcome, detail }) => outcome !== 'good' && detail !== 'ECONNRESET'),
    [],
  );
  const walked = [...users.values()].map((steps) => steps.join(' '));
  t.ok(
    walked.every((steps) => ['', 'look', 'look buy'].includes(steps)),
    walked.join('; '),
  );
  t.ok(walked.filter((steps) => steps === 'look buy').length > 5);
  t.ok(requests.some(({ step }) => step === 'alone'));
  const looks = requests.filter(({ step }) => step === 'look').map(({ intended }) => intended);
  const logins = requests.filter(({ step }) => step === 'login').map(({ ended }) => ended);
  t.ok(
    looks.every((due) => logins.some((ended) => due - ended >= 20 && due - ended < 21)),
    'due after 20 ms of thought',
  );
});

test('a user whose login failed has nothing to go on with, and that counts', async (t) => {
  const { requests } = await drive(
    t,
    `workload:
  rate: 50/s
  journeys: [{ id: shopper, think: 1ms, steps: [login, look] }]
  steps:
    - { id: login, class: write, request: POST /login, capture: { user: { json: user } } }
    - { id: look, class: read, request: 'GET /look/\${capture.user}' }
`,
    (_request, response) => {
      response.statusCode = 503;
      response.end();
    },
    (seen) => seen.filter(({ step }) => step === 'look').length > 3,
  );
  const looks = requests.filter(({ step }) => step === 'look');
  t.ok(looks.every(({ outcome, sent }) => outcome === 'unsent' && sent === null));
  t.match(looks[0]?.detail, 'no answer of this user gave "user"');
});

test('fresh connections are one a request, kept-alive ones are not', async (t) => {
  const text = (connections: string) =>
    `workload: { rate: 100/s, connections: ${connections}, steps: [{ id: a, class: control, request: GET / }] }\n`;
  const app = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok');
  const fresh = await drive(t, text('fresh'), app, (seen) => seen.length >= 30);
  t.ok(fresh.connections >= 30, `${fresh.connections}`);
  const kept = await drive(t, text('keep-alive'), app, (seen) => seen.length >= 30);
  t.ok(kept.connections < 30, `${kept.connections}`);
});

test('what is due while the app hangs is sent, up to the stated number of sockets; the rest counts as failed', async (t) => {
  const { requests } = await drive(
    t,
    'patience: 300ms\nworkload: { rate: 1000/s, steps: [{ id: a, class: control, request: GET / }] }\n',
    () => {},
    (seen) => seen.filter(({ outcome }) => outcome === 'hang').length > 100,
  );
  t.ok(requests.every(({ sent, outcome }) => (sent === null) === (outcome === 'unsent')));
  // 1,000 a second for 0.3 s and half as many again, and 64.
  for (const { detail } of requests.filter(({ outcome }) => outcome === 'unsent')) {
    t.equal(detail, 'all 514 sockets were waiting for answers');
  }
});

test('with every socket taken by a request that hangs, what is due fails unsent, and is sent again once one is free', async (t) => {
  let [waiting, mostWaiting, hangs] = [0, 0, true];
  const { requests } = await drive(
    t,
    'patience: 1s\nworkload: { rate: 200/s, sockets: 20, steps: [{ id: a, class: control, request: GET / }] }\n',
    (_request, response) => {
      waiting += 1;
      mostWaiting = Math.max(mostWaiting, waiting);
      response.on('close', () => (waiting -= 1));
      if (!hangs) response.end('ok');
    },
    (seen) => {
      if (seen.some(({ outcome }) => outcome === 'hang')) hangs = false;
      return seen.filter(({ outcome }) => outcome === 'good').length > 20;
    },
  );
  const unsent = requests.filter(({ outcome }) => outcome === 'unsent');
  t.ok(unsent.length > 20, `${unsent.length} of ${requests.length}`);
  t.ok(
    unsent.every(
      ({ sent, status, detail }) =>
        sent === null && status === null && detail.startsWith('all 20 sockets were waiting'),
    ),
  );
  t.ok(mostWaiting <= 20, `${mostWaiting} at once`);
  t.ok(requests.filter(({ outcome }) => outcome === 'hang').length >= 20);
});

test('an addition that dies with its reused connection is not repeated, and is unclear', async (t) => {
  let posts = 0;
  const { requests, events } = await drive(
    t,
    `workload:
  rate: 50/s
  counters: 1
  steps:
    - { id: like, class: write, request: 'POST /c/\${counter}' }
    - { id: likes, class: read, request: 'GET /c/\${counter}' }
`,
    (request, response) => {
      if (request.method !== 'POST') response.end(String(posts));
      else {
        posts += 1;
        if (posts % 3 === 0) request.socket.destroy();
        else response.end('ok');
      }
    },
    (seen) => seen.filter(({ step }) => step === 'like').length > 12,
  );
  const unknown = events.filter((event) => event.kind === 'write' && event.entry.state === 'unknown').length;
  t.ok(unknown >= 3);
  const reads = requests.filter(({ step, outcome }) => step === 'likes' && outcome !== 'connection');
  t.ok(reads.length > 5 && reads.every(({ outcome }) => outcome === 'good'), 'no read is above what may have happened');
});

test('ids of a Location are read back as they stood in it, and a write with a key is sent again', async (t) => {
  const [kept, keys] = [new Map<string, string>(), new Map<string, string>()];
  let [posts, repeated] = [0, 0];
  const { requests, events } = await drive(
    t,
    `workload:
  rate: 50/s
  steps:
    - { id: up, class: write, request: { method: POST, path: /files, body: { random: 64B } }, new: { header: Location, regex: '^/files/(.+)' }, idempotencyHeader: Idempotency-Key }
    - { id: see, class: read, weight: 3, request: 'GET /files/\${known}', expect: { body: entry } }
`,
    (request, response, body) => {
      const path = request.url ?? '';
      if (request.method === 'GET') {
        const found = kept.get(path);
        response.statusCode = found === undefined ? 404 : 200;
        response.end(found === undefined ? '' : Buffer.from(found, 'latin1'));
        return;
      }
      const key = String(request.headers['idempotency-key']);
      posts += 1;
      const known = keys.get(key);
      if (known !== undefined) repeated += 1;
      const place = known ?? `/files/2017/a%20${keys.size}%3F`;
      keys.set(key, place);
      kept.set(place, body);
      if (posts % 3 === 0 && known === undefined) request.socket.destroy();
      else response.writeHead(201, { location: place }).end();
    },
    (seen) => repeated > 1 && seen.filter(({ step }) => step === 'see').length > 12,
  );
  const bad = requests.filter(({ outcome, detail }) => outcome !== 'good' && detail !== 'ECONNRESET');
  t.strictSame(bad, []);
  const written = events.flatMap((event) =>
    event.kind === 'write' && event.entry.state === 'acked' ? [event.entry] : [],
  );
  t.ok(written.every(({ known }) => /^2017\/a \d+\?$/.test(known?.name ?? '')));
  t.equal(new Set(written.map(({ known }) => known?.name)).size, written.length, 'what was sent again is there once');
  t.match([...keys.keys()][0], /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
