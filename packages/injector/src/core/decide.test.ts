import * as fc from 'fast-check';
import { test } from 'tap';
import { get, prepared, silent, window } from '../../test/decision-kit.ts';
import { checkTimeline } from './check-timeline.ts';
import { cutsInFlight, decide } from './decide.ts';
import { quantile } from './distribution.ts';
import type { Exchange } from './exchange.ts';
import { explainWindow } from './explain.ts';
import { faultSchema, type Distribution, type Fault } from './fault.ts';
import { prepareTimeline, type PreparedTimeline } from './prepared-timeline.ts';
import { aspects, draw, hashText, streamOf } from './random.ts';
import type { FaultWindow } from './timeline.ts';

fc.configureGlobal({ seed: 20_170_228 });

const kinds = (timeline: PreparedTimeline, exchange: Exchange, elapsedMs: number): readonly string[] =>
  decide(timeline, exchange, elapsedMs).map(({ effect }) => effect.kind);

test('draws are uniform, independent and repeatable', (t) => {
  const buckets = Array.from({ length: 100 }, () => 0);
  const total = 100_000;
  const stream = streamOf('seed', 'w1');
  let pairs = 0;
  for (let index = 0; index < total; index += 1) {
    const value = draw(stream, hashText(`invocation-${index}`), 1, aspects.share);
    const bucket = Math.floor(value * 100);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    const again = draw(stream, hashText(`invocation-${index}`), 2, aspects.share);
    pairs += (value - 0.5) * (again - 0.5);
  }
  const chiSquare = buckets.reduce((sum, count) => sum + (count - total / 100) ** 2 / (total / 100), 0);
  t.ok(chiSquare < 148.2, `chi-square ${chiSquare} of 99 degrees of freedom is below its 99.9th percentile`);
  t.ok(Math.abs(pairs / total) < 0.001, 'attempts of one invocation do not know of each other');
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.nat(), (seed, id, invocation, attempt) => {
      const value = draw(streamOf(seed, id), hashText(invocation), attempt, aspects.time);
      return value >= 0 && value < 1 && value === draw(streamOf(seed, id), hashText(invocation), attempt, aspects.time);
    }),
  );
  t.not(hashText('b', hashText('a')), hashText('ab'));
  t.not(streamOf('ab', 'c'), streamOf('a', 'bc'));
  t.end();
});

const close = (value: number, wanted: number): boolean => Math.abs(value / wanted - 1) < 1e-6;

test('distributions have the percentiles they name', (t) => {
  const lognormal: Distribution = { shape: 'lognormal', p50Ms: 200, p99Ms: 3_000 };
  t.ok(close(quantile(lognormal, 0.5), 200));
  t.ok(close(quantile(lognormal, 0.99), 3_000));
  t.ok(close(quantile(lognormal, 0.01), 200 ** 2 / 3_000), 'it is symmetric in its logarithm');
  t.equal(quantile({ shape: 'constant', ms: 70 }, 0.3), 70);
  t.equal(quantile({ shape: 'uniform', fromMs: 100, toMs: 300 }, 0.25), 150);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) =>
      a < b ? quantile(lognormal, a) <= quantile(lognormal, b) : true,
    ),
  );
  t.ok(Number.isFinite(quantile(lognormal, 0)));
  t.end();
});

test('a window is half open and touches its blast radius only', (t) => {
  const timeline = prepared(window(silent));
  t.same(
    [999.9, 1_000, 1_999.9, 2_000].map((at) => kinds(timeline, get, at).length),
    [0, 1, 1, 0],
  );
  t.same(kinds(timeline, { ...get, region: 'us-west-2' }, 1_500), []);
  const narrow = prepared(
    window(silent, {
      where: {
        regions: ['us-east-1'],
        classes: ['read'],
        operations: ['GetObject'],
        buckets: ['photos'],
        prefixes: ['a/'],
      },
    }),
  );
  t.same(kinds(narrow, get, 1_500), ['silent']);
  t.same(kinds(narrow, { ...get, class: 'write' }, 1_500), []);
  t.same(kinds(narrow, { ...get, operation: 'HeadObject' }, 1_500), []);
  t.same(kinds(narrow, { ...get, bucket: 'other' }, 1_500), []);
  t.same(kinds(narrow, { ...get, bucket: null }, 1_500), []);
  t.same(kinds(narrow, { ...get, key: 'b/1.jpg' }, 1_500), []);
  t.same(kinds(narrow, { ...get, key: null }, 1_500), []);
  t.end();
});

test('the first window that strikes decides; latency adds up and lets the next have their turn', (t) => {
  const slow: Fault = { kind: 'latency', delay: { shape: 'constant', ms: 100 } };
  const error: Fault = { kind: 'http-error', code: 'SlowDown', applied: false };
  const timeline = prepared(
    window(slow, { id: 'slow' }),
    window(slow, { id: 'slower', startMs: 1_500 }),
    window(error, { id: 'error' }),
    window(silent, { id: 'late' }),
    window(slow, { id: 'never' }),
  );
  t.same(
    decide(timeline, get, 1_200).map(({ windowId }) => windowId),
    ['slow', 'error'],
  );
  t.same(
    decide(timeline, get, 1_700).map(({ windowId, endMs, effect }) => [windowId, endMs, effect]),
    [
      ['slow', 2_000, { kind: 'latency', delayMs: 100 }],
      ['slower', 2_000, { kind: 'latency', delayMs: 100 }],
      ['error', 2_000, { kind: 'http-error', code: 'SlowDown', afterMs: 0, applied: false }],
    ],
  );
  t.end();
});

const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 0.012;

const share = (timeline: PreparedTimeline, at: number, kind: string, exchange = get): number => {
  let struck = 0;
  for (let index = 0; index < 20_000; index += 1) {
    const found = decide(timeline, { ...exchange, invocation: `i-${index}` }, at).at(-1)?.effect;
    if (found?.kind === kind && (found.kind !== 'blackout' || found.as === 'silent')) struck += 1;
  }
  return struck / 20_000;
};

test('shares are kept, ramps are straight lines, later windows share what the earlier ones left', (t) => {
  const ramp = prepared(window(silent, { share: { from: 0, to: 0.8 } }));
  t.equal(share(ramp, 1_000, 'silent'), 0);
  t.ok(near(share(ramp, 1_500, 'silent'), 0.4));
  t.ok(near(share(ramp, 1_999, 'silent'), 0.8));
  const reset: Fault = { kind: 'reset', stage: 'head', afterBytes: 0 };
  const two = prepared(
    window(silent, { share: { from: 0.5, to: 0.5 } }),
    window(reset, { id: 'w2', share: { from: 0.5, to: 0.5 } }),
  );
  t.ok(near(share(two, 1_500, 'silent'), 0.5));
  t.ok(near(share(two, 1_500, 'reset'), 0.25));
  t.end();
});

test('a blackout spreads by its weights and draws how late its 503s come', (t) => {
  const timeline = prepared(window(faultSchema.parse({ kind: 'blackout', silent: 0.6, reset: 0.2, unavailable: 0.2 })));
  t.ok(near(share(timeline, 1_500, 'blackout'), 0.6));
  for (let index = 0; index < 1_000; index += 1) {
    const effect = decide(timeline, { ...get, invocation: `i-${index}` }, 1_500)[0]?.effect;
    if (effect?.kind !== 'blackout') throw new Error('not struck');
    const { as, afterMs } = effect;
    if (as === 'unavailable' ? afterMs >= 2_000 && afterMs < 8_000 : afterMs === 0) continue;
    t.fail(`${as} after ${afterMs} ms`);
  }
  t.end();
});

test('the same exchange has the same fate in every run, whatever its invocation id', (t) => {
  const timeline = prepared(window(silent, { share: { from: 0.5, to: 0.5 } }));
  const fates = (invocation: string): string =>
    Array.from(
      { length: 64 },
      (_, index) => kinds(timeline, { ...get, invocation, occurrence: index + 1 }, 1_500).length,
    ).join('');
  t.equal(fates('one'), fates('two'));
  t.match(fates('one'), /01|10/, 'the occurrences of one request differ among each other');
  const other = prepareTimeline({ windows: [window(silent, { share: { from: 0.5, to: 0.5 } })] }, 'another seed');
  const otherFates = Array.from(
    { length: 64 },
    (_, index) => kinds(other, { ...get, occurrence: index + 1 }, 1_500).length,
  );
  t.not(otherFates.join(''), fates('one'), 'another seed, another fate');
  t.end();
});

const cuts = (over: Partial<FaultWindow>): boolean => {
  const first = prepared(window(silent, over)).windows[0];
  return first !== undefined && cutsInFlight(first, get);
};

test('in-flight exchanges are cut where the window says so', (t) => {
  t.ok(cuts({ inFlight: 'cut' }));
  t.notOk(cuts({ inFlight: 'spare' }));
  t.notOk(cuts({ inFlight: 'cut', where: { regions: ['us-west-2'] } }));
  t.notOk(cuts({ inFlight: 'cut', where: { regions: ['us-east-1'], classes: ['write'] } }));
  t.notOk(cuts({ inFlight: 'cut', share: { from: 0, to: 1 } }), 'a ramp from 0 touches nobody at its start');
  t.end();
});

const problems = (...windows: readonly FaultWindow[]): readonly string[] => checkTimeline({ windows });

test('a timeline with mistakes is told what they are', (t) => {
  t.same(problems(window(silent), window({ kind: 'refuse' }, { id: 'w2' })), []);
  t.match(problems(window(silent), window(silent)), [/^window w1: its id is taken/]);
  t.match(problems(window({ kind: 'refuse' }, { share: { from: 0.5, to: 1 } })), [/refuse closes a whole region/]);
  t.match(problems(window({ kind: 'refuse' }, { where: { regions: ['us-east-1'], buckets: ['b'] } })), [
    /whole region/,
  ]);
  t.match(problems(window({ kind: 'http-error', code: 'SlowDonw', applied: false })), [
    /SlowDonw; did you mean SlowDown\?/,
  ]);
  t.match(problems(window(silent, { where: { regions: ['us-east-1'], operations: ['GetObjects'] } })), [
    /mean GetObject\?/,
  ]);
  t.match(problems(window(silent, { startMs: 5, endMs: 5 })), [/it ends \(5 ms\) before it has begun \(5 ms\)/]);
  t.match(problems(window(silent, { share: { from: 0, to: 1.5 } })), [/not 0 to 1\.5/]);
  t.match(problems(window(silent, { endMs: Number.NaN })), [/NaN/]);
  t.match(
    problems(window({ kind: 'blackout', silent: 0, reset: 0, unavailable: 0, after: { shape: 'constant', ms: 1 } })),
    [/above 0/],
  );
  t.match(problems(window({ kind: 'latency', delay: { shape: 'uniform', fromMs: 3, toMs: 2 } })), [/no range/]);
  t.match(problems(window({ kind: 'latency', delay: { shape: 'lognormal', p50Ms: 3, p99Ms: 2 } })), [/above the p99/]);
  t.end();
});

const say = (fault: unknown, over: Partial<FaultWindow> = {}): string =>
  explainWindow(window(faultSchema.parse(fault), { startMs: 0, endMs: 90_000, ...over }));

test('a window says itself in one English sentence', (t) => {
  t.same(
    [
      say({ kind: 'refuse' }, { inFlight: 'cut' }),
      say(
        { kind: 'silent' },
        { share: { from: 0.4, to: 0.4 }, where: { regions: ['us-east-1'], classes: ['read', 'write'] } },
      ),
      say(
        { kind: 'reset' },
        { share: { from: 0, to: 0.8 }, where: { regions: ['a', 'b', 'c'], operations: ['PutObject'] } },
      ),
      say({ kind: 'reset', stage: 'body', afterBytes: 512 }, { startMs: 2_500, endMs: 3_723_000 }),
      say(
        { kind: 'http-error', code: 'SlowDown' },
        { where: { regions: ['us-east-1'], buckets: ['x', 'y'], prefixes: ['a/'] } },
      ),
      say({ kind: 'http-error', code: 'InternalError', applied: true, after: { shape: 'constant', ms: 250 } }),
      say({ kind: 'latency', delay: { shape: 'lognormal', p50Ms: 200, p99Ms: 3_000 } }),
      say({ kind: 'blackout' }),
      say({ kind: 'blackout', silent: 1, reset: 0, unavailable: 0 }),
    ],
    [
      'All requests to us-east-1 find nobody listening: the connection is refused; what is in flight when it begins is cut.',
      '40 % of reads and writes to us-east-1 are read and never answered; what still waits at the end is reset.',
      '0 %, rising steadily to 80 %, of PutObject requests to a, b and c are reset before a byte of the answer.',
      "All requests to us-east-1 are reset after 512 bytes of the answer's body.",
      'All requests to us-east-1, bucket x or y, keys beginning with "a/" are answered 503 Slow Down (SlowDown).',
      'All requests to us-east-1 take effect, but are answered 500 Internal Server Error (InternalError), 250 ms late.',
      'All requests to us-east-1 are answered 200 ms (median; p99 3 s) late.',
      'All requests to us-east-1 meet a dead region: 90 % are never answered, 5 % are reset and 5 % are answered 503 Service Unavailable (ServiceUnavailable), 2 s to 8 s late.',
      'All requests to us-east-1 meet a dead region: 100 % are never answered.',
    ],
  );
  t.end();
});
