import { median } from './growth.ts';

/**
 * How long a client waits before it tries again, by name. `one-retry`: always about the same, but nothing was tried more
 * than twice, so fixed and exponential look alike. `other`: none of the named ones.
 */
export type BackOffName = 'none' | 'fixed' | 'exponential' | 'full-jitter' | 'one-retry' | 'other' | 'too-few';

export interface BackOffFit {
  readonly name: BackOffName;
  readonly samples: number;
  readonly medianMs: number | null;
  /** Each wait against the one before it, geometric mean; null where nothing was tried more than twice. */
  readonly growth: number | null;
  /** Distance of the quartiles by the median: 1 for waits drawn evenly from nothing to a bound, 0 for equal ones. */
  readonly spread: number | null;
}

/** Fewer waits, and no name is given; fewer after one and the same attempt, and they do not count. [our choice] */
export const WAITS_MIN = 30;
const AFTER_ONE_MIN = 10;
/** A client that waits less does not wait: that is the way to S3 and back. [our choice] */
const NONE_MS = 15;
/** Equal but for the machine's own unrest. [our choice] */
const EQUAL_SPREAD = 0.2;
/**
 * Drawn evenly from nothing to a bound the 5th percentile is a twentieth of the 95th, drawn from half of the bound up it is
 * more than half of it. The way to S3 and back lifts both. [our choice]
 */
const DRAWN = { spread: 0.4, reach: 0.35 } as const;
const GROWING = 1.4;
const STEADY = { from: 0.75, to: 1.3 } as const;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

function spreadOf(waits: readonly number[]): number {
  const sorted = waits.toSorted((a, b) => a - b);
  const middle = median(sorted) ?? 0;
  return middle === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / middle;
}

/** The 5th percentile by the 95th. */
function reachOf(waits: readonly number[]): number {
  const sorted = waits.toSorted((a, b) => a - b);
  const high = quantile(sorted, 0.95);
  return high === 0 ? 1 : quantile(sorted, 0.05) / high;
}

/** Names the back-off from the waits after the first attempt, the second and so on, in milliseconds. */
export function fitBackOff(waitsAfter: ReadonlyMap<number, readonly number[]>): BackOffFit {
  const groups = [...waitsAfter]
    .toSorted(([a], [b]) => a - b)
    .map(([, waits]) => waits)
    .filter((waits) => waits.length >= AFTER_ONE_MIN);
  const all = groups.flat();
  const medianMs = median(all);
  const base = { samples: all.length, medianMs };
  if (all.length < WAITS_MIN || medianMs === null) return { ...base, name: 'too-few', growth: null, spread: null };
  const medians = groups.map((waits) => median(waits) ?? 0);
  const [first = 0, last = 0] = [medians[0], medians.at(-1)];
  const growth = medians.length < 2 || first <= 0 ? null : (last / first) ** (1 / (medians.length - 1));
  const spread = median(groups.map(spreadOf)) ?? 0;
  const reach = median(groups.map(reachOf)) ?? 1;
  return { ...base, name: nameOf(all, growth, spread, reach), growth, spread };
}

function nameOf(all: readonly number[], growth: number | null, spread: number, reach: number): BackOffName {
  if (
    quantile(
      all.toSorted((a, b) => a - b),
      0.75,
    ) < NONE_MS
  )
    return 'none';
  if (spread >= DRAWN.spread && reach <= DRAWN.reach) return 'full-jitter';
  if (spread > EQUAL_SPREAD) return 'other';
  if (growth === null) return 'one-retry';
  if (growth >= GROWING) return 'exponential';
  return growth >= STEADY.from && growth <= STEADY.to ? 'fixed' : 'other';
}
