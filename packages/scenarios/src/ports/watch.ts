import type { EntryOf } from '@gameday/reporter/journal';

/** What watchers journal. */
export type WatchEntry = EntryOf<'alert.seen'> | EntryOf<'probe.reading'> | EntryOf<'process.reading'>;

/** What looks at the app beside the workload: probes, alarms, and its processes' own state. */
export interface Watch {
  /** Told of everything from now on; what came before is told first. */
  onEntry(listener: (entry: WatchEntry) => void): void;
  /** Begins to look; alarms that come by themselves are heard from the start. */
  begin(): void;
  /** Looks no more. Safe to call more than once. */
  end(): void;
  /** Resolves when nothing is left of what looked. */
  close(): Promise<void>;
}
