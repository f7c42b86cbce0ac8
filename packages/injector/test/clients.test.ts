import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { startInjector, type Fault } from '../src/index.ts';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient, requestText } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

test('a client that gives up', async (t) => {
  const answers: (() => void)[] = [];
  const server = await startRawServer(t, (socket, heard) => {
    if (heard.endsWith('the body')) answers.push(() => socket.write(OK));
  });
  const { port, injector, events, inFlight } = await startHarness(t, server.url);
  const reader = rawClient(port);
  reader.write(requestText('GET', '/b/k'));
  await until(() => server.heard.length === 1);
  reader.socket.destroy();
  await until(() => events.length === 1);
  t.match(events[0], { outcome: 'client-gone', status: null, applied: false });

  const writer = rawClient(port);
  writer.write(requestText('PUT', '/b/k', [], 'the body'));
  await until(() => answers.length === 1);
  writer.socket.destroy();
  await until(() => writer.socket.closed);
  await inFlight(1);
  for (const answer of answers) answer();
  await until(() => events.length === 2);
  t.match(
    events[1],
    { outcome: 'client-gone', status: null, requestBytes: 8, applied: true },
    'the write took its course',
  );
  t.equal(injector.inFlight, 0);
});

test('pipelined requests each have their exchange, and end with their connection', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, inflict, injector, eventCount, inFlight } = await startHarness(t, s3.url);
  const twice = 'GET /bucket/a HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2);
  const client = rawClient(port);
  client.write(twice);
  t.equal((await client.until((text) => text.split('hello').length === 3)).split('HTTP/1.1 200').length, 3);
  await eventCount(2);
  inflict({ kind: 'silent' });
  client.write(twice);
  await inFlight(2);
  client.socket.destroy();
  t.match((await eventCount(4)).slice(2), [{ outcome: 'client-gone' }, { outcome: 'client-gone' }]);
  t.equal(injector.inFlight, 0);
});

test('stopping ends what is in flight, and says so', async (t) => {
  const server = await startRawServer(t, () => {});
  const { port, injector, events, inFlight } = await startHarness(t, server.url);
  const asked = [ask(port, 'GET', '/b/k'), ask(port, 'PUT', '/b/k', [], 'the body')];
  await inFlight(2);
  await injector.stop();
  t.match(events, [
    { outcome: 'cut', fault: null },
    { outcome: 'cut', fault: null, applied: false },
  ]);
  for (const seen of await Promise.all(asked)) t.same(seen, { text: '', how: 'reset' });
});

test('a window that begins cuts what is in flight, where it says so', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, clock, events, inFlight } = await startHarness(t, s3.url);
  const big = 'GET /bucket/bytes/500000000 HTTP/1.1\r\nHost: h\r\n\r\n';
  const clients = ['cut', 'cut', 'cut'].map(() => rawClient(port));
  for (const client of clients) {
    client.write(big);
    await client.until((text) => text.length > 1_000);
    client.socket.pause(); // a transfer that is far from its end
  }
  await inFlight(3);
  const silent: Fault = { kind: 'silent' };
  const common = { startMs: 500, endMs: 900, share: { from: 1, to: 1 }, fault: silent };
  injector.start({
    windows: [
      { ...common, id: 'spares', where: { regions: ['us-east-1'] }, inFlight: 'spare' },
      { ...common, id: 'elsewhere', where: { regions: ['us-east-1'], classes: ['write'] }, inFlight: 'cut' },
      { ...common, id: 'cuts', startMs: 700, where: { regions: ['us-east-1'] }, inFlight: 'cut' },
    ],
  });
  clock.advance(699);
  await until(() => true);
  t.equal(injector.inFlight, 3);
  const late = ask(port, 'GET', '/bucket/key');
  await inFlight(4);
  clock.advance(1);
  await until(() => injector.inFlight === 0);
  for (const client of clients) {
    client.socket.resume();
    const { text } = await client.over();
    t.ok(text.length < 500_000_000);
  }
  t.equal((await late).how, 'reset', 'what another window holds is in flight too');
  t.same(
    [...injector.fired()],
    [
      ['spares', 1],
      ['elsewhere', 0],
      ['cuts', 4],
    ],
  );
  for (const event of events) t.match(event, { outcome: 'cut', fault: { windowId: 'cuts', kind: 'silent' } });
});

test('bodies of 100 MB stream both ways in flat memory', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, eventCount } = await startHarness(t, s3.url);
  const bytes = 100 * 1_048_576;
  const block = Buffer.alloc(65_536, 'abcdefghijklmnop');
  const before = process.memoryUsage().rss;
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss - before);
  }, 5);
  t.teardown(() => clearInterval(sampler));

  const put = request({
    port,
    host: '127.0.0.1',
    method: 'PUT',
    path: '/bucket/big',
    headers: { 'content-length': bytes },
  });
  const answered = new Promise((resolve) => put.once('response', (answer) => resolve(answer.resume().statusCode)));
  await pipeline(Readable.from(Array.from({ length: bytes / block.length }, () => block)), put);
  t.equal(await answered, 200);
  const whole = createHash('sha256');
  for (let left = bytes; left > 0; left -= block.length) whole.update(block);
  const digest = whole.digest('hex');
  t.match(s3.received[0], { bytes, sha256: digest });

  const down = createHash('sha256');
  await new Promise<void>((resolve, reject) => {
    const get = request({ port, host: '127.0.0.1', path: `/bucket/bytes/${bytes}` }, (answer) => {
      pipeline(answer, down).then(resolve, reject);
    });
    get.on('error', reject).end();
  });
  t.equal(down.digest('hex'), digest);
  t.match(await eventCount(2), [{ requestBytes: bytes }, { responseBytes: bytes }]);
  // Less than one of the bodies: neither direction is held in memory.
  t.ok(peak < 96 * 1_048_576, `client, injector and upstream together grew by ${Math.round(peak / 1_048_576)} MB`);
});

function clientFor(url: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    ...config,
  });
}

test('the AWS SDK with default settings', async (t) => {
  const s3 = await startTinyS3(t);
  const { url, events, eventCount, inflict, injector } = await startHarness(t, s3.url);
  const client = clientFor(url);
  t.teardown(() => client.destroy());
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b/ü.txt', Body: 'text' }));
  const got = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  t.equal(await got.Body?.transformToString(), 'hello');
  await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  // A stream comes aws-chunked, its checksum in a trailer of that format: opaque bytes to a proxy.
  const streamed = new PutObjectCommand({
    Bucket: 'bucket',
    Key: 'k',
    Body: Readable.from(['one ', 'two']),
    ContentLength: 7,
  });
  await client.send(streamed);
  t.match(s3.received[3]?.rawHeaders.join('\n'), 'aws-chunked');
  t.ok((s3.received[3]?.bytes ?? 0) > 'one two'.length);
  t.match(await eventCount(4), [
    {
      exchange: {
        operation: 'PutObject',
        class: 'write',
        bucket: 'bucket',
        key: 'a b/ü.txt',
        attempt: 1,
        attemptsMax: 3,
      },
    },
    { exchange: { operation: 'GetObject', class: 'read', key: 'k' } },
    { exchange: { operation: 'HeadObject' } },
    { exchange: { operation: 'PutObject' }, requestBytes: s3.received[3]?.bytes },
  ]);

  inflict({ kind: 'http-error', code: 'InternalError', applied: false });
  const failure: unknown = await client
    .send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
    .catch((error) => error);
  t.match(failure, { name: 'InternalError', $metadata: { httpStatusCode: 500, attempts: 3 } });
  await eventCount(7);
  const attempts = events.slice(4).map(({ exchange }) => exchange);
  t.same(
    attempts.map(({ attempt, occurrence }) => [attempt, occurrence]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  );
  t.equal(new Set(attempts.map(({ invocation }) => invocation)).size, 1, 'three attempts of one invocation');
  t.match(failure, { $metadata: { requestId: /^[\dA-Z]{16}$/, extendedRequestId: /^[\w+/]{75}=$/ } });

  inflict({ kind: 'reset', stage: 'head', afterBytes: 0 });
  const reset: unknown = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' })).catch((error) => error);
  t.match(reset, { code: 'ECONNRESET' });
  inflict({ kind: 'refuse' });
  const refused: unknown = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' })).catch((error) => error);
  t.match(refused, { code: 'ECONNREFUSED' });
  injector.heal();
  t.equal((await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }))).ContentLength, 5);
});

test('what cannot be started is said clearly', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, inflict } = await startHarness(t, s3.url);
  const regions = [{ region: 'us-east-1', upstream: s3.url, port }];
  await t.rejects(startInjector({ regions, seed: 's' }), {
    message: new RegExp(`^the endpoint of us-east-1 cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`),
  });
  const nowhere = { region: 'us-east-1', upstream: 'store' };
  await t.rejects(startInjector({ regions: [nowhere], seed: 's' }), {
    message: 'upstream of us-east-1: store is not an endpoint; write it as http://HOST:PORT',
  });
  t.throws(() => inflict({ kind: 'silent' }, { where: { regions: ['eu-west-1'] } }), {
    message: /window w1: no endpoint serves eu-west-1; there are us-east-1$/,
  });
  t.throws(() => inflict({ kind: 'http-error', code: 'SlowDonw', applied: false }), {
    message: /did you mean SlowDown\?/,
  });
  await injector.stop();
  await injector.stop();
  t.equal((await ask(port, 'GET', '/')).how, 'refused');
});
