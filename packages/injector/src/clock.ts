/** Time as the injector sees it. Tests pass a clock that they turn by hand. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The machine's monotonic clock. Pending callbacks do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.ceil(delayMs)); // Node cuts fractions off, which would be too early.
    timer.unref();
    return () => clearTimeout(timer);
  },
};
