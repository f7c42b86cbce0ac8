import type { Cause, Figure, Verdict } from '../report/basics.ts';
import type { Letter } from '../journal/plan-record.ts';
import type { Trace } from '../trace.ts';

/** A cause before the whole grade is known: `share` of the points that its dimension lost, in any unit. */
export interface CauseDraft extends Omit<Cause, 'dimension' | 'pointsLost'> {
  readonly share: number;
}

/** A limit on the letter whose condition was met. */
export interface CapFinding {
  readonly id: CapId;
  readonly sentence: string;
}

/** What a checker answers. */
export interface Finding {
  readonly verdict: Verdict;
  /** 0 to 100; null where there is none, and then the dimension does not count. */
  readonly score: number | null;
  readonly summary: string;
  readonly evidence: readonly Figure[];
  readonly causes: readonly CauseDraft[];
  readonly caps: readonly CapFinding[];
}

/** One dimension of the grade: a pure function of the trace. */
export interface Checker {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly formula: string;
  /** Default share of the letter; 0 for one that only gates. */
  readonly weight: number;
  readonly check: (trace: Trace) => Finding;
}

export type CapId =
  | 'lost-writes'
  | 'wrong-state'
  | 'never-back'
  | 'hangs'
  | 'wrong-answers'
  | 'control-down'
  | 'unbounded-growth'
  | 'writes-unproven';

/** The limits on the letter, whatever the score. */
export const capRules: Readonly<Record<CapId, { readonly letter: Letter; readonly rule: string }>> = {
  'lost-writes': { letter: 'F', rule: 'Any acknowledged write that is lost or corrupted: F.' },
  'wrong-state': {
    letter: 'D',
    rule: 'Any acknowledged write that is there twice, any delete that came back, any log with holes or out of order: at most D.',
  },
  'never-back': { letter: 'D', rule: 'Never back at baseline after the last fault healed: at most D.' },
  hangs: { letter: 'D', rule: 'The majority of reads, or of writes, hang during the incident: at most D.' },
  'wrong-answers': {
    letter: 'C',
    rule: 'Any wrong body with a success status, or "not found" said of what S3 only failed to give: at most C.',
  },
  'control-down': {
    letter: 'C',
    rule: 'Routes that need no S3 fall below 90 % during the incident: at most C.',
  },
  'unbounded-growth': {
    letter: 'C',
    rule: 'Memory, threads, sockets or open files that grow as long as S3 fails: at most C.',
  },
  'writes-unproven': {
    letter: 'B',
    rule: 'Acknowledged writes that nobody could read back at the end: at most B.',
  },
};

/** An answer that says why there is none. */
export const inconclusive = (summary: string, evidence: readonly Figure[] = []): Finding => ({
  verdict: 'inconclusive',
  score: null,
  summary,
  evidence,
  causes: [],
  caps: [],
});

/** A checker that throws has no answer: its own fault must neither fail the app nor pass it. */
export function runChecker(checker: Checker, trace: Trace): Finding {
  try {
    return checker.check(trace);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return inconclusive(`The checker itself failed, so it has no answer: ${why}`);
  }
}
