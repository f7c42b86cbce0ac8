import type { Clock } from './clock.ts';

/** The longest delay that Node's timers can take. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export interface EdgesParts {
  readonly clock: Clock;
  /** What the edges are counted from, by the clock. */
  readonly zeroMs: number;
  /** In order. */
  readonly edgesMs: readonly number[];
  readonly atEdge: (edgeMs: number) => void;
}

/** The moments at which windows begin and end. */
export class Edges {
  readonly #parts: EdgesParts;
  #passed = 0;
  #isOver = false;
  #cancel: () => void = () => {};

  constructor(parts: EdgesParts) {
    this.#parts = parts;
  }

  /** Calls back for every edge that time has passed, then waits for the next. */
  pass(): void {
    const { clock, zeroMs, edgesMs, atEdge } = this.#parts;
    const elapsedMs = clock.now() - zeroMs;
    let edge = edgesMs[this.#passed];
    while (edge !== undefined && edge <= elapsedMs) {
      this.#passed += 1;
      atEdge(edge);
      if (this.#isOver) return;
      edge = edgesMs[this.#passed];
    }
    if (edge === undefined) return;
    this.#cancel = clock.schedule(Math.max(1, Math.min(edge - elapsedMs, TIMER_MAX_MS)), () => this.pass());
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
  }
}
