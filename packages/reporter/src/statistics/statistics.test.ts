import * as fc from 'fast-check';
import { test } from 'tap';
import { Latencies, mergeLatencies } from './latencies.ts';
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
