import { mergeWork, type WorkCell } from '../history/work.ts';
import type { S3Class } from '../history/exchanges.ts';
import type { Figure, Remedy } from '../report/basics.ts';
import type { JudgedPhase, Trace } from '../trace.ts';

/** What the journal shows of a resilience pattern. Absence of evidence is `cannot-tell`, never `not-shown`. */
export interface Sighting {
  readonly state: 'shown' | 'not-shown' | 'cannot-tell';
  readonly sentence: string;
  readonly evidence: readonly Figure[];
}

/** A way to live through an outage, told from its traces in the journal alone. */
export interface Pattern {
  readonly id: string;
  readonly title: string;
  /** What would be seen in the journal, for the reader. */
  readonly fingerprint: string;
  /** What to do where it is missing, and who proved it on the day. */
  readonly remedy: Remedy;
  /** The dimension that it would have improved, and the figure of this run. */
  readonly improves: { readonly dimension: string; readonly figure: (trace: Trace) => Figure };
  readonly look: (trace: Trace) => Sighting;
}

export const shown = (sentence: string, evidence: readonly Figure[]): Sighting => ({
  state: 'shown',
  sentence,
  evidence,
});
export const notShown = (sentence: string, evidence: readonly Figure[]): Sighting => ({
  state: 'not-shown',
  sentence,
  evidence,
});
export const cannotTell = (sentence: string, evidence: readonly Figure[] = []): Sighting => ({
  state: 'cannot-tell',
  sentence,
  evidence,
});

/** A class of S3 requests counts as failing where at least half of these, and so many, failed. [our choice] */
const FAILING_PART = 0.5;
const FAILING_MIN = 5;

export interface Counted {
  readonly requests: number;
  readonly failed: number;
}

/** S3 requests of some classes over some phases, all regions together. */
export function countS3(phases: readonly JudgedPhase[], classes: readonly S3Class[]): Counted {
  let [requests, failed] = [0, 0];
  for (const { phase } of phases) {
    for (const cls of classes) {
      requests += phase.exchanges.classes[cls].requests;
      failed += phase.exchanges.classes[cls].failed;
    }
  }
  return { requests, failed };
}

/**
 * Graded phases in which some region failed at least half of the requests of a class. A connection that it left without an
 * answer may have been for any class.
 */
export const phasesFailing = (trace: Trace, cls: S3Class): readonly JudgedPhase[] =>
  trace.graded.filter(({ phase }) =>
    trace.history.plan.regions.some((region) => {
      const unanswered = phase.exchanges.unansweredIn.get(region) ?? 0;
      const counts = phase.exchanges.byRegion.get(region)?.[cls];
      const failed = (counts?.failed ?? 0) + unanswered;
      return failed >= FAILING_MIN && failed / ((counts?.requests ?? 0) + unanswered) >= FAILING_PART;
    }),
  );

/** What users of a class saw over some phases. */
export const workOf = (phases: readonly JudgedPhase[], cls: 'read' | 'write' | 'control'): WorkCell =>
  mergeWork(phases.map(({ phase }) => phase.work[cls]));

/** What users of the routes that need S3 saw over some phases. */
export const dependentWork = (phases: readonly JudgedPhase[]): WorkCell =>
  mergeWork(phases.flatMap(({ phase }) => [phase.work.read, phase.work.write]));
