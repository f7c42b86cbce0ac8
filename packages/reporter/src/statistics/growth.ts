/** A value at a moment. */
export interface Point {
  readonly t: number;
  readonly value: number;
}

/** How a series moves over its length. */
export interface Growth {
  /** Theil-Sen: the median of the slopes of all pairs, per millisecond. Peaks and dips do not bend it. */
  readonly slope: number;
  /** What the slope makes of the whole length. */
  readonly total: number;
  /** Mann-Kendall's statistic as standard deviations: above 3, chance does not grow like that. */
  readonly z: number;
}

/** All pairs are looked at, so a long series is thinned to medians of neighbours. */
const POINTS_MAX = 200;

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function thinned(points: readonly Point[]): readonly Point[] {
  const size = Math.ceil(points.length / POINTS_MAX);
  if (size <= 1) return points;
  const bins = Math.ceil(points.length / size);
  return Array.from({ length: bins }, (_, bin) => {
    const part = points.slice(bin * size, (bin + 1) * size);
    return { t: median(part.map(({ t }) => t)) ?? 0, value: median(part.map(({ value }) => value)) ?? 0 };
  });
}

/**
 * The trend of a series in the order of time: slope by Theil (1950) and Sen (1968), significance by Mann (1945) and
 * Kendall (1975). Null for fewer than three points.
 */
export function growthOf(series: readonly Point[]): Growth | null {
  const points = thinned(series);
  const count = points.length;
  if (count < 3) return null;
  const slopes: number[] = [];
  let concordance = 0;
  for (const [index, from] of points.entries()) {
    for (const to of points.slice(index + 1)) {
      concordance += Math.sign(to.value - from.value);
      if (to.t > from.t) slopes.push((to.value - from.value) / (to.t - from.t));
    }
  }
  const slope = median(slopes) ?? 0;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const length = (points.at(-1)?.t ?? 0) - (points[0]?.t ?? 0);
  return { slope, total: slope * length, z: (concordance - Math.sign(concordance)) / deviation };
}
