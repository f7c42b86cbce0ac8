import type { Ledger } from '../../core/ledger/ledger.ts';
import type { Plan } from '../../core/plan.ts';
import type { CommandOutcome } from '../target/guarded-command.ts';
import type { LedgerEvent } from './ledger-keeping.ts';

/** What driving load needs of the run. */
export interface WorkloadOptions {
  readonly plan: Plan;
  /** Base URL of the app. */
  readonly url: string;
  readonly ledger: Ledger;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
  /** A number in [0, 1) for a purpose and an arrival, the same in every run of the same seed. */
  readonly draw: (purpose: string, index: number) => number;
  readonly onLedger: (event: LedgerEvent) => void;
  /** Tells the run's idempotency keys from those of others, which an app may remember; the ledger's prefix where left out. */
  readonly runId?: string;
  /** A new W3C trace context for each HTTP request; none is sent where this is left out. */
  readonly traceparent?: (() => string) | undefined;
  /** Runs a step's command to its end, its patience's or the signal's, whichever is first. */
  readonly runCommand: (
    words: readonly string[],
    patienceMs: number,
    index: number,
    signal: AbortSignal,
    onLine?: (line: string) => void,
  ) => Promise<CommandOutcome>;
}
