import { once } from 'node:events';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { test, type Test } from 'tap';
import {
  controlStatusSchema,
  exchangeEventSchema,
  unansweredEventSchema,
  injectorVersion,
  startControl,
  startInjector,
  superviseInjector,
  type Control,
  type Injector,
} from '../src/index.ts';
import { startTinyS3, until } from './harness.ts';
import { clientOf, startTestStore } from './store-kit.ts';
import { manualClock, type ManualClock } from '../src/manual-clock.ts';
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

async function setUp(
  t: Test,
  options: { clock?: ManualClock; leaseMs?: number; eventsKept?: number; accessKeyId?: string } = {},
): Promise<Setup> {
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
  t.equal((await call('GET', '/status', undefined, { host: '127.0.0.1.evil.example' })).status, 403);
  t.equal((await call('GET', '/status', undefined, { host: '127.0.0.1:1' })).status, 200, 'a tunnel has its own port');
  t.equal((await call('GET', '/status', undefined, { origin: 'http://127.0.0.1:1' })).status, 403);
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
    unproved: [],
    exchanges: 1,
  });
  t.match(
    (await call('GET', '/metrics')).text,
    'gameday_exchanges_total{region="us-east-1",operation="GetObject",outcome="answered",fault="http-error"} 1',
  );

  clock.advance(900);
  await call('POST', '/lease');
  clock.advance(900);
  t.equal(await status(), 'HTTP/1.1 503', 'the lease was renewed');
  await call('POST', '/lease?timeline=2');
  clock.advance(100);
  t.equal(await status(), 'HTTP/1.1 200', 'and then it was not');
  await call('POST', '/lease');
  t.match(JSON.parse((await call('GET', '/status')).text), { windows: 0, leaseRemainingMs: null, timeline: null });

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
  await call('PUT', '/timeline', { windows: [error] });
  t.equal(await status(), 'HTTP/1.1 503');
  await control.close();
  t.equal(await status(), 'HTTP/1.1 200', 'faults end with the API that holds their lease');
});

/** Reads a stream until a number of messages has come. */
async function listen(control: Control, lastSeen: string | null, count: number): Promise<readonly string[]> {
  const headers = {
    authorization: `Bearer ${control.token}`,
    ...(lastSeen === null ? {} : { 'last-event-id': lastSeen }),
  };
  const sent = request(`${control.url}/events`, { headers });
  sent.end();
  const [stream] = (await once(sent, 'response')) as [IncomingMessage];
  let heard = '';
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await until(() => heard.split('\n\n').length > count);
  sent.destroy();
  return heard.split('\n\n').slice(0, count);
}

test('the stream of exchanges: numbered, goes on where it broke off, and says what is lost', async (t) => {
  const { port, control, call } = await setUp(t, { eventsKept: 4, accessKeyId: 'KEY' });
  const look = async () => controlStatusSchema.parse(JSON.parse((await call('GET', '/status')).text));
  const { instance } = await look();
  const answered = async (exchanges: number): Promise<void> => {
    while ((await look()).exchanges < exchanges) await ask(port, 'GET', '/bucket/key');
  };
  await answered(3);
  t.match(await look(), { version: injectorVersion, accessKeyId: 'KEY', armed: [], timeline: null, exchanges: 3 });
  const ids = (messages: readonly string[]) => messages.map((text) => /id: (\S+)/.exec(text)?.[1]);
  const [begin, ...missed] = await listen(control, `${instance}-1`, 3);
  t.match(begin, /^event: begin\n/);
  t.strictSame(ids([begin ?? '', ...missed]), [`${instance}-1`, `${instance}-2`, `${instance}-3`]);
  for (const text of missed) {
    const event = exchangeEventSchema.parse(JSON.parse(text.split('data: ')[1] ?? ''));
    t.match(event, { status: 200, exchange: { key: 'key' } });
  }
  await answered(10);
  const [, lost, next] = await listen(control, `${instance}-3`, 6);
  t.equal(lost, `event: lost\nid: ${instance}-6\ndata: {"exchanges":3}`, 'four are kept');
  t.strictSame(ids([next ?? '']), [`${instance}-7`]);
  const [, unknown] = await listen(control, 'beef-3', 3);
  t.equal(unknown, `event: lost\nid: ${instance}-0\ndata: {"exchanges":null}`, 'it was another injector');
  t.strictSame(ids(await listen(control, null, 1)), [`${instance}-10`], 'from now on');
  const unanswered = { region: 'us-east-1', windowId: 'hole', startedMs: 1, endedMs: 2.5, waiting: false };
  control.observeUnanswered(unanswered);
  const [, dropped = ''] = await listen(control, `${instance}-10`, 2);
  t.match(dropped, `event: unanswered\nid: ${instance}-11\n`);
  t.strictSame(unansweredEventSchema.parse(JSON.parse(dropped.split('data: ')[1] ?? '')), unanswered);
});

test('only one timeline is put in force where two want theirs, and it may bring a seed', async (t) => {
  const { control, call, port } = await setUp(t);
  const half = { windows: [{ ...error, share: { from: 0.5, to: 0.5 } }] };
  const wanted = { 'if-none-match': '*' };
  t.match(JSON.parse((await call('PUT', '/timeline', half, wanted)).text), { timeline: 1, windows: 1 });
  t.equal((await call('PUT', '/timeline', half, wanted)).status, 412);
  const fates = async (seed: string): Promise<string> => {
    await call('PUT', '/timeline', { ...half, seed });
    let told = '';
    for (let key = 0; key < 24; key += 1) told += (await ask(port, 'GET', `/bucket/${key}`)).text.slice(9, 10);
    return told;
  };
  const [one, other, again] = [await fates('one'), await fates('other'), await fates('one')];
  t.not(one, other);
  t.equal(again, one);
  await control.close();
});

test('replication of the S3 that is its own is paused for as long as the lease, no other', async (t) => {
  const clock = manualClock();
  const store = await startTestStore({
    regions: ['us-east-1', 'us-west-2'],
    clock,
    replicationLag: { shape: 'constant', ms: 10 },
  });
  const s3 = await startTinyS3(t);
  const own = [...store.endpoints].map(([region, upstream]) => ({ region, upstream }));
  const injector = await startInjector({ regions: [...own, { region: 'eu-west-1', upstream: s3.url }], seed: 's' });
  const control = await startControl(injector, { clock, leaseMs: 1_000, store });
  t.teardown(async () => {
    await control.close();
    await injector.stop();
    await store.stop();
  });
  const call = async (method: string, path: string, body: unknown): Promise<{ status: number; text: string }> => {
    const headers = { authorization: `Bearer ${control.token}` };
    const answer = await fetch(`${control.url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  };
  const pause = (...paused: object[]) => call('PUT', '/replication', { paused });
  const [east, west] = [clientOf(store), clientOf(store, 'us-west-2')];
  const LocationConstraint = 'us-west-2' as const;
  await east.send(new CreateBucketCommand({ Bucket: 'east' }));
  await west.send(new CreateBucketCommand({ Bucket: 'west', CreateBucketConfiguration: { LocationConstraint } }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await east.send(new PutBucketVersioningCommand({ Bucket: 'east', VersioningConfiguration }));
  await west.send(new PutBucketVersioningCommand({ Bucket: 'west', VersioningConfiguration }));
  const Rules = [{ Status: 'Enabled', Prefix: '', Destination: { Bucket: 'arn:aws:s3:::west' } }] as const;
  const ReplicationConfiguration = { Role: 'arn:aws:iam::123456789012:role/r', Rules: [...Rules] };
  await east.send(new PutBucketReplicationCommand({ Bucket: 'east', ReplicationConfiguration }));
  const written = async (Key: string): Promise<string | undefined> => {
    await east.send(new PutObjectCommand({ Bucket: 'east', Key, Body: Key }));
    clock.advance(10);
    return (await east.send(new HeadObjectCommand({ Bucket: 'east', Key }))).ReplicationStatus;
  };

  t.match(await pause({ sourceRegion: 'us-east-1' }), { status: 412, text: /lasts as long as its lease/ });
  await call('PUT', '/timeline', { windows: [] });
  t.match(await pause({ sourceRegions: 'us-east-1' }), { status: 400 });
  const foreign = { status: 409, text: /^not possible: the S3 of eu-west-1/ };
  t.match(await pause({ sourceRegion: 'eu-west-1' }), foreign);
  t.match(await pause({ sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' }), foreign);
  t.match(await pause({ sourceBucket: 'east' }), foreign, 'a bucket may be anywhere');
  t.equal(await written('before'), 'COMPLETED');
  t.match(JSON.parse((await pause({ sourceRegion: 'us-east-1' })).text), {
    upstreams: { 'us-east-1': null, 'us-west-2': null, 'eu-west-1': s3.url },
    replicationPaused: 1,
  });
  t.equal(await written('paused'), 'PENDING');
  await pause();
  t.equal(await written('resumed'), 'COMPLETED');
  await pause({ sourceRegion: 'us-east-1' });
  clock.advance(1_000);
  t.equal(await written('lapsed'), 'COMPLETED', 'the lease is over');
});

test('a data plane that is killed comes back in pass-through, on the same ports', async (t) => {
  const s3 = await startTinyS3(t);
  const back: string[] = [];
  const supervised = await superviseInjector({
    regions: new Map([['us-east-1', s3.url]]),
    seed: 'seed',
    credentials: { accessKeyId: 'A', secretAccessKey: 's' },
    onRestart: (why) => back.push(why),
    proxyPort: 0,
  });
  t.teardown(() => supervised.stop());
  const { proxy } = supervised;
  /** Throws where the certificate is not signed by the authority that was there at the beginning. */
  const shakeHands = async (): Promise<void> => {
    const socket = connectTcp({ port: Number(new URL(proxy?.url ?? '').port), host: '127.0.0.1' });
    const tls = connectTls({ socket, servername: 's3.us-east-1.amazonaws.com', ca: proxy?.caCertificate ?? '' });
    await once(tls, 'secureConnect');
    tls.destroy();
  };
  await shakeHands();
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
  await t.resolves(shakeHands(), 'clients that trust its certificate authority still do');
  t.match(await (await fetch(`${url}/status`, { headers })).json(), { windows: 0 });
});
