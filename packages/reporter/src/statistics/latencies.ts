import { Int32Histogram } from 'hdr-histogram-js';

/** Recorded in tenths of a millisecond, so that a baseline of two milliseconds has a shape. */
const UNITS_PER_MS = 10;
/** Two digits keep every percentile within 1 % of the truth. */
const DIGITS = 2;
/** A day: no latency of a run is longer, and a hostile one must not make the histogram grow without end. */
const MS_MAX = 86_400_000;

/** The normal quantile of a 95 % interval. */
const Z_95 = 1.959_964;

/** Many latencies in little memory: an HDR histogram that grows only as far as its slowest value. */
export class Latencies {
  readonly #histogram: Int32Histogram;
  #maxMs = 0;

  constructor() {
    this.#histogram = new Int32Histogram(1, 2, DIGITS);
    this.#histogram.autoResize = true;
  }

  record(ms: number): void {
    const bounded = Math.min(MS_MAX, Math.max(0, ms));
    this.#maxMs = Math.max(this.#maxMs, bounded);
    this.#histogram.recordValue(Math.round(bounded * UNITS_PER_MS));
  }

  add(other: Latencies): void {
    if (other.count === 0) return;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Null where nothing was recorded. */
  get maxMs(): number | null {
    return this.count === 0 ? null : this.#maxMs;
  }

  /** The latency that `percent` of the values do not exceed, rounded to a tenth; null where nothing was recorded. */
  percentile(percent: number): number | null {
    if (this.count === 0) return null;
    const ms = Math.min(this.#maxMs, this.#histogram.getValueAtPercentile(percent) / UNITS_PER_MS);
    return Math.round(ms * 10) / 10;
  }

  /**
   * A percentile with its 95 % interval by order statistics: the values at the ranks n p +- 1.96 sqrt(n p (1 - p)). It
   * needs no shape of the distribution. Null where so few values were recorded that a rank falls outside of them.
   */
  interval(percent: number): { readonly value: number; readonly low: number; readonly high: number } | null {
    const part = percent / 100;
    const spread = Z_95 * Math.sqrt(part * (1 - part) * this.count);
    const [low, high] = [Math.floor(this.count * part - spread), Math.ceil(this.count * part + spread) + 1];
    if (low < 1 || high > this.count) return null;
    const at = (rank: number): number => this.percentile((100 * rank) / this.count) ?? 0;
    return { value: this.percentile(percent) ?? 0, low: at(low), high: at(high) };
  }

  /** The sum over all values of what each is worth. */
  sumOf(worth: (ms: number) => number): number {
    let sum = 0;
    for (let index = 0; index < this.#histogram.countsArrayLength; index += 1) {
      const count = this.#histogram.getCountAtIndex(index);
      if (count > 0) sum += count * worth(this.#histogram.valueFromIndex(index) / UNITS_PER_MS);
    }
    return sum;
  }
}

/** All of them in one. */
export function mergeLatencies(parts: Iterable<Latencies>): Latencies {
  const whole = new Latencies();
  for (const part of parts) whole.add(part);
  return whole;
}
