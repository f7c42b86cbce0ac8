import type { StepClass } from '@gameday/reporter/journal';

/** Good answers among those that were due. */
export interface Tally {
  readonly due: number;
  readonly good: number;
}

/** A phase as the bar shows it. */
export interface LivePhase {
  readonly id: string;
  readonly title: string;
  readonly stage: 'baseline' | 'incident' | 'recovery';
  /** Milliseconds since the load began, as planned. */
  readonly startMs: number;
  readonly endMs: number;
  /** `09:37 PST` where it begins; null outside of the incident. */
  readonly clock: string | null;
  readonly notes: readonly string[];
  readonly state: 'ahead' | 'now' | 'over';
}

/** A region's S3, as it is now. */
export interface LiveRegion {
  readonly name: string;
  /** The faults in force there, in English; none where it is well. */
  readonly faults: readonly string[];
  readonly exchanges: number;
  readonly struck: number;
}

/** A planned fault. */
export interface LiveFault {
  readonly id: string;
  readonly phase: string;
  readonly sentence: string;
  readonly state: 'ahead' | 'in force' | 'over';
  /** Exchanges that it has struck. */
  readonly fired: number;
}

/** One point of the curves: what ended in its stretch of the load. */
export interface LivePoint {
  readonly read: Tally;
  readonly write: Tally;
  readonly control: Tally;
  /** S3 exchanges; good where S3 gave a whole answer that is no error of the 500s. */
  readonly s3: Tally;
}

/** Something that went wrong for a user, and how often it did in a row. */
export interface LiveError {
  /** On the incident's clock, else since the load began: `12:26 PST`, `4.2 s`. */
  readonly at: string;
  /** The step. */
  readonly step: string;
  readonly text: string;
  readonly count: number;
}

/** All that a person watching a run wants to know, at one moment. */
export interface LiveView {
  readonly run: {
    readonly id: string;
    readonly title: string;
    readonly target: string;
    readonly seed: string;
    /** How much faster than the incident's clock. */
    readonly speed: number;
  };
  readonly stage: 'starting' | 'baseline' | 'judging' | 'incident' | 'recovery' | 'auditing' | 'ended';
  /** What the incident's clock shows; null outside of the incident. */
  readonly clock: string | null;
  /** Milliseconds since the load began; 0 before. */
  readonly loadMs: number;
  /** How long the load lasts, as planned. */
  readonly endMs: number;
  readonly phases: readonly LivePhase[];
  readonly regions: readonly LiveRegion[];
  readonly faults: readonly LiveFault[];
  /** How many milliseconds of the load a point stands for. */
  readonly pointMs: number;
  readonly points: readonly LivePoint[];
  readonly total: Readonly<Record<StepClass | 's3', Tally>>;
  /** What ended in the last two points. */
  readonly recent: Readonly<Record<StepClass | 's3', Tally>>;
  /** Requests without an answer yet. */
  readonly waiting: number;
  /** S3 exchanges that faults decided. */
  readonly struck: number;
  /** Connections that S3 was seen to leave without an answer. */
  readonly unanswered: number;
  readonly writes: {
    readonly acked: number;
    readonly unclear: number;
    readonly audited: number;
    readonly lost: number;
  };
  /** The latest last. */
  readonly errors: readonly LiveError[];
  readonly end: { readonly reason: string; readonly detail: string } | null;
}
