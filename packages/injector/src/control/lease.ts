import type { Clock } from '../clock.ts';

/** Faults on loan: they end when nobody asks for more time. */
export interface Lease {
  /** Begins or renews it. */
  renew(): void;
  /** Ends it without calling back. */
  end(): void;
  /** Milliseconds until it lapses; null where there is none. */
  readonly remainingMs: number | null;
}

/** @param lapsed called once whenever `durationMs` pass without a renewal */
export function createLease(clock: Clock, durationMs: number, lapsed: () => void): Lease {
  let cancel: (() => void) | null = null;
  let untilMs = 0;
  const end = (): void => {
    cancel?.();
    cancel = null;
  };
  return {
    renew: () => {
      end();
      untilMs = clock.now() + durationMs;
      cancel = clock.schedule(durationMs, () => {
        cancel = null;
        lapsed();
      });
    },
    end,
    get remainingMs() {
      return cancel === null ? null : Math.max(0, untilMs - clock.now());
    },
  };
}
