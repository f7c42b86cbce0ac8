import type { EntryOf } from '../journal/entry.ts';
import type { StepClass } from '../journal/plan-record.ts';

/** Four hours: a longer run is not told second by second. */
const SECONDS_MAX = 14_400;

/**
 * What users and S3 saw of one second. Requests stand where they were due, S3 requests where they started, connections that
 * S3 left without an answer wherever they waited.
 */
export interface Second {
  readonly due: Record<StepClass, number>;
  readonly good: Record<StepClass, number>;
  hangs: number;
  s3: number;
}

const emptySecond = (): Second => ({
  due: { read: 0, write: 0, control: 0 },
  good: { read: 0, write: 0, control: 0 },
  hangs: 0,
  s3: 0,
});

/** The run second by second, from the beginning of the load on. */
export class SecondsFold {
  readonly #seconds: Second[] = [];

  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  addWork({ class: cls, outcome }: EntryOf<'work.request'>, sinceLoad: number): void {
    const second = this.#at(sinceLoad);
    if (second === null) return;
    second.due[cls] += 1;
    if (outcome === 'good') second.good[cls] += 1;
    if (outcome === 'hang' || outcome === 'unsent') second.hangs += 1;
  }

  addExchange(sinceLoad: number): void {
    const second = this.#at(sinceLoad);
    if (second !== null) second.s3 += 1;
  }

  addUnanswered(fromSinceLoad: number, toSinceLoad: number): void {
    const last = Math.min(Math.floor(toSinceLoad / 1000), SECONDS_MAX);
    for (let second = Math.max(0, Math.floor(fromSinceLoad / 1000)); second <= last; second += 1) {
      this.addExchange(second * 1000);
    }
  }

  #at(sinceLoad: number): Second | null {
    const index = Math.floor(sinceLoad / 1000);
    if (index < 0 || index >= SECONDS_MAX) return null;
    while (this.#seconds.length <= index) this.#seconds.push(emptySecond());
    return this.#seconds[index] ?? null;
  }
}
