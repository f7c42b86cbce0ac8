import type { Entry } from '@gameday/reporter/journal';
import { LiveFold } from './core/fold-live.ts';
import type { LiveView } from './core/live-view.ts';

/** A run as it is now, told by its journal. */
export interface LiveRun {
  /** Takes the journal's next entry. */
  add(entry: Entry): void;
  /** Null before the run has begun. */
  view(): LiveView | null;
}

/** @param now a monotonic clock, milliseconds; the run's own zero is when its first entry comes */
export function followRun(now: () => number): LiveRun {
  let fold: LiveFold | null = null;
  let originMs = 0;
  return {
    add(entry) {
      if (entry.type === 'run.started') {
        originMs = now() - entry.t;
        fold = new LiveFold(entry);
      } else fold?.add(entry);
    },
    view: () => fold?.view(now() - originMs) ?? null,
  };
}
