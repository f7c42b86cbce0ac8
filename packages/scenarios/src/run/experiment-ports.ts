import type { Clock } from '@gameday/injector';
import type { PlanRecord } from '@gameday/reporter/journal';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Auditor } from '../ports/auditor.ts';
import type { JournalWriter } from '../ports/journal-writer.ts';
import type { Nemesis } from '../ports/nemesis.ts';
import type { Target } from '../ports/target.ts';
import type { Watch } from '../ports/watch.ts';
import type { Workload } from '../ports/workload.ts';

/** All of the world that a run touches. */
export interface ExperimentPorts {
  readonly runId: string;
  /** Wall clock at the start, ISO 8601. */
  readonly startedAt: string;
  readonly gamedayVersion: string;
  /** The plan as the journal keeps it. */
  readonly record: PlanRecord;
  readonly clock: Clock;
  /** The run's zero on that clock. */
  readonly originMs: number;
  readonly journal: JournalWriter;
  readonly nemesis: Nemesis;
  readonly target: Target;
  /** Keeps what is written to these regions from being replicated; null where that cannot be done. */
  readonly pauseReplication: (regions: readonly string[]) => (() => void) | null;
  readonly fileExists: (path: string) => boolean;
  readonly ledger: Ledger;
  readonly workload: Workload;
  readonly watch: Watch;
  readonly auditors: readonly Auditor[];
  readonly digestKey: (key: string) => string;
  readonly describeTargetExit: (exit: { readonly code: number | null; readonly signal: string | null }) => string;
}
