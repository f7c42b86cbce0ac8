import { array, assert, integer, nat, property, record } from 'fast-check';
import { test } from 'tap';
import { clockOffset, withSample, type ClockSample } from './clock-offset.ts';

test('whatever the way there and back took, the other clock is off by no more than is said', async (t) => {
  const sample = record({ pauseMs: nat(5_000), thereMs: nat(300), backMs: nat(300) });
  assert(
    property(integer({ min: -1e9, max: 1e9 }), array(sample, { minLength: 1, maxLength: 20 }), (off, looks) => {
      let nowMs = 0;
      let samples: readonly ClockSample[] = [];
      for (const { pauseMs, thereMs, backMs } of looks) {
        const askedMs = nowMs + pauseMs;
        nowMs = askedMs + thereMs + backMs;
        samples = withSample(samples, { askedMs, saidMs: askedMs + thereMs - off, heardMs: nowMs });
      }
      const found = clockOffset(samples, nowMs);
      t.ok(found !== null && samples.length <= 8);
      return found !== null && Math.abs(found.offsetMs - off) <= found.errorMs + 1e-6;
    }),
    { seed: 1, numRuns: 200 },
  );
  t.equal(clockOffset([], 0), null);
});

test('an old look is worth less than a young one that took the same time', async (t) => {
  const old = { askedMs: 0, saidMs: 100, heardMs: 2 };
  const young = { askedMs: 60_000, saidMs: 60_101, heardMs: 60_002 };
  t.match(clockOffset([old, young], 60_002), { offsetMs: -100, errorMs: 1 });
});
