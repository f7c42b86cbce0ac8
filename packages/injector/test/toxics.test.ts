import { test, type Test } from 'tap';
import type { ExchangeEvent, Fault, FaultKind } from '../src/index.ts';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient, type RequestParts, type Seen } from './raw-client.ts';

const HELLO = /^HTTP\/1\.1 200 OK\r\n[^]*hello$/;

/** One way of a fault, and what must come of it. */
interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly request?: RequestParts;
  /** How long to turn the clock while the exchange is in flight. */
  readonly advanceMs?: number;
  readonly seen: (seen: Seen, t: Test) => void;
  /** Null where the exchange never comes to be. */
  readonly event: Partial<ExchangeEvent> | null;
  /** How many requests the upstream gets. */
  readonly upstreamRequests: number;
}

const isReset = ({ text, how }: Seen, t: Test): void => {
  t.equal(how, 'reset');
  t.equal(text, '');
};

const isSlowDown = ({ text }: Seen, t: Test): void => {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [status, ...headers] = head.split('\r\n');
  t.equal(status, 'HTTP/1.1 503 Slow Down');
  t.same(
    headers.map((header) => header.split(':')[0]),
    ['x-amz-request-id', 'x-amz-id-2', 'Content-Type', 'Transfer-Encoding', 'Date', 'Connection', 'Server'],
  );
  t.match(
    headers.join('\n'),
    /x-amz-request-id: [\dA-Z]{16}\nx-amz-id-2: [\w+/]{75}=\nContent-Type: application\/xml\n/,
  );
  t.match(text, /<\/Error>\r\n0\r\n\r\n$/, 'one chunk, nothing after the XML');
  t.match(body, '<Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>');
};

const slowDown: Fault = { kind: 'http-error', code: 'SlowDown', applied: false };
const put: RequestParts = ['PUT', '/bucket/key', [], 'a body of 18 bytes'];

/** Every kind of fault; one that is missing does not compile. */
const cases: { readonly [Kind in FaultKind]: readonly Case[] } = {
  refuse: [
    {
      name: 'a new connection is refused',
      fault: { kind: 'refuse' },
      seen: ({ how }, t) => t.equal(how, 'refused'),
      event: null,
      upstreamRequests: 0,
    },
  ],
  silent: [
    {
      name: 'nothing comes until the window ends, then the connection is reset',
      fault: { kind: 'silent' },
      request: put,
      advanceMs: 1_000,
      seen: isReset,
      event: { outcome: 'cut', status: null, headMs: null, endedMs: 1_000, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
  ],
  reset: [
    {
      name: 'before a byte of the answer',
      fault: { kind: 'reset', stage: 'head', afterBytes: 0 },
      request: put,
      seen: isReset,
      event: { outcome: 'cut', status: null, headMs: null, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'in the middle of the body',
      fault: { kind: 'reset', stage: 'body', afterBytes: 70_000 },
      request: ['GET', '/bucket/bytes/200000'],
      seen: ({ text, how }, t) => {
        t.equal(text.length - text.indexOf('\r\n\r\n') - 4, 70_000);
        t.match(text, 'Content-Length: 200000');
        t.ok(how === 'reset' || how === 'end', 'Node reports an end where data and reset come in one poll');
      },
      event: { outcome: 'cut', status: 200, responseBytes: 70_000, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'in a body that is shorter than that: its last byte is missing',
      fault: { kind: 'reset', stage: 'body', afterBytes: 70_000 },
      seen: ({ text }, t) => t.match(text, /\r\n\r\nhell$/),
      event: { outcome: 'cut', status: 200, responseBytes: 4, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'after the head alone',
      fault: { kind: 'reset', stage: 'body', afterBytes: 0 },
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/),
      event: { outcome: 'cut', status: 200, responseBytes: 0 },
      upstreamRequests: 1,
    },
    {
      name: 'an answer without a body is reset before its head',
      fault: { kind: 'reset', stage: 'body', afterBytes: 10 },
      request: ['HEAD', '/bucket/key'],
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 1,
    },
  ],
  'http-error': [
    {
      name: 'at once',
      fault: slowDown,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, addedLatencyMs: 0, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'after the body was read',
      fault: slowDown,
      request: put,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'without a body for HEAD',
      fault: slowDown,
      request: ['HEAD', '/bucket/key'],
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 503 Slow Down\r\n[^]*Server: AmazonS3\r\n\r\n$/),
      event: { outcome: 'answered', status: 503, responseBytes: 0 },
      upstreamRequests: 0,
    },
    {
      name: 'late',
      fault: { ...slowDown, after: { shape: 'constant', ms: 400 } },
      advanceMs: 400,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, headMs: 400, addedLatencyMs: 400 },
      upstreamRequests: 0,
    },
    {
      name: 'later than its window: at the window’s end',
      fault: { ...slowDown, after: { shape: 'constant', ms: 4_000 } },
      advanceMs: 1_000,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, headMs: 1_000 },
      upstreamRequests: 0,
    },
    {
      name: 'though the request took effect',
      fault: { ...slowDown, applied: true },
      request: put,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 18, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'at once where the client awaits 100 Continue: its body is never asked for',
      fault: slowDown,
      request: ['PUT', '/bucket/key', ['Expect: 100-continue', 'Content-Length: 5000000']],
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 0 },
      upstreamRequests: 0,
    },
  ],
  latency: [
    {
      name: 'the head waits',
      fault: { kind: 'latency', delay: { shape: 'constant', ms: 300 } },
      advanceMs: 300,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 300, addedLatencyMs: 300, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'not longer than the window',
      fault: { kind: 'latency', delay: { shape: 'constant', ms: 5_000 } },
      advanceMs: 1_000,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 1_000, addedLatencyMs: 1_000 },
      upstreamRequests: 1,
    },
  ],
  blackout: [
    {
      name: 'silence',
      fault: { kind: 'blackout', silent: 1, reset: 0, unavailable: 0, after: { shape: 'constant', ms: 0 } },
      advanceMs: 1_000,
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 0,
    },
    {
      name: 'reset',
      fault: { kind: 'blackout', silent: 0, reset: 1, unavailable: 0, after: { shape: 'constant', ms: 0 } },
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 0,
    },
    {
      name: 'a late 503',
      fault: { kind: 'blackout', silent: 0, reset: 0, unavailable: 1, after: { shape: 'constant', ms: 500 } },
      advanceMs: 500,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*<Code>ServiceUnavailable</),
      event: { outcome: 'answered', status: 503, headMs: 500, addedLatencyMs: 500 },
      upstreamRequests: 0,
    },
  ],
};

for (const [kind, ways] of Object.entries(cases)) {
  test(`toxic ${kind}`, async (t) => {
    for (const one of ways) {
      await t.test(one.name, async (tt) => {
        const s3 = await startTinyS3(tt);
        const harness = await startHarness(tt, s3.url);
        harness.inflict(one.fault);
        const asked = ask(harness.port, ...(one.request ?? ['GET', '/bucket/key']));
        if (one.advanceMs !== undefined) {
          await harness.held();
          let over = false;
          void asked.then(() => (over = true));
          harness.clock.advance(one.advanceMs - 1);
          tt.notOk(over, 'not before its time');
          harness.clock.advance(1);
        }
        one.seen(await asked, tt);
        if (one.event !== null) {
          const [event] = await harness.eventCount(1);
          tt.match(event, { ...one.event, fault: { windowId: 'w1', kind } });
        }
        tt.equal(s3.received.length, one.upstreamRequests);
        tt.same([...harness.injector.fired()], [['w1', one.event === null ? 0 : 1]]);

        harness.clock.advance(1_000);
        await until(() => harness.injector.inFlight === 0);
        tt.match((await ask(harness.port, 'GET', '/bucket/key')).text, HELLO, 'it heals when its window ends');
        tt.equal(harness.events.length, one.event === null ? 1 : 2, 'one event for each exchange');
      });
    }
  });
}

test('healing ends every fault at once', async (t) => {
  const held: readonly (readonly [Fault, (seen: Seen, tt: Test) => void])[] = [
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
    check(await asked, t);
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
  t.equal((await idle.over()).how, 'end');
  t.match((await busy.over()).text, HELLO, 'spared: its answer comes, then its connection closes');
  t.equal((await ask(harness.port, 'GET', '/')).how, 'refused');
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
  t.equal((await ask(harness.port, 'GET', '/')).how, 'refused', 'shut again before it could listen');
  harness.injector.heal();
  t.match((await ask(harness.port, 'GET', '/bucket/key')).text, HELLO);
});
