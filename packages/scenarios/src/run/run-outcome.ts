import type { RunEnd } from '@gameday/reporter/journal';

/** How a run ended, for the exit code; the grade comes from the journal. */
export interface RunOutcome {
  readonly reason: RunEnd;
  readonly detail: string;
}
