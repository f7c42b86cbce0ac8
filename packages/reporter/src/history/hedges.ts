import type { EntryOf } from '../journal/entry.ts';

/** Recent answers are remembered for so many objects. */
const OBJECTS_MAX = 4_096;
/** The loser of a hedge is called off as soon as the winner has answered. [our choice] */
const CALLED_OFF_WITHIN_MS = 100;

interface Answered {
  readonly invocation: string;
  readonly started: number;
  readonly at: number;
}

/**
 * Counts hedged reads: two requests for one object under way at once, of which one was called off when the other was
 * answered. Readers who happen to want the same object at the same time call nothing off.
 */
export class Hedges {
  /** Reads whose object is known: without them nobody can tell. */
  reads = 0;
  calledOff = 0;
  readonly #answered = new Map<string, Answered>();

  add(entry: EntryOf<'s3.exchange'>): void {
    if (entry.class !== 'read' || entry.key === null) return;
    this.reads += 1;
    const object = `${entry.bucket ?? ''}\n${entry.key}`;
    if (entry.outcome === 'answered') {
      this.#answered.delete(object);
      this.#answered.set(object, { invocation: entry.invocation, started: entry.started, at: entry.t });
      const [oldest] = this.#answered.keys();
      if (this.#answered.size > OBJECTS_MAX && oldest !== undefined) this.#answered.delete(oldest);
      return;
    }
    const winner = this.#answered.get(object);
    if (entry.outcome !== 'client-gone' || winner === undefined) return;
    const overlapped = winner.started < entry.t && winner.at > entry.started;
    if (overlapped && entry.t >= winner.at && entry.t - winner.at <= CALLED_OFF_WITHIN_MS) this.calledOff += 1;
  }
}
