/** How often a piece of a body leaves: often enough to look like a slow line, seldom enough to be cheap. */
const EVERY_MS = 20;

/** So many bytes at a time. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

/** The pace of a slow line. */
export function paceOf(bytesPerSecond: number): Pace {
  const bytes = Math.max(1, Math.round((bytesPerSecond * EVERY_MS) / 1_000));
  return { bytes, everyMs: (bytes * 1_000) / bytesPerSecond };
}
