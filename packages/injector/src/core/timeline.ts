import type { BlastRadius } from './blast-radius.ts';
import type { Fault } from './fault.ts';

/** A share of exchanges that moves from `from` to `to` over its window; both in [0, 1]. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  /**
   * `linear` (the default) is a straight line; `exponential` covers a 127th of the way in the first seventh of the time
   * and doubles that seven times: what spreads the more, the further it has spread.
   */
  readonly curve?: 'linear' | 'exponential' | undefined;
}

/** How far an exponential ramp has come, 0 to 1, at a point of its time from 0 to 1. */
const spread = (at: number): number => (2 ** (7 * at) - 1) / 127;

/** A ramp's share at a point of its window's time, 0 at its beginning and 1 at its end. */
export const rampAt = ({ from, to, curve }: Ramp, at: number): number =>
  from + (to - from) * (curve === 'exponential' ? spread(at) : at);

/** The mean of an exponential ramp's way over its time: the integral of `spread`. */
const SPREAD_MEAN = (127 / (7 * Math.LN2) - 1) / 127;

/** A ramp's mean share over the whole of its window. */
export const rampMean = ({ from, to, curve }: Ramp): number =>
  from + (to - from) * (curve === 'exponential' ? SPREAD_MEAN : 0.5);

/**
 * One fault in force from `startMs` to `endMs` (half open, milliseconds since the timeline was started).
 */
export interface FaultWindow {
  /** Unique in its timeline, stable between runs of the same plan: draws depend on it. */
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly where: BlastRadius;
  readonly share: Ramp;
  readonly fault: Fault;
  /** What happens to exchanges already in flight when the window begins. */
  readonly inFlight: 'spare' | 'cut';
}

/**
 * Everything that will go wrong, known beforehand and never changed. Where windows overlap, the first in the list whose
 * draw strikes decides; `latency` adds up and lets the next ones have their turn. So a later share is a share of what
 * the earlier ones left: `[silent 0.9, http-error 1]` is nine in ten silent, the rest an error.
 */
export interface Timeline {
  readonly windows: readonly FaultWindow[];
  /** What its draws derive from, where that is not the injector's own seed. */
  readonly seed?: string | undefined;
}

/** The timeline on which nothing fails. */
export const calm: Timeline = Object.freeze({ windows: Object.freeze([]) });
