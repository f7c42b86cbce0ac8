/** A shorter pause is taken for a back-off without further proof. */
const PROOF_FROM_MS = 1_000;
const SLOT_MS = 250;
/** Memory stays flat: later long pauses, and starts after so many slots (seven hours), are not looked at. */
const LONG_PAUSES_MAX = 10_000;
const SLOTS_MAX = 100_000;

interface Pause {
  readonly from: number;
  readonly to: number;
}

/**
 * Tells a back-off from a wait for a free connection. Both look like a pause between two attempts; but while every
 * connection of the app hangs, nothing at all is sent. So a long pause counts as a back-off only where some other S3
 * request of the app began in the middle half of it.
 */
export class BackOffs {
  readonly #startSlots = new Set<number>();
  readonly #longPauses: Pause[] = [];
  #shortMax = 0;

  addStart(t: number): void {
    if (this.#startSlots.size < SLOTS_MAX) this.#startSlots.add(Math.floor(t / SLOT_MS));
  }

  addPause(pause: Pause): void {
    const ms = pause.to - pause.from;
    if (ms < PROOF_FROM_MS) this.#shortMax = Math.max(this.#shortMax, ms);
    else if (this.#longPauses.length < LONG_PAUSES_MAX) this.#longPauses.push(pause);
  }

  /** The longest back-off, milliseconds; 0 where there was none. */
  get slowestMs(): number {
    return this.#longPauses
      .filter((pause) => this.#wasSending(pause))
      .reduce((most, { from, to }) => Math.max(most, to - from), this.#shortMax);
  }

  #wasSending({ from, to }: Pause): boolean {
    const quarter = (to - from) / 4;
    const first = Math.floor((from + quarter) / SLOT_MS);
    const last = Math.floor((to - quarter) / SLOT_MS);
    // Whichever is fewer: the slots of the pause, or those that are known.
    if (last - first > this.#startSlots.size)
      return [...this.#startSlots].some((slot) => slot >= first && slot <= last);
    for (let slot = first; slot <= last; slot += 1) if (this.#startSlots.has(slot)) return true;
    return false;
  }
}
