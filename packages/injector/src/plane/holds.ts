import type { Clock } from '../clock.ts';

/** The longest delay that Node's timers can take. */
const TIMER_MAX_MS = 2 ** 31 - 1;

interface Delay {
  readonly delayMs: number;
  readonly endMs: number;
}

/** The waits of one exchange. Each is over at its window's end at the latest, and all at once when they are released. */
export class Holds {
  readonly #clock: Clock;
  readonly #pending = new Set<{ readonly go: () => void; readonly cancel: () => void }>();
  readonly #delays: Delay[] = [];
  #released = false;
  /** How long answers were really held back, in milliseconds. */
  addedLatencyMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  delayHead(delayMs: number, endMs: number): void {
    this.#delays.push({ delayMs, endMs });
  }

  /** Calls back after `delayMs`, or at `endMs` of the clock if that is sooner. A finite wait counts as added latency. */
  wait(delayMs: number, endMs: number, then: () => void): void {
    const begunMs = this.#clock.now();
    const remainingMs = Math.min(delayMs, endMs - begunMs);
    if (this.#released || remainingMs <= 0) {
      then();
      return;
    }
    const go = (): void => {
      hold.cancel();
      this.#pending.delete(hold);
      if (delayMs !== Infinity) this.addedLatencyMs += this.#clock.now() - begunMs;
      then();
    };
    const hold = { go, cancel: this.#clock.schedule(Math.min(remainingMs, TIMER_MAX_MS), go) };
    this.#pending.add(hold);
  }

  /** Calls back at the window's end. */
  untilEnd(endMs: number, then: () => void): void {
    this.wait(Infinity, endMs, then);
  }

  whenHeadIsDue(then: () => void): void {
    const next = this.#delays.shift();
    if (next === undefined) then();
    else this.wait(next.delayMs, next.endMs, () => this.whenHeadIsDue(then));
  }

  /** Whether the fault is over, by healing. */
  get released(): boolean {
    return this.#released;
  }

  release(): void {
    this.#released = true;
    for (const hold of this.#pending) hold.go();
  }

  cancel(): void {
    for (const hold of this.#pending) hold.cancel();
    this.#pending.clear();
  }
}
