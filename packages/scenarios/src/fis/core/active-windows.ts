import type { FaultWindow, Ramp, Timeline } from '@gameday/injector';

/** Windows that were put in force at a moment, which is the zero of their times. */
export interface ActiveWindows {
  readonly beganMs: number;
  readonly windows: readonly FaultWindow[];
}

/** What is left of all that is in force, as a timeline whose zero is now. Earlier ones decide before later ones. */
export function timelineFrom(active: Iterable<ActiveWindows>, nowMs: number): Timeline {
  return {
    windows: [...active].flatMap(({ beganMs, windows }) =>
      windows.flatMap((window) => rebased(window, nowMs - beganMs)),
    ),
  };
}

function rebased(window: FaultWindow, elapsedMs: number): FaultWindow[] {
  const { startMs, endMs, share } = window;
  if (endMs <= elapsedMs) return [];
  if (startMs >= elapsedMs) return [{ ...window, startMs: startMs - elapsedMs, endMs: endMs - elapsedMs }];
  const from = shareAt(share, (elapsedMs - startMs) / (endMs - startMs));
  // What was in flight when it began has been dealt with.
  return [{ ...window, startMs: 0, endMs: endMs - elapsedMs, share: { ...share, from }, inFlight: 'spare' }];
}

/** An exponential ramp keeps its ends; between them it is bent a little otherwise than it was. */
function shareAt({ from, to, curve }: Ramp, part: number): number {
  const way = curve === 'exponential' ? (2 ** (7 * part) - 1) / 127 : part;
  return from + (to - from) * way;
}
