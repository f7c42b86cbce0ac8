import { deepStrictEqual } from 'node:assert/strict';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import tap, { test, type Test } from 'tap';
import type { Fault, FaultKind } from '../src/index.ts';
import { answerOf, converse, startEcho, type Echo } from './fuzz/exchange.ts';
import { bytesOf, fuzzedRequest, type FuzzedRequest } from './fuzz/requests.ts';
import { startHarness, until, type Harness } from './harness.ts';

/** `GAMEDAY_FUZZ=50` makes it fifty times as long, `GAMEDAY_FUZZ_SEED=7` draws other requests. */
const LONGER = Number(process.env['GAMEDAY_FUZZ'] ?? 1);
const seed = Number(process.env['GAMEDAY_FUZZ_SEED'] ?? 20_170_228);
const HOST = 'bucket.s3.us-east-1.amazonaws.com';
tap.comment(`seed ${seed}`);
tap.setTimeout(600_000 * LONGER);

interface Setup extends Harness {
  readonly echo: Echo;
  readonly proxyPort: number;
}

async function setUp(t: Test): Promise<Setup> {
  const echo = await startEcho(t);
  const harness = await startHarness(t, echo.url, { proxyPort: 0 });
  return { ...harness, echo, proxyPort: Number(new URL(harness.injector.proxy?.url ?? '').port) };
}

const check = <Value>(property: fc.IAsyncProperty<Value>, runs: number): Promise<void> =>
  fc.assert(property, { seed, numRuns: runs * LONGER, interruptAfterTimeLimit: 50_000 * LONGER });

const clean = Buffer.from(`GET /bucket/clean HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);

/** What comes next is none the worse for what came before. */
async function nextIsClean({ port, injector, echo }: Setup): Promise<void> {
  const answer = answerOf(await converse(port, [clean]));
  if (answer?.body !== '/bucket/clean  and then 0\r\nx-sum: last\r\n\r\n' && answer?.status.includes('20') !== true) {
    throw new Error(`the next request got ${JSON.stringify(answer)}`);
  }
  await until(() => injector.inFlight === 0);
  echo.heard.length = 0;
}

test('what no fault touches passes as it is, both ways', async (t) => {
  const setup = await setUp(t);
  const { echo, port, proxyPort } = setup;
  let whole = 0;
  const compare = async (direct: string, through: string): Promise<void> => {
    const [wanted, got] = [answerOf(direct), answerOf(through)];
    const [heardDirect, heardThrough] = echo.heard.splice(0);
    if (heardDirect === undefined) {
      // Not HTTP at all to a server of Node, which is what both sides are.
      if (heardThrough !== undefined) throw new Error('only the injector understood it');
    } else {
      whole += 1;
      deepStrictEqual(heardThrough, heardDirect);
      deepStrictEqual(got, wanted);
    }
  };
  await check(
    fc.asyncProperty(fuzzedRequest, fc.boolean(), async (request, proxied) => {
      const direct = await converse(echo.port, bytesOf(request, '', proxied ? HOST : request.host));
      const pieces = proxied ? bytesOf(request, `http://${HOST}`, HOST) : bytesOf(request);
      await compare(direct, await converse(proxied ? proxyPort : port, pieces));
    }),
    200,
  );
  await nextIsClean(setup);
  t.ok(whole > 100 * LONGER, `${whole} requests and answers, byte for byte`);
});

test('what is no request at all neither crashes it nor hangs it', async (t) => {
  const setup = await setUp(t);
  const spoilt = fc
    .tuple(fuzzedRequest, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 6 }))
    .map(([request, spots]) => {
      const bytes = Buffer.concat(bytesOf(request));
      for (const [share, value] of spots) bytes[Math.floor(share * (bytes.length - 1))] = value;
      return bytes;
    });
  const garbage = fc.oneof(
    spoilt,
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  );
  await check(
    fc.asyncProperty(garbage, fc.boolean(), async (bytes, proxied) => {
      // What waits for more is told that there is none.
      const socket = connect({ port: proxied ? setup.proxyPort : setup.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => socket.destroy());
      socket.resume();
      socket.end(bytes);
      await new Promise<void>((resolve) => {
        socket.once('end', resolve);
        socket.once('close', () => resolve());
        setTimeout(resolve, 200).unref();
      });
      socket.destroy();
      await until(() => setup.injector.inFlight === 0);
    }),
    100,
  );
  await nextIsClean(setup);
  t.pass('the next request passes');
});

const ms = fc.integer({ min: 0, max: 2_000 });
const bytes = fc.integer({ min: 0, max: 2_000 });
const delay = ms.map((constant) => ({ shape: 'constant' as const, ms: constant }));
const code = fc.constantFrom('SlowDown', 'NoSuchKey', 'InternalError', 'PreconditionFailed');
const kindOf = <Kind extends FaultKind>(kind: Kind): fc.Arbitrary<Kind> => fc.constant(kind);

/** Every fault that strikes exchanges, with any attributes; one that is missing does not compile. */
const faults: {
  readonly [Kind in Exclude<FaultKind, 'black-hole' | 'dns-gone' | 'tls-failure' | 'refuse'>]: fc.Arbitrary<Fault>;
} = {
  silent: fc.record({ kind: kindOf('silent') }),
  'half-head': fc.record({ kind: kindOf('half-head') }),
  reset: fc.record({ kind: kindOf('reset'), stage: fc.constantFrom('head', 'in-head', 'body'), afterBytes: bytes }),
  'close-after': fc.record({ kind: kindOf('close-after') }),
  'http-error': fc.record({ kind: kindOf('http-error'), code, applied: fc.boolean(), after: delay }),
  throttle: fc.record({
    kind: kindOf('throttle'),
    readsPerSecond: fc.constant(0.001),
    writesPerSecond: fc.constant(0.001),
    per: fc.constantFrom('prefix', 'bucket', 'region'),
  }),
  redirect: fc.record({
    kind: kindOf('redirect'),
    code: fc.constantFrom('PermanentRedirect', 'TemporaryRedirect'),
    toRegion: fc.constant('eu-west-1'),
  }),
  'error-in-success': fc.record({
    kind: kindOf('error-in-success'),
    code,
    body: fc.constantFrom('error', 'trailing-newline', 'empty', 'html'),
    drips: fc.nat(5),
    dripEveryMs: fc.integer({ min: 1, max: 300 }),
    applied: fc.boolean(),
  }),
  latency: fc.record({ kind: kindOf('latency'), delay }),
  'continue-stall': fc.record({ kind: kindOf('continue-stall'), hold: delay }),
  bandwidth: fc.record({ kind: kindOf('bandwidth'), bytesPerSecond: fc.integer({ min: 1, max: 100_000 }) }),
  'upload-bandwidth': fc.record({
    kind: kindOf('upload-bandwidth'),
    bytesPerSecond: fc.integer({ min: 1, max: 100_000 }),
  }),
  drip: fc.record({
    kind: kindOf('drip'),
    bytes: fc.integer({ min: 1, max: 50 }),
    everyMs: fc.integer({ min: 1, max: 300 }),
  }),
  stall: fc.record({ kind: kindOf('stall'), afterBytes: bytes }),
  truncate: fc.record({ kind: kindOf('truncate'), afterBytes: bytes, length: fc.constantFrom('right', 'wrong') }),
  corrupt: fc.record({ kind: kindOf('corrupt'), atByte: bytes, checksums: fc.constantFrom('keep', 'drop') }),
  'stale-read': fc.record({ kind: kindOf('stale-read'), withinMs: fc.integer({ min: 1, max: 2_000 }) }),
  'list-lag': fc.record({ kind: kindOf('list-lag'), withinMs: fc.integer({ min: 1, max: 2_000 }) }),
  'lost-delete': fc.record({ kind: kindOf('lost-delete') }),
  blackout: fc.record({
    kind: kindOf('blackout'),
    silent: fc.constant(0.3),
    reset: fc.constant(0.3),
    unavailable: fc.constant(0.4),
    after: delay,
  }),
};
/** These are about bodies: all operations, so that every request meets them. */
const classes = ['read', 'write', 'delete'] as const;
type Narrowed = readonly [before: FuzzedRequest, request: FuzzedRequest];
/** These strike few operations alone, some after a write: requests are made to be such. */
const narrow = new Map<string, (drawn: FuzzedRequest, proxied: boolean) => Narrowed>([
  [
    'stale-read',
    (drawn) =>
      [
        { ...drawn, method: 'PUT' },
        { ...drawn, method: 'GET' },
      ] as const,
  ],
  [
    'lost-delete',
    (drawn) =>
      [
        { ...drawn, method: 'PUT' },
        { ...drawn, method: 'DELETE' },
      ] as const,
  ],
  [
    'list-lag',
    (drawn, proxied) => {
      // The bucket is in the host through the proxy, in the path at the endpoint.
      const bucket = proxied ? '' : '/bucket';
      const [path = ''] = drawn.target.split('?', 1);
      const write = { ...drawn, host: 'h', method: 'PUT', target: `${bucket}/key${path}` };
      return [write, { ...write, method: 'GET', target: `${bucket}/?list-type=2` }];
    },
  ],
]);

test('through every fault: nothing crashes, nothing hangs, and what comes after passes', async (t) => {
  const setup = await setUp(t);
  const { injector, inflict, clock, port, proxyPort } = setup;
  for (const [kind, fault] of Object.entries(faults)) {
    let struck = 0;
    await check(
      fc.asyncProperty(fuzzedRequest, fault, fc.boolean(), async (drawn, one, proxied) => {
        const narrowed = narrow.get(kind)?.(drawn, proxied);
        const where = { regions: ['us-east-1'], ...(narrowed === undefined ? { classes: [...classes] } : {}) };
        inflict(one, { where });
        // The first of two equal ones takes what a budget has.
        const [before, request] = narrowed ?? [kind === 'throttle' ? drawn : null, drawn];
        const pieces = (asked: FuzzedRequest): readonly Buffer[] =>
          proxied ? bytesOf(asked, `http://${HOST}`, HOST) : bytesOf(asked);
        const way = proxied ? proxyPort : port;
        if (before !== null) await converse(way, pieces(before));
        // The window ends while the exchange is under way, in steps; nothing may outlast it.
        await converse(way, pieces(request), async () => {
          for (let step = 0; step < 5; step += 1) {
            await until(() => true);
            clock.advance(300);
          }
        });
        struck += injector.fired().get('w1') ?? 0;
        clock.advance(2_000);
        injector.heal();
        await nextIsClean(setup);
      }),
      12,
    );
    t.ok(struck > 0, `${kind} has struck ${struck} times`);
  }
});
