import * as fc from 'fast-check';
import { test } from 'tap';
import { Latencies, mergeLatencies } from './latencies.ts';
import { differenceOfEstimates } from './newcombe.ts';
import { wilson } from './wilson.ts';

test('the Wilson interval agrees with published values', (t) => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  for (const [successes, total, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const share = wilson(successes, total);
    t.ok(
      share !== null && Math.abs(share.low - low) < 1e-4 && Math.abs(share.high - high) < 1e-4,
      `${successes}/${total}`,
    );
  }
  t.equal(wilson(0, 0), null);
  t.end();
});

test('the Wilson interval holds the ratio and stays between 0 and 1', (t) => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (part, whole) => {
      const share = wilson(Math.min(part, whole), whole);
      return (
        share !== null &&
        share.low >= 0 &&
        share.low <= share.ratio + 1e-12 &&
        share.ratio <= share.high + 1e-12 &&
        share.high <= 1
      );
    }),
  );
  t.end();
});

test('percentiles are within one per cent of the sorted truth, however the values are spread', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), { minLength: 1, maxLength: 400 }),
      fc.constantFrom(50, 95, 99),
      (values, percent) => {
        const latencies = new Latencies();
        for (const value of values) latencies.record(value);
        const sorted = values.toSorted((a, b) => a - b);
        const truth = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
        const found = latencies.percentile(percent) ?? -1;
        return Math.abs(found - truth) <= 0.01 * truth + 0.11;
      },
    ),
  );
  t.end();
});

test('latencies: nothing recorded, hostile values, and merging', (t) => {
  const none = new Latencies();
  t.equal(none.percentile(50), null);
  t.equal(none.maxMs, null);
  const odd = new Latencies();
  for (const value of [-5, 0, 1e300]) odd.record(value);
  t.equal(odd.maxMs, 86_400_000);
  t.equal(odd.count, 3);
  const merged = mergeLatencies([odd, none, odd]);
  t.equal(merged.count, 6);
  t.equal(
    merged.sumOf(() => 1),
    6,
  );
  t.end();
});

/** Numbers in [0, 1) that are always the same: the minimal standard generator of Park and Miller. */
function* uniform(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test('a percentile has an interval that holds the truth 95 times of 100, and none of too few values', (t) => {
  const draws = uniform(20_170_228);
  const sample = (count: number, scale = 100): Latencies => {
    const latencies = new Latencies();
    for (let left = count; left > 0; left -= 1) latencies.record(-Math.log(1 - draws.next().value) * scale);
    return latencies;
  };
  for (const percent of [50, 95]) {
    const truth = -Math.log(1 - percent / 100) * 100;
    let held = 0;
    for (let round = 0; round < 400; round += 1) {
      const found = sample(400).interval(percent);
      // The histogram keeps two digits.
      if (found !== null && found.low <= truth * 1.01 && truth * 0.99 <= found.high) held += 1;
    }
    t.ok(held >= 372 && held <= 400, `${held} of 400 for p${percent}`);
  }
  let verdicts = 0;
  let shifts = 0;
  for (let round = 0; round < 200; round += 1) {
    const [a, b, slower] = [sample(400), sample(400), sample(400, 200)].map((one) => one.interval(95));
    if (!a || !b || !slower) throw new Error('400 values are enough');
    const same = differenceOfEstimates(a, b);
    if (same.low > 0 || same.high < 0) verdicts += 1;
    if (differenceOfEstimates(a, slower).low > 0) shifts += 1;
  }
  t.ok(verdicts <= 16, `${verdicts} of 200 differences where there is none`);
  t.ok(shifts >= 195, `${shifts} of 200 differences where there is one`);
  t.equal(sample(20).interval(95), null);
  t.equal(new Latencies().interval(50), null);
  t.end();
});
