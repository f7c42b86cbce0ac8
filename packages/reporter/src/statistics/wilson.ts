import type { Share } from '../report/basics.ts';

/** Standard normal quantile for a two-sided interval of 95 %. */
const Z = 1.959964;

/**
 * The Wilson score interval of a share at 95 % (E. B. Wilson, 1927): unlike the textbook interval it stays between 0 and
 * 1 and is honest for few samples and for shares near 0 or 1. Null where there is no sample.
 */
export function wilson(successes: number, total: number): Share | null {
  if (total <= 0) return null;
  const ratio = successes / total;
  const square = (Z * Z) / total;
  const centre = (ratio + square / 2) / (1 + square);
  const half = (Z / (1 + square)) * Math.sqrt((ratio * (1 - ratio)) / total + square / (4 * total));
  // At its ends the interval touches 0 and 1 exactly; floating point would miss them by a hair.
  return {
    ratio,
    low: successes <= 0 ? 0 : Math.max(0, centre - half),
    high: successes >= total ? 1 : Math.min(1, centre + half),
  };
}
