import type { Clock } from './clock.ts';

/** A clock that stands still until it is turned, for tests. */
export interface ManualClock extends Clock {
  /** Moves on, calling back all that falls due on the way, each at its own time. */
  advance(ms: number): void;
  /** How many calls are due some time. */
  readonly pending: number;
}

/** A clock at 0 ms, for tests of what takes a {@link Clock}. */
export function manualClock(): ManualClock {
  let nowMs = 0;
  const due = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    schedule: (delayMs, callback) => {
      const entry = { atMs: nowMs + delayMs, callback };
      due.add(entry);
      return () => {
        due.delete(entry);
      };
    },
    get pending() {
      return due.size;
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...due].filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
      }
      nowMs = endMs;
    },
  };
}
