import type { Clock } from '../src/clock.ts';

/** A clock that stands still until it is turned. */
export interface ManualClock extends Clock {
  /** Moves time on, and calls back whatever falls due on the way, in order. */
  advance(ms: number): void;
}

export function createManualClock(): ManualClock {
  let nowMs = 0;
  const due = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    schedule: (delayMs, callback) => {
      const entry = { atMs: nowMs + delayMs, callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...due].filter((entry) => entry.atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
      }
      nowMs = endMs;
    },
  };
}
