import { wilson } from './wilson.ts';

/** The difference of two figures, with its 95 % interval; of shares, all between -1 and 1. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Part {
  readonly count: number;
  readonly of: number;
}

/**
 * `b - a` with the hybrid score interval (R. G. Newcombe, 1998, method 10): built from the two Wilson intervals, so it
 * is honest for few samples and for shares near 0 or 1. Null where either has no sample.
 */
export function differenceOf(a: Part, b: Part): Difference | null {
  const [first, second] = [wilson(a.count, a.of), wilson(b.count, b.of)];
  if (first === null || second === null) return null;
  return differenceOfEstimates({ ...first, value: first.ratio }, { ...second, value: second.ratio });
}

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** `b - a` from two estimates and their intervals (MOVER, G. Y. Zou and A. Donner, 2008), of which Newcombe's is one case. */
export const differenceOfEstimates = (a: Estimate, b: Estimate): Difference => ({
  value: b.value - a.value,
  low: b.value - a.value - Math.hypot(b.value - b.low, a.high - a.value),
  high: b.value - a.value + Math.hypot(b.high - b.value, a.value - a.low),
});
