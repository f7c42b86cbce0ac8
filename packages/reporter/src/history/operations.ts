import type { EntryOf } from '../journal/entry.ts';

/** Retries follow within seconds; older invocations are forgotten so that memory stays flat. */
const INVOCATIONS_MAX = 4096;

/** An exchange as one attempt of a logical operation. */
export interface Attempt {
  /** The phase in which the operation began, by index: that of this exchange where its first attempt is unknown. */
  readonly phase: number;
  /** The pause before it; null for a first attempt, or where the one before it is unknown. */
  readonly pause: { readonly from: number; readonly to: number } | null;
}

/**
 * Remembers of each recent invocation in which phase it began and when its last attempt ended. A slow retry that runs
 * past the end of the incident is still the incident's: else the slower of two apps would seem to retry less.
 */
export class Operations {
  readonly #recent = new Map<string, { readonly phase: number; readonly endedAt: number }>();

  /** Takes the exchanges in the order in which they ended. */
  add(entry: EntryOf<'s3.exchange'>, phaseNow: number): Attempt {
    const known = this.#recent.get(entry.invocation);
    const before = entry.attempt <= 1 ? undefined : known;
    const phase = before?.phase ?? phaseNow;
    this.#recent.delete(entry.invocation);
    this.#recent.set(entry.invocation, { phase, endedAt: entry.t });
    if (this.#recent.size > INVOCATIONS_MAX) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    const pause = before === undefined ? null : { from: before.endedAt, to: Math.max(before.endedAt, entry.started) };
    return { phase, pause };
  }
}
