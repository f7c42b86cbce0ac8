/** Time as the injector sees it. Tests pass a clock that they turn by hand. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`, soon where that is past; the returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The machine's monotonic clock. Pending callbacks do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (delayMs, callback) => {
    // Node cuts fractions off, which would be too early, and warns of what is past.
    const timer = setTimeout(callback, Math.max(0, Math.ceil(delayMs)));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
