import { type Clock, makeClock } from './clock.ts';
import { type Downtime, downtimesOf } from './history/downtime.ts';
import type { History, PhaseHistory } from './history/history.ts';
import { type LedgerTally, tallyLedger } from './history/ledger-tally.ts';
import type { LedgerKind } from './history/ledger-entry.ts';
import type { WindowSpan } from './history/phases.ts';
import { mergeWork, type WorkCell } from './history/work.ts';
import type { StepClass } from './journal/plan-record.ts';

/** Fewer S3 requests than this that met a fault, and a phase is not graded: the app did not feel it. [our choice] */
export const STRUCK_MIN = 5;
/** Fewer requests of a class than this, and nothing is said of it. [our choice] */
export const SAMPLES_MIN = 20;

/** A phase, with whether it may be graded. */
export interface JudgedPhase {
  readonly phase: PhaseHistory;
  readonly windows: readonly WindowSpan[];
  /** S3 requests that met a fault while it ran, and connections for them that were never made. */
  readonly struck: number;
  readonly graded: boolean;
  /** Why it is not; null where it is. */
  readonly whyNot: string | null;
}

/** A history made ready for the checkers. */
export interface Trace {
  readonly history: History;
  readonly clock: Clock;
  readonly phases: readonly JudgedPhase[];
  /** The incident's phases that are graded; none where the app felt nothing. */
  readonly graded: readonly JudgedPhase[];
  readonly baseline: Readonly<Record<StepClass, WorkCell>>;
  /** What users saw in the graded phases of the incident. */
  readonly incident: Readonly<Record<StepClass, WorkCell>>;
  /** The ledger counted, by kind and in all. */
  readonly ledger: Readonly<Record<LedgerKind | 'all', LedgerTally>>;
  /** When no process of the app was up. */
  readonly downtimes: readonly Downtime[];
  /** The classes that the workload has steps of. */
  readonly classes: ReadonlySet<StepClass>;
}

function judgePhase(phase: PhaseHistory, history: History): JudgedPhase {
  const windows = history.windows.filter((window) => window.record.phase === phase.record.id);
  const fired = windows.reduce((sum, window) => sum + (window.fired ?? 0), 0);
  const struck = Math.max(phase.struckWhileOpen, fired);
  const whyNot =
    phase.start === null
      ? 'It never began.'
      : windows.length > 0 && struck < STRUCK_MIN
        ? `Only ${struck} of the app's S3 requests met a fault here; at least ${STRUCK_MIN} are needed.${
            windows.some(({ proved }) => proved)
              ? ' Connections were turned away, as one of our own was, but no more of the app’s were seen.'
              : ''
          }`
        : null;
  return { phase, windows, struck, graded: whyNot === null, whyNot };
}

const byClass = (phases: readonly JudgedPhase[]): Readonly<Record<StepClass, WorkCell>> => ({
  read: mergeWork(phases.map(({ phase }) => phase.work.read)),
  write: mergeWork(phases.map(({ phase }) => phase.work.write)),
  control: mergeWork(phases.map(({ phase }) => phase.work.control)),
});

const incidentSpans = (phases: readonly JudgedPhase[]): { readonly from: number; readonly to: number }[] =>
  phases.flatMap(({ phase: { start, end } }) => (start === null ? [] : [{ from: start, to: end ?? Infinity }]));

/**
 * Exposure first: an incident is graded only where the app felt it. Phases of the incident without a planned fault
 * count too, once any other was felt: users live through the whole of it.
 */
export function traceOf(history: History): Trace {
  const phases = history.phases.map((phase) => judgePhase(phase, history));
  const incident = phases.filter(({ phase }) => phase.record.stage === 'incident');
  const felt = incident.some((judged) => judged.graded && judged.windows.length > 0);
  const graded = felt ? incident.filter((judged) => judged.graded) : [];
  return {
    history,
    clock: makeClock(history.plan, history.phases, history.loadStart),
    phases,
    graded,
    baseline: byClass(phases.filter(({ phase }) => phase.record.stage === 'baseline')),
    incident: byClass(graded),
    ledger: tallyLedger(history.ledger, incidentSpans(incident)),
    downtimes: downtimesOf(history.lives, history.lastAt),
    classes: new Set(history.plan.workload.steps.map((step) => step.class)),
  };
}
