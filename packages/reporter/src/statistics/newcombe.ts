import { wilson } from './wilson.ts';

/** The difference of two shares, with its 95 % interval. All between -1 and 1. */
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
  const value = second.ratio - first.ratio;
  return {
    value,
    low: value - Math.hypot(second.ratio - second.low, first.high - first.ratio),
    high: value + Math.hypot(second.high - second.ratio, first.ratio - first.low),
  };
}
