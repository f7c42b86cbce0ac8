import type { Entry } from '@gameday/reporter/journal';

/** Where a run's journal goes. */
export interface JournalWriter {
  /** Takes an entry; it reaches the disk soon after. Never throws: a journal that cannot be written ends the run. */
  write(entry: Entry): void;
  /** Resolves when everything written so far is on disk for good. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
