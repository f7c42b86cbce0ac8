import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ToolReading {
  readonly rssBytes: number;
  /** Longest event-loop delay since the last reading, milliseconds. */
  readonly loopDelayMsMax: number;
}

const EVERY_MS = 1_000;
const RESOLUTION_MS = 10;

/** Reads once a second how the runner itself is doing. Returns the way to stop. */
export function startToolReadings(onReading: (reading: ToolReading) => void): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const timer = setInterval(() => {
    const loopDelayMsMax = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
    delay.reset();
    onReading({ rssBytes: process.memoryUsage.rss(), loopDelayMsMax: Math.round(loopDelayMsMax * 10) / 10 });
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
