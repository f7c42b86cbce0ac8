import type { PlannedAlarm, PlannedProbe } from './planned-watch.ts';
import type { Timeline } from '@gameday/injector';
import type { Letter, Slo, StepClass } from '@gameday/reporter/journal';

/** Where a scenario comes from, for the reader. */
export interface PlannedScenario {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly lesson: string;
  /** Which app comes through well. */
  readonly survivor?: string | null;
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  /** Whose view of the incident: that of clients inside the failing region, or outside of it. */
  readonly viewpoint?: 'inside' | 'outside';
}

/** The incident's own clock: its day and zone, its zero as a minute of that day, and how much faster ours runs. */
export interface IncidentClock {
  /** ISO date, `2017-02-28`. */
  readonly date: string;
  readonly zone: string;
  readonly zeroMinuteOfDay: number;
  /** 180 means that three hours of the incident pass in a minute. */
  readonly speed: number;
}

/** A figure that the sources do not give: ours, with its reason, open to be set by the user. */
export interface Assumption {
  readonly name: string;
  readonly value: number;
  readonly why: string;
  readonly overridden: boolean;
}

/** A knob of the scenario and what it was set to. */
export interface PlannedVariable {
  readonly name: string;
  readonly type: 'number' | 'share' | 'duration' | 'region' | 'text';
  /** A duration stays as it is written: `40s`. */
  readonly value: number | string;
  readonly about: string;
  readonly overridden: boolean;
}

/** The app under test. Texts with `${...}` are templates, filled when ports are known: see `core/template.ts`. */
export interface PlannedTarget {
  readonly name: string;
  /** Absolute folder in which the command runs. */
  readonly folder: string;
  /** Program and arguments; null for an app that runs already. */
  readonly command: readonly string[] | null;
  /** Base URL of the app, a template: `http://127.0.0.1:${PORT}`. */
  readonly url: string;
  readonly ready: { readonly path: string; readonly status: number; readonly withinMs: number };
  /** Added to the environment; values are templates. */
  readonly env: Readonly<Record<string, string>>;
  readonly homeRegion: string;
  /** How many processes of it stand behind one address; 1 where left out. */
  readonly replicas?: number;
  /** Created in the embedded S3 before the target starts. */
  readonly buckets: readonly { readonly name: string; readonly region: string }[];
}

export type PlannedBody =
  | { readonly kind: 'none' }
  /** Bytes drawn from the run's seed and the entry's id, so that every entry is different and known. */
  | { readonly kind: 'random'; readonly bytes: number }
  | { readonly kind: 'text'; readonly text: string };

/** Where in an answer a value stands. */
export type CaptureFrom =
  /** A path into the JSON body: `items.0.id`, or `/items/0/id` (RFC 6901). */
  | { readonly kind: 'json'; readonly path: string }
  /** The header's value, or what a regular expression takes of it: its first group, else what it matches. */
  | { readonly kind: 'header'; readonly name: string; readonly pattern?: string | null }
  /** The first group of a regular expression, else what it matches. */
  | { readonly kind: 'regex'; readonly pattern: string };

export interface PlannedStep {
  readonly id: string;
  readonly class: StepClass;
  /** Its share of arrivals is weight / sum of weights. */
  readonly weight: number;
  readonly request: {
    readonly method: string;
    /** A template: `${new}` is a fresh ledger id, `${known}` the id of an acknowledged entry. */
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: PlannedBody;
  };
  readonly expect: {
    /** Statuses that a user would call success. */
    readonly statuses: readonly number[];
    /** `entry`: the body is byte for byte what the ledger acknowledged. */
    readonly body:
      | { readonly kind: 'any' }
      | { readonly kind: 'entry' }
      | { readonly kind: 'contains'; readonly text: string };
  };
  /** What it is to the ledger; derived from its class and its path. */
  readonly ledger: LedgerRole;
  /** Where an answer says the counter's value, the log's offset or the entry's id; null for its whole body. */
  readonly value?: CaptureFrom | null;
  /** Where the answer to a write of the set has the id that the app gave it; null where its path has `${new}`. */
  readonly givenId?: CaptureFrom | null;
  /** Which collection a member of the set belongs to; null for the one without a name. */
  readonly collection?: string | null;
  /** The header in which each write sends a key of its own, so that it may be sent twice; null for none. */
  readonly idempotencyHeader?: string | null;
  /** How much an acknowledged request adds to its counter. */
  readonly adds?: number;
  /** What is kept of a good answer, by name, for `${capture.name}` in paths, headers and texts of other steps. */
  readonly captures?: Readonly<Record<string, CaptureFrom>>;
  /** A program and its arguments, run in the request's stead; good is exit code 0 within `withinMs`. Templates as in `env`. */
  readonly command?: { readonly words: readonly string[]; readonly withinMs: number } | null;
}

/**
 * `writes` and `reads` are of members of the set, `deletes` and `reads-deleted` of members that must not come back;
 * registers are overwritten, counters added to, logs appended to, each in places of which there are several.
 */
export type LedgerRole =
  | 'none'
  | 'writes'
  | 'reads'
  | 'deletes'
  | 'reads-deleted'
  | 'overwrites'
  | 'reads-register'
  | 'adds'
  | 'reads-counter'
  | 'appends'
  | 'reads-log';

/** Where objects of the ledger lie in S3. */
export interface PlannedS3Place {
  readonly bucket: string;
  /** A template of `${entry}` or of `${register}`. */
  readonly key: string;
  readonly region: string;
}

/** One user's way through several steps, with pauses for thought between an answer and the next request. */
export interface PlannedJourney {
  readonly id: string;
  /** Its share of arrivals, beside the steps that stand alone. */
  readonly weight: number;
  /** Ids of steps, in order. */
  readonly steps: readonly string[];
  readonly think: {
    /** `fixed` lasts the mean; `uniform` up to twice the mean; `exponential` mostly less, seldom much more. */
    readonly kind: 'fixed' | 'uniform' | 'exponential';
    readonly meanMs: number;
  };
}

/** How the members of one collection are read back. */
export interface MembersAudit {
  /** `${entry}` is the entry's id; `value` is where an answer says which entry it is. */
  readonly app: { readonly path: string; readonly value?: CaptureFrom | null } | null;
  readonly s3: readonly PlannedS3Place[];
  /** A page on which every entry's id stands once; `pattern` is a regular expression whose matches count. */
  readonly list?: { readonly path: string; readonly pattern: string | null } | null;
}

export interface PlannedWorkload {
  /** Arrivals a second, open loop: they do not wait for answers. */
  readonly perSecond: number;
  readonly steps: readonly PlannedStep[];
  /** `drawn` by weight (the default), or one after the other and round again, as they were recorded. */
  readonly order?: 'drawn' | 'in-turn';
  /** Steps that a journey names are not drawn by themselves. */
  readonly journeys?: readonly PlannedJourney[];
  /** `fresh`: a connection a request, as scripts and old SDKs do. `keep-alive`, the default, as browsers do. */
  readonly connections?: 'keep-alive' | 'fresh';
  /** Most requests that may wait for answers at once; left out, as many as can within the patience, and some more. */
  readonly sockets?: number;
  /** How many registers, counters and logs the steps share. */
  readonly places?: { readonly register: number; readonly counter: number; readonly log: number };
  /**
   * How the ledger is read back after recovery, beside the steps that read registers, counters and logs.
   * Null or empty where the target cannot say.
   */
  readonly audit: MembersAudit & {
    /** The same for the collections that have a name. */
    readonly collections?: readonly (MembersAudit & { readonly collection: string })[];
    /** Prints what another store holds: see docs/running.md. */
    readonly command?: { readonly words: readonly string[]; readonly withinMs: number } | null;
  };
}

export interface PlannedPhase {
  readonly id: string;
  readonly title: string;
  readonly stage: 'baseline' | 'incident' | 'recovery';
  /** Milliseconds since the load began; half open. Phases follow each other without gaps. */
  readonly startMs: number;
  readonly endMs: number;
  /** Minutes since the incident's zero; null outside of the incident. */
  readonly incidentFromMin: number | null;
  readonly incidentToMin: number | null;
  readonly notes: readonly string[];
}

/** What happens beside S3's own failures. */
export type PlannedAction =
  /** The provider's status page shows this from now on: to be served to the target, and drawn in the report. */
  | {
      readonly do: 'status-page';
      readonly state: 'green' | 'yellow' | 'red' | 'unreachable';
      readonly text: string | null;
    }
  /** An alarm of somebody's own goes off: only for the record. */
  | { readonly do: 'alarm'; readonly name: string; readonly text: string | null }
  /** From `startMs` to `endMs` what is written to these regions is copied to no other; then the backlog is copied. */
  | { readonly do: 'pause-replication'; readonly regions: readonly string[] }
  /**
   * `kill-target` is SIGKILL and `stop-target` SIGTERM: neither is followed by a start, the exit is expected.
   * `freeze-target` is SIGSTOP at `startMs` and SIGCONT at `endMs`; `resume-target` is SIGCONT before that.
   * `restart-target` is SIGTERM where it runs (SIGKILL where that does not help) and a start, whatever state S3 is in.
   */
  | {
      readonly do: 'kill-target' | 'stop-target' | 'freeze-target' | 'resume-target' | 'restart-target';
      /** Which replica, from 1; null for all. */
      readonly replica: number | null;
    };

export interface PlannedEvent {
  /** Unique, stable between runs of the same plan: `blackout/event-1-status-page`. */
  readonly id: string;
  /** The phase in which it begins. */
  readonly phase: string;
  /** Milliseconds since the load began. */
  readonly startMs: number;
  /** Null for what has a moment and no length. */
  readonly endMs: number | null;
  readonly action: PlannedAction;
}

/** A note with a time of its own; its text is in the phase's notes too, with the time before it. */
export interface PlannedNote {
  readonly phase: string;
  readonly startMs: number;
  readonly text: string;
}

/** A part of the steady-state hypothesis: over a stretch, at least so many of a class's requests are answered well. */
export interface PlannedExpectation {
  /** `before`: in the baseline. `during`: in the phase. `after`: in the recovery's second half. */
  readonly when: 'before' | 'during' | 'after';
  readonly phase: string;
  readonly class: StepClass;
  readonly goodShareMin: number;
  /** Answers slower than that, in wall time, are not good; null for the users' patience. */
  readonly withinMs: number | null;
}

/** The run is ended as soon as a class's share of good answers has been lower for so long, in any phase. */
export interface PlannedAbort {
  readonly class: StepClass;
  readonly goodShareMin: number;
  readonly forMs: number;
}

/**
 * Everything that will happen, decided before anything does: every default filled in, every duration in milliseconds,
 * frozen, and plain JSON. The same scenario, target, options and seed give the same plan.
 */
export interface Plan {
  readonly scenario: PlannedScenario;
  readonly clock: IncidentClock;
  readonly seed: string;
  readonly assumptions: readonly Assumption[];
  /** Every region that the run knows, the target's and the scenario's. */
  readonly regions: readonly string[];
  readonly target: PlannedTarget;
  /** How long a user waits for a whole answer, milliseconds. */
  readonly patienceMs: number;
  readonly workload: PlannedWorkload;
  readonly phases: readonly PlannedPhase[];
  /** Its zero is the moment at which the load begins, as in `phases`. */
  readonly timeline: Timeline;
  /** Which phase each window of the timeline belongs to, by window id. */
  readonly windowPhases: Readonly<Record<string, string>>;
  readonly guardrails: {
    /** The run is ended, healed and graded as inconclusive after so long, whatever it is doing. */
    readonly runMsMax: number;
    readonly abortWhen?: readonly PlannedAbort[];
    /** The run is ended, healed, as soon as this file exists; seen from the working folder. */
    readonly stopFile?: string | null;
  };
  /** Sorted by their beginning. */
  readonly events?: readonly PlannedEvent[];
  /** Sorted by time. */
  readonly notes?: readonly PlannedNote[];
  /** Empty where the scenario states none: then every step is to be 95 % good before and after. */
  readonly expectations?: readonly PlannedExpectation[];
  readonly variables?: readonly PlannedVariable[];
  /** Wall time without load between the recovery and the audit, for queues to drain. */
  readonly cooldownMs?: number;
  /** What looks at the app beside the workload. */
  readonly probes?: readonly PlannedProbe[];
  /** The app's own alarms that are watched. */
  readonly alarms?: readonly PlannedAlarm[];
  readonly gate: Letter | null;
  readonly weights: Readonly<Record<string, number>>;
  /** What the target promises; shown beside the letter. */
  readonly slo?: Slo | null;
  /** What the user should know before believing the grade: a phase shorter than the app's patience, for example. */
  readonly warnings: readonly string[];
}
