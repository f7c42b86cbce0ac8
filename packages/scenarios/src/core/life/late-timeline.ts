import type { FaultWindow, Timeline } from '@gameday/injector';

/** A window as it is for who begins so late, in milliseconds: it keeps to its times, and one that is over has no length. */
export const lateWindow = (window: FaultWindow, lateMs: number): FaultWindow => ({
  ...window,
  startMs: Math.max(0, window.startMs - lateMs),
  endMs: Math.max(0, window.endMs - lateMs),
});

/** What is left of a timeline that begins so late, in milliseconds. */
export const lateTimeline = (timeline: Timeline, lateMs: number): Timeline => ({
  ...timeline,
  windows: timeline.windows.map((window) => lateWindow(window, lateMs)).filter(({ endMs }) => endMs > 0),
});
