import { test } from 'tap';
import type { Fault, FaultKind } from '../src/index.ts';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';
import { answerCases } from './toxic-cases/answers.ts';
import { bodyCases } from './toxic-cases/bodies.ts';
import { HELLO, isReset, isSlowDown, slowDown, type Case } from './toxic-cases/case.ts';
import { connectionCases } from './toxic-cases/connections.ts';
import { ways } from './ways.ts';

/** Tested by themselves, for they strike before there is an exchange: see black-hole.test.ts and mitm.test.ts. */
type Apart = 'black-hole' | 'dns-gone' | 'tls-failure';

/** Every kind of fault; one that is missing does not compile. */
const cases: { readonly [Kind in Exclude<FaultKind, Apart>]: readonly Case[] } = {
  ...connectionCases,
  ...answerCases,
  ...bodyCases,
};

for (const way of ways) {
  test(`every toxic, ${way.name}`, async (t) => {
    const s3 = await startTinyS3(t);
    const plain = await startHarness(t, s3.url, way.proxied ? { proxyPort: 0 } : {});
    const harness = { ...plain, ask: way.enter(plain) };
    for (const [kind, ofKind] of Object.entries(cases)) {
      for (const one of ofKind) {
        const skip = way.proxied && one.endpointOnly !== undefined ? one.endpointOnly : false;
        await t.test(`${kind}: ${one.name}`, { skip }, async (tt) => {
          const eventsBefore = harness.events.length;
          const receivedBefore = s3.received.length;
          const startMs = harness.clock.now();
          harness.inflict(one.fault);
          await one.before?.(harness);
          const first = eventsBefore + (one.exchangesBefore ?? 0);
          await harness.eventCount(first);
          const asked = harness.ask(one.request ?? ['GET', '/bucket/key'], one.keepAlive);
          if (one.advanceMs !== undefined) {
            await harness.held();
            let over = false;
            void asked.then(() => (over = true));
            harness.clock.advance(one.advanceMs - 1);
            tt.notOk(over, 'not before its time');
            harness.clock.advance(1);
          }
          one.seen({ ...(await asked), secure: way.secure }, tt);
          if (one.event !== null) {
            const event = (await harness.eventCount(first + 1))[first];
            if (event === undefined) throw new Error('no event');
            const { headMs, endedMs } = event;
            const since = { headMs: headMs === null ? null : headMs - startMs, endedMs: endedMs - startMs };
            tt.match({ ...event, ...since }, { ...one.event, fault: { windowId: 'w1', kind } });
          }
          tt.equal(s3.received.length - receivedBefore, one.upstreamRequests);
          tt.same([...harness.injector.fired()], [['w1', one.event === null ? 0 : 1]], 'it has fired, and is counted');

          harness.clock.advance(1_000);
          await until(() => harness.injector.inFlight === 0);
          tt.match((await harness.ask(['GET', '/bucket/key'])).text, HELLO, 'it heals when its window ends');
          await harness.eventCount(first + (one.event === null ? 1 : 2));
          tt.equal(harness.events.length, first + (one.event === null ? 1 : 2), 'one event for each exchange');
        });
      }
    }
  });
}

test('healing ends every fault at once', async (t) => {
  const held: readonly (readonly [Fault, Case['seen']])[] = [
    [{ kind: 'silent' }, isReset],
    [{ kind: 'latency', delay: { shape: 'constant', ms: 900 } }, ({ text }, tt) => tt.match(text, HELLO)],
    [{ ...slowDown, after: { shape: 'constant', ms: 900 } }, isSlowDown],
  ];
  for (const [fault, check] of held) {
    const s3 = await startTinyS3(t);
    const harness = await startHarness(t, s3.url);
    harness.inflict(fault);
    const asked = ask(harness.port, 'GET', '/bucket/key');
    await harness.held();
    harness.injector.heal();
    check({ ...(await asked), secure: false }, t);
    t.match((await ask(harness.port, 'GET', '/bucket/key')).text, HELLO);
  }
});

test('refuse: idle connections close, exchanges in flight are spared or cut, the same port comes back', async (t) => {
  const s3 = await startTinyS3(t);
  const harness = await startHarness(t, s3.url);
  const idle = rawClient(harness.port);
  idle.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await idle.until((text) => text.endsWith('hello'));
  harness.inflict({ kind: 'latency', delay: { shape: 'constant', ms: 5_000 } }, { endMs: 10_000 });
  const busy = rawClient(harness.port);
  busy.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await harness.held();

  harness.inflict({ kind: 'refuse' });
  t.same([...harness.injector.uncounted()], [['w1', false]]);
  t.equal((await idle.over()).how, 'end');
  t.match((await busy.over()).text, HELLO, 'spared: its answer comes, then its connection closes');
  t.equal((await ask(harness.port, 'GET', '/')).how, 'refused');
  await until(() => harness.injector.uncounted().get('w1') === true);
  t.same([...harness.injector.fired()], [['w1', 0]], 'proved, though nobody can count it');
  harness.clock.advance(999);
  t.equal((await ask(harness.port, 'GET', '/')).how, 'refused');
  harness.clock.advance(1);
  t.match((await ask(harness.port, 'GET', '/bucket/key')).text, HELLO);

  harness.inflict({ kind: 'silent' });
  const held = ask(harness.port, 'GET', '/bucket/key');
  await harness.inFlight(1);
  harness.inflict({ kind: 'refuse' }, { inFlight: 'cut' });
  t.equal((await held).how, 'reset');
  for (let round = 0; round < 5; round += 1) {
    harness.injector.heal();
    harness.inflict({ kind: 'refuse' });
  }
  t.match((await ask(harness.port, 'GET', '/')).how, /^re(fused|set)$/, 'shut again before it could listen');
  harness.injector.heal();
  t.match((await ask(harness.port, 'GET', '/bucket/key')).text, HELLO);
});

test('requests sent at once: what strikes one leaves the answers before it alone', async (t) => {
  const faults: readonly (readonly [Fault, RegExp])[] = [
    [{ kind: 'reset', stage: 'head', afterBytes: 0 }, /hello$/],
    [{ kind: 'reset', stage: 'in-head', afterBytes: 0 }, /helloHTTP\/1\.1 200 OK\r\nx-amz-id-2: \S+$/],
    [{ kind: 'silent' }, /hello$/],
  ];
  for (const [fault, seen] of faults) {
    let answer = (): void => {};
    const server = await startRawServer(t, (socket) => {
      answer = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    });
    const harness = await startHarness(t, server.url);
    harness.inflict(fault, { where: { regions: ['us-east-1'], operations: ['DeleteObject'] } });
    const client = rawClient(harness.port);
    client.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\nDELETE /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
    await until(() => harness.injector.fired().get('w1') === 1 && server.heard[0]?.endsWith('\r\n\r\n') === true);
    answer();
    if (fault.kind === 'silent') {
      await client.until((text) => text.endsWith('hello'));
      harness.clock.advance(1_000);
    }
    // Node reports an end where the reset comes in one poll with data.
    t.match((await client.over()).text, seen);
    await harness.eventCount(2);
    t.same(harness.events.map(({ outcome }) => outcome).toSorted(), ['answered', 'cut']);
  }
});

test('many requests at once wait for their turn without a listener each, and end with their connection', async (t) => {
  const warnings: string[] = [];
  const warned = (warning: Error): number => warnings.push(warning.name);
  process.on('warning', warned);
  const server = await startRawServer(t, () => {});
  const harness = await startHarness(t, server.url);
  const client = rawClient(harness.port);
  client.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(20));
  await harness.inFlight(20);
  client.socket.destroy();
  await harness.eventCount(20);
  process.off('warning', warned);
  t.same(warnings, []);
});

test('a slow line that heals before a client that does not read holds no more than the connection does', async (t) => {
  const bytes = 48_000_000;
  const s3 = await startTinyS3(t);
  const harness = await startHarness(t, s3.url);
  harness.inflict({ kind: 'bandwidth', bytesPerSecond: 1_000 });
  const client = rawClient(harness.port);
  client.socket.pause();
  client.write(`GET /bucket/bytes/${bytes} HTTP/1.1\r\nHost: h\r\n\r\n`);
  await harness.held();
  harness.injector.heal();
  t.ok((await ask(harness.port, 'GET', `/bucket/bytes/${bytes}`)).text.length > bytes, 'time enough for as much');
  client.socket.destroy();
  const events = await harness.eventCount(2);
  t.match(events[1], { outcome: 'client-gone', fault: { kind: 'bandwidth' } });
  t.ok((events[1]?.responseBytes ?? 0) < bytes / 2, `${events[1]?.responseBytes} bytes`);
});
