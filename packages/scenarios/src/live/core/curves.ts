import type { StepClass } from '@gameday/reporter/journal';
import type { LivePoint, Tally } from './live-view.ts';

/** What is counted. */
export type Series = StepClass | 's3';
type Counts = { -readonly [Key in keyof Tally]: Tally[Key] };

/** More points than this no screen shows. */
const POINTS_MAX = 240;
const SECOND_MS = 1_000;

/** Counts what ended when, in stretches of whole seconds. */
export class Curves {
  readonly pointMs: number;
  readonly #points: Record<Series, Counts>[] = [];

  /** @param endMs how long the load lasts */
  constructor(endMs: number) {
    this.pointMs = Math.max(1, Math.ceil(endMs / SECOND_MS / POINTS_MAX)) * SECOND_MS;
  }

  add(series: Series, loadMs: number, good: boolean): void {
    const index = Math.floor(loadMs / this.pointMs);
    // What straggles in long after the end has no place in the drawing.
    if (index < 0 || index > POINTS_MAX * 2) return;
    while (this.#points.length <= index) this.#points.push(empty());
    const counts = this.#points[index]?.[series];
    if (counts === undefined) return;
    counts.due += 1;
    if (good) counts.good += 1;
  }

  /** Every point up to now, also where nothing ended. */
  pointsUntil(loadMs: number): readonly LivePoint[] {
    const now = Math.min(POINTS_MAX, Math.floor(loadMs / this.pointMs));
    while (this.#points.length < now) this.#points.push(empty());
    return this.#points;
  }

  /** What ended in the last two stretches. */
  recent(series: Series, loadMs: number): Tally {
    const now = Math.floor(loadMs / this.pointMs);
    const sum = { due: 0, good: 0 };
    for (const point of this.#points.slice(Math.max(0, now - 1), now + 1)) {
      sum.due += point[series].due;
      sum.good += point[series].good;
    }
    return sum;
  }
}

const empty = (): Record<Series, Counts> => ({
  read: { due: 0, good: 0 },
  write: { due: 0, good: 0 },
  control: { due: 0, good: 0 },
  s3: { due: 0, good: 0 },
});
