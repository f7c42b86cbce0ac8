import type { EntryOf } from '../journal/entry.ts';
import type { PlanRecord, StepClass } from '../journal/plan-record.ts';
import type { Happening } from './events.ts';
import type { ExchangeCell } from './exchanges.ts';
import type { Forensics } from './forensics.ts';
import type { Hedges } from './hedges.ts';
import type { LedgerBook } from './ledger.ts';
import type { Life } from './lives.ts';
import type { PhaseSpan, WindowSpan } from './phases.ts';
import type { RecoverySecond } from './recovery.ts';
import type { Registers } from './registers.ts';
import type { Second } from './seconds.ts';
import type { Bucket } from './series.ts';
import type { SlowAnswers } from './slow-answers.ts';
import type { ToolFold } from './tool.ts';
import type { WatchLog } from './watch.ts';
import type { WorkCell } from './work.ts';

/** What one phase saw. */
export interface PhaseHistory extends PhaseSpan {
  readonly work: Readonly<Record<StepClass, WorkCell>>;
  readonly exchanges: ExchangeCell;
  readonly slow: SlowAnswers;
  /** Exchanges that were open while it ran and met a fault, whenever they started. */
  readonly struckWhileOpen: number;
}

/** A whole run, folded: its size depends on the plan and the ledger, not on the number of requests. */
export interface History {
  readonly run: EntryOf<'run.started'>;
  readonly plan: PlanRecord;
  /** Null where the journal breaks off. */
  readonly end: EntryOf<'run.ended'> | null;
  /** Latest moment that the journal speaks of. */
  readonly lastAt: number;
  /** When the load began; null where it never did. */
  readonly loadStart: number | null;
  readonly phases: readonly PhaseHistory[];
  readonly windows: readonly WindowSpan[];
  /** The longest pause before a retry that was a back-off, not a wait for a free connection; 0 for none. */
  readonly slowestBackOffMs: number;
  readonly series: { readonly bucketMs: number; readonly buckets: readonly Bucket[] };
  readonly recovery: readonly RecoverySecond[];
  /** The run second by second, from the beginning of the load on. */
  readonly seconds: readonly Second[];
  readonly registers: Registers;
  readonly watch: WatchLog;
  /** Every life of the target's processes, in the order of their starts. */
  readonly lives: readonly Life[];
  readonly hedges: Hedges;
  readonly forensics: Forensics;
  readonly ledger: LedgerBook;
  readonly tool: ToolFold;
  readonly happenings: readonly Happening[];
  readonly hypothesis: { readonly before: boolean | null; readonly after: boolean | null };
  readonly journal: {
    readonly entries: number;
    readonly malformed: number;
    /** Where the first malformed line stands, and what is wrong with it. */
    readonly firstMalformed: string | null;
    readonly unknown: number;
    readonly torn: boolean;
  };
}

/** The text is not a journal that can be reported on. The message says what, where, and how to mend it. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** The milliseconds of the plan's clock at which the last fault heals; null where none is planned. */
export const plannedHealMs = (plan: PlanRecord): number | null =>
  plan.windows.length === 0 ? null : Math.max(...plan.windows.map((window) => window.endMs));
