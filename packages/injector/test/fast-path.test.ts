import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { test, type Test } from 'tap';
import { startHarness, startTinyS3, until } from './harness.ts';
import { rawClient } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';
import { openPath, type Path } from './two-paths-kit.ts';

const GET = 'GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** A text so often in another, one after the other. */
const times = (count: number, text: string) => (seen: string) => seen.split(text).length > count;

/** A test of the fast path that reads into a buffer of ours, and of what it does where Node has none to give any more. */
function onBoth(name: string, check: (t: Test, open: (upstreamUrl: string) => Promise<Path>) => Promise<void>): void {
  for (const offersBuffer of [true, false]) {
    test(offersBuffer ? name : `${name} (in Node's own buffers)`, (t) =>
      check(t, (upstreamUrl) => openPath(t, upstreamUrl, true, offersBuffer)),
    );
  }
}

test('what a fault strikes is ruled on once, though node:http carries it and all that follows', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, inflict, eventCount } = await startHarness(t, s3.url);
  const client = rawClient(port);
  client.write(GET);
  await client.until(times(1, 'hello'));
  inflict(
    { kind: 'http-error', code: 'NoSuchKey', applied: false, after: { shape: 'constant', ms: 0 } },
    { where: { regions: ['us-east-1'], limit: { first: 2, per: 'window' } } },
  );
  for (const struck of [1, 2]) {
    client.write(GET);
    await client.until(times(struck, '</Error>'));
  }
  client.write(GET);
  await client.until(times(2, 'hello'));
  t.same([...injector.fired()], [['w1', 2]]);
  const events = await eventCount(4);
  t.match(
    events.map(({ exchange: { id, occurrence }, status, connection }) => [id, occurrence, status, connection]),
    [
      [1, undefined, 200, events[0]?.connection],
      [2, 1, 404, events[0]?.connection],
      [3, 2, 404, events[0]?.connection],
      [4, 3, 200, events[0]?.connection],
    ],
  );
  t.equal(s3.received.length, 2);
  client.socket.destroy();
});

onBoth('an ordinary connection stays off node:http, whatever goes over it', async (t, open) => {
  const s3 = await startTinyS3(t);
  const path = await open(s3.url);
  const client = rawClient(path.port);
  const body = Buffer.alloc(300_000, 'body ').toString();
  client.write(GET);
  await client.until(times(1, 'hello'));
  client.write(`PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await client.until(times(2, 'HTTP/1.1 200'));
  client.write('DELETE /bucket/key HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n');
  await client.until(times(3, 'HTTP/1.1 200'));
  client.write('HEAD /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await client.until(times(4, 'HTTP/1.1 200'));
  client.write('GET /bucket/bytes/500000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  t.equal((await client.over()).how, 'end');
  t.equal(path.readByNode(), 0);
  t.same(
    path.events.map(({ requestBytes, responseBytes, outcome }) => [requestBytes, responseBytes, outcome]),
    [
      [0, 5, 'answered'],
      [300_000, 0, 'answered'],
      [0, 0, 'answered'],
      [0, 0, 'answered'],
      [0, 500_000, 'answered'],
    ],
  );
  t.equal(s3.received[1]?.sha256, createHash('sha256').update(body).digest('hex'));
});

onBoth('an upload that is answered early is read to its end, and the next request is served', async (t, open) => {
  const server = await startRawServer(t, (socket, heard, connection) => {
    if (connection === 0) socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    else if (heard.endsWith('\r\n\r\n')) socket.write(OK);
  });
  const path = await open(server.url);
  const client = rawClient(path.port);
  client.write('PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nhalf');
  await client.until((seen) => seen.endsWith('no'));
  client.write(`${'x'.repeat(99_996)}${GET}`);
  await client.until(times(1, '200 OK'));
  t.match(path.events, [
    { status: 403, outcome: 'answered', applied: false, requestBytes: 4 },
    { status: 200, outcome: 'answered' },
  ]);
  t.equal(server.heard.length, 2, 'the connection that S3 had not read to its end is not used again');
  client.socket.destroy();
});

onBoth('a request that comes before its turn waits for it', async (t, open) => {
  const waiting: (() => void)[] = [];
  const server = await startRawServer(t, (socket, heard) => {
    if (heard.endsWith('\r\n\r\n')) waiting.push(() => socket.write(OK));
  });
  const path = await open(server.url);
  const client = rawClient(path.port);
  client.write(GET);
  await until(() => waiting.length === 1);
  client.write(GET);
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  t.equal(waiting.length, 1);
  waiting[0]?.();
  await until(() => waiting.length === 2);
  waiting[1]?.();
  await client.until(times(2, '200 OK'));
  await until(() => path.registry.size === 0);
  t.equal(path.events.length, 2);
  client.socket.destroy();
});

/** Legal, and not plainly so. */
const odd = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n';

onBoth('an answer that is none plainly is read by node:http, and nothing is asked twice', async (t, open) => {
  for (const method of ['GET', 'DELETE']) {
    const server = await startRawServer(t, (socket, heard) => {
      if (heard.endsWith('\r\n\r\n')) socket.write(odd);
    });
    const path = await open(server.url);
    const client = rawClient(path.port);
    const request = `${method} /b/k HTTP/1.1\r\nHost: h\r\n\r\n`;
    client.write(request);
    t.match(await client.until(times(1, 'hi\r\n0\r\n\r\n')), /^HTTP\/1\.1 200 OK\r\n/);
    t.equal(server.heard.length, 1, 'asked once');
    client.write(request);
    await client.until(times(2, 'hi\r\n0\r\n\r\n'));
    t.equal(path.readByNode(), 2, 'from now on by node:http from the first');
    t.match(path.events, [{ outcome: 'answered', status: 200, applied: true }, { outcome: 'answered' }]);
    client.socket.destroy();
  }
});

onBoth('an upload goes on under an answer that is none plainly, and the next request is served', async (t, open) => {
  const whole = 'x'.repeat(300_000);
  const server = await startRawServer(t, (socket, heard, connection) => {
    if (connection === 0 && heard.includes('half') && !heard.includes('x')) socket.write(odd.slice(0, 60));
    if (connection === 0 && heard.endsWith('xy')) socket.write(odd.slice(60));
    if (connection > 0 && heard.endsWith('\r\n\r\n')) socket.write(OK);
  });
  const path = await open(server.url);
  const client = rawClient(path.port);
  client.write('PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 300005\r\n\r\nhalf');
  await until(() => path.readByNode() === 1);
  client.write(`${whole}y${GET}`);
  await client.until((seen) => /hi\r\n0\r\n\r\nHTTP\/1\.1 200 OK/.test(seen));
  t.equal(server.heard[0], `PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 300005\r\n\r\nhalf${whole}y`);
  t.match(path.events, [
    { status: 200, outcome: 'answered', applied: true, requestBytes: 300_005, responseBytes: 2 },
    { status: 200, outcome: 'answered', requestBytes: 0 },
  ]);
  client.socket.destroy();
});

for (const [kind, text] of [
  ['plain', OK],
  ['odd', odd],
] as const) {
  onBoth(`a write that S3 has in full takes its course when its client has gone: ${kind} answer`, async (t, open) => {
    const waiting: (() => void)[] = [];
    const server = await startRawServer(t, (socket, heard) => {
      if (heard.endsWith('body')) waiting.push(() => socket.write(text));
    });
    const path = await open(server.url);
    const client = rawClient(path.port);
    client.write('PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody');
    await until(() => waiting.length === 1);
    client.socket.destroy();
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    t.equal(path.events.length, 0, 'S3 has not answered yet');
    waiting[0]?.();
    await until(() => path.events.length === 1);
    t.match(path.events, [{ outcome: 'client-gone', applied: true, status: null, requestBytes: 4 }]);
  });
}
