/** One look at another process's clock, on ours: when we asked, what it said, when we heard. Milliseconds. */
export interface ClockSample {
  readonly askedMs: number;
  readonly saidMs: number;
  readonly heardMs: number;
}

/** What has to be added to the other clock's time to have ours, and how far off that may be. Milliseconds. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** Two clocks drift apart by no more than this part of the time, as for NTP (RFC 5905) with a wide margin. */
const DRIFT = 100e-6;
/** As many as NTP's clock filter looks back on. */
const SAMPLES_MAX = 8;

/** The latest samples with one more. */
export const withSample = (samples: readonly ClockSample[], sample: ClockSample): readonly ClockSample[] =>
  [...samples, sample].slice(-SAMPLES_MAX);

/**
 * The offset by the sample that can be off the least: half its round trip, and what the clocks may have drifted since
 * (Cristian's algorithm with NTP's clock filter). Null without a sample.
 */
export function clockOffset(samples: readonly ClockSample[], nowMs: number): ClockOffset | null {
  const offsets = samples.map(({ askedMs, saidMs, heardMs }) => ({
    offsetMs: (askedMs + heardMs) / 2 - saidMs,
    errorMs: (heardMs - askedMs) / 2 + DRIFT * Math.max(0, nowMs - heardMs),
  }));
  return offsets.reduce<ClockOffset | null>(
    (best, one) => (best === null || one.errorMs < best.errorMs ? one : best),
    null,
  );
}
