import type { EntryOf } from '../journal/entry.ts';

type Exchange = EntryOf<'s3.exchange'>;

/** Recent answers are remembered for so many objects. */
const OBJECTS_MAX = 4_096;
/** Reads of one object that are called off at about the same time. */
const AT_ONCE_MAX = 64;
/** The loser of a hedge is called off as soon as the winner has answered. [our choice] */
const CALLED_OFF_WITHIN_MS = 100;

interface Ended {
  readonly started: number;
  readonly at: number;
  /** The user's request that it belongs to, where the app passes trace contexts on. */
  readonly trace: string | null;
}

/** What is remembered of one object. */
interface Latest {
  answered: Ended | null;
  /** Reads that were called off, and that no answer has followed yet. */
  calledOff: Ended[];
}

/**
 * Counts hedged reads: two requests for one object under way at once, of which one was called off when the other was
 * answered. Where many users read the same object at once, some answer comes just before whatever is called off, and as
 * often just after: by chance as many follow as precede, for a hedge an answer always precedes. So both are counted, and
 * requests of different traces belong to different users.
 */
export class Hedges {
  /** Reads whose object is known: without them nobody can tell. */
  reads = 0;
  /** Reads called off within a tenth of a second after another of the same object had answered. */
  calledOff = 0;
  /** Reads called off within a tenth of a second before another of the same object answered, that was under way already. */
  calledOffBefore = 0;
  readonly #objects = new Map<string, Latest>();

  add(entry: Exchange): void {
    if (entry.class !== 'read' || entry.key === null) return;
    this.reads += 1;
    if (entry.outcome !== 'answered' && entry.outcome !== 'client-gone') return;
    // The winner may be in another bucket, of another region.
    const object = this.#latest(entry.key);
    const ended: Ended = { started: entry.started, at: entry.t, trace: traceOf(entry.traceparent) };
    if (entry.outcome === 'answered') {
      this.calledOffBefore += object.calledOff.filter((loser) => areTogether(loser, ended)).length;
      object.calledOff = [];
      object.answered = ended;
    } else {
      if (object.answered !== null && areTogether(object.answered, ended)) this.calledOff += 1;
      object.calledOff.push(ended);
      if (object.calledOff.length > AT_ONCE_MAX) object.calledOff.shift();
    }
  }

  #latest(key: string): Latest {
    const latest = this.#objects.get(key) ?? { answered: null, calledOff: [] };
    this.#objects.delete(key);
    this.#objects.set(key, latest);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > OBJECTS_MAX && oldest !== undefined) this.#objects.delete(oldest);
    return latest;
  }
}

/** Two requests, the second ended soon after the first, both under way at once, and not for different users. */
function areTogether(first: Ended, second: Ended): boolean {
  const soon = second.at >= first.at && second.at - first.at <= CALLED_OFF_WITHIN_MS;
  const overlapped = second.started < first.at;
  const strangers = first.trace !== null && second.trace !== null && first.trace !== second.trace;
  return soon && overlapped && !strangers;
}

/** The trace id of a W3C trace context. */
const traceOf = (traceparent: string | undefined): string | null => traceparent?.split('-')[1] ?? null;
