import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test, type Test } from 'tap';
import {
  draw,
  startControl,
  startInjector,
  streamOf,
  superviseInjector,
  type Control,
  type Injector,
} from '../src/index.ts';
import { startTinyS3, until } from './harness.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';
import { ask } from './raw-client.ts';

interface Setup {
  readonly injector: Injector;
  readonly control: Control;
  readonly port: number;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; text: string }>;
}

async function setUp(t: Test, options: { clock?: ManualClock; leaseMs?: number } = {}): Promise<Setup> {
  const s3 = await startTinyS3(t);
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream: s3.url }],
    seed: 'seed',
    onExchange: (event) => control.observe(event),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const control = await startControl(injector, options);
  t.teardown(async () => {
    await control.close();
    await injector.stop();
  });
  return {
    injector,
    control,
    port: Number(new URL(injector.endpoints.get('us-east-1') ?? '').port),
    call: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(`${control.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${control.token}`, ...headers },
        });
        sent.on('error', reject);
        sent.once('response', (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        });
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      }),
  };
}

const error = {
  id: 'w',
  endMs: 60_000,
  where: { regions: ['us-east-1'] },
  fault: { kind: 'http-error', code: 'SlowDown' },
};
const elsewhere = { ...error, id: 'never', where: { regions: ['us-east-1'], buckets: ['none'] } };

test('the control API', async (t) => {
  const clock = manualClock();
  const { port, control, call } = await setUp(t, { clock, leaseMs: 1_000 });
  const status = async (): Promise<string> => (await ask(port, 'GET', '/bucket/key')).text.slice(0, 12);

  t.equal((await call('GET', '/status', undefined, { authorization: 'Bearer no' })).status, 401);
  t.equal((await call('GET', '/status', undefined, { host: 'evil.example' })).status, 403);
  t.equal((await call('GET', '/status', undefined, { origin: 'https://evil.example' })).status, 403);
  t.equal((await call('GET', '/nowhere')).status, 404);
  t.match(await call('PUT', '/timeline', { windows: [{ ...error, endMs: 'x' }] }), { status: 400, text: /endMs/ });
  t.match(await call('PUT', '/timeline', { windows: [{ ...error, fault: { kind: 'http-error', code: 'Slow' } }] }), {
    status: 400,
    text: /no error code Slow/,
  });
  const document: unknown = JSON.parse((await call('GET', '/openapi.json')).text);
  t.match(document, { openapi: '3.1.0', paths: { '/timeline': { put: {} } } });

  const events = request(`${control.url}/events`, { headers: { authorization: `Bearer ${control.token}` } });
  let heard = '';
  events.end();
  const stream = await new Promise<IncomingMessage>((resolve) => events.once('response', resolve));
  t.match(stream, { statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
  stream.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  stream.on('error', () => {});
  t.equal((await call('PUT', '/timeline', { windows: [error, elsewhere] })).status, 200);
  t.match(JSON.parse((await call('GET', '/timeline')).text), {
    windows: [{ id: 'w', startMs: 0, inFlight: 'spare' }, {}],
  });
  t.equal(await status(), 'HTTP/1.1 503');
  await until(() => heard.includes('"windowId":"w"'));
  events.destroy();
  t.same(JSON.parse((await call('GET', '/accounting')).text), {
    fired: { w: 1, never: 0 },
    neverFired: ['never'],
    proved: [],
  });
  t.match(
    (await call('GET', '/metrics')).text,
    'gameday_exchanges_total{region="us-east-1",operation="GetObject",outcome="answered",fault="http-error"} 1',
  );

  clock.advance(900);
  await call('POST', '/lease');
  clock.advance(900);
  t.equal(await status(), 'HTTP/1.1 503', 'the lease was renewed');
  clock.advance(100);
  t.equal(await status(), 'HTTP/1.1 200', 'and then it was not');
  await call('POST', '/lease');
  t.match(JSON.parse((await call('GET', '/status')).text), { windows: 0, leaseRemainingMs: null });

  const rules = {
    faults: [{ service: 's3', operation: 'GetObject', error: { statusCode: 500 } }, { service: 'sqs' }],
    effects: { latency: 0 },
  };
  t.match(JSON.parse((await call('PUT', '/localstack', rules)).text), {
    windows: [{ where: { regions: ['us-east-1'], operations: ['GetObject'] }, fault: { code: 'InternalError' } }],
  });
  t.equal(await status(), 'HTTP/1.1 500');
  await call('DELETE', '/timeline');
  t.equal(await status(), 'HTTP/1.1 200');
});

test('kill -9 of the controller at 30 random moments always ends in pass-through', async (t) => {
  const { port, control, injector } = await setUp(t, { leaseMs: 60 });
  const script = fileURLToPath(new URL('controller-child.js', import.meta.url));
  const stream = streamOf('moments', 'kill');
  let struck = 0;
  for (let round = 0; round < 30; round += 1) {
    const child = fork(script, [control.url, control.token, '10']);
    await once(child, 'message');
    await setTimeout(draw(stream, round, 1, 1) * 60);
    const before = injector.fired().get('w');
    if (/ 503 /.test((await ask(port, 'GET', '/bucket/key')).text)) struck += 1;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const killedMs = performance.now();
    while (!/ 200 /.test((await ask(port, 'GET', '/bucket/key')).text)) {
      if (performance.now() - killedMs > 5_000) throw new Error(`still broken in round ${round}, fired ${before}`);
      await setTimeout(5);
    }
    // Nothing that the dead controller had on its way brings the fault back for good.
    await setTimeout(70);
    t.match((await ask(port, 'GET', '/bucket/key')).text, / 200 /, `round ${round}`);
  }
  t.ok(struck > 0, `the fault was in force in ${struck} of 30 rounds`);
});

test('a data plane that is killed comes back in pass-through, on the same ports', async (t) => {
  const s3 = await startTinyS3(t);
  const back: string[] = [];
  const supervised = await superviseInjector({
    regions: new Map([['us-east-1', s3.url]]),
    seed: 'seed',
    credentials: { accessKeyId: 'A', secretAccessKey: 's' },
    onRestart: (why) => back.push(why),
  });
  t.teardown(() => supervised.stop());
  const port = Number(new URL(supervised.endpoints.get('us-east-1') ?? '').port);
  const { url, token } = supervised.control;
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${url}/timeline`, { method: 'PUT', headers, body: JSON.stringify({ windows: [error] }) });
  t.match((await ask(port, 'GET', '/bucket/key')).text, / 503 /);
  const { pid } = supervised;
  if (pid === undefined) throw new Error('no process');
  process.kill(pid, 'SIGKILL');
  await until(() => back.length === 1);
  t.match(back, [/SIGKILL/]);
  t.match((await ask(port, 'GET', '/bucket/key')).text, / 200 /);
  t.match(await (await fetch(`${url}/status`, { headers })).json(), { windows: 0 });
});
