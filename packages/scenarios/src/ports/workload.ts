import type { EntryOf } from '@gameday/reporter/journal';

/** A finished workload request, times in milliseconds since the run began. */
export type WorkRequest = Omit<EntryOf<'work.request'>, 't' | 'type'>;

/** The users of the app. */
export interface Workload {
  /** Gets ready, so that the first requests leave on time; nothing reaches the app. May be left out. */
  prepare(): Promise<void>;
  /** Begins to send. */
  begin(): void;
  /** Stops sending; resolves when the last request is answered or given up. */
  end(): Promise<void>;
  /** Stops sending and gives up at once on all that is under way. */
  abort(): void;
  onRequest(listener: (request: WorkRequest) => void): void;
  readonly inFlight: number;
}
