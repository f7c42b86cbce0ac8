import { z } from 'zod';

/** How a probe looks at the app. */
export const probeKindSchema = z.enum(['http', 's3', 'command', 'browser', 'metrics']);
/** How a probe looks at the app. */
export type ProbeKind = z.infer<typeof probeKindSchema>;

/**
 * What a workload step is to the app's users. `read` and `write` need S3; `control` does not, so its failures measure
 * the blast radius.
 */
export const stepClassSchema = z.enum(['read', 'write', 'control']);
/** What a workload step is to the app’s users. */
export type StepClass = z.infer<typeof stepClassSchema>;

/** Letters from best to worst. */
export const letterSchema = z.enum(['A', 'B', 'C', 'D', 'F']);
/** A to F. */
export type Letter = z.infer<typeof letterSchema>;

/** What a run is graded on: one checker each. */
export const dimensionIds = [
  'exposure',
  'availability',
  'latency',
  'durability',
  'freshness',
  'failover',
  'recovery',
  'retry-discipline',
  'blast-radius',
  'resources',
  'restart',
  'detection',
  'user-experience',
] as const;

const phaseSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** `baseline` precedes the faults, `incident` is the scenario's, `recovery` follows the last heal. */
  stage: z.enum(['baseline', 'incident', 'recovery']),
  /** Milliseconds since the load began, as planned. */
  startMs: z.number(),
  endMs: z.number(),
  /** Minutes on the incident's own clock since its zero; null outside the incident. */
  incidentFromMin: z.number().nullable(),
  incidentToMin: z.number().nullable(),
  /** What happened then, for the reader: "12:26 AWS begins to serve GETs". */
  notes: z.array(z.string()),
});
/** A phase as it was planned. */
export type PhaseRecord = z.infer<typeof phaseSchema>;

const windowSchema = z.object({
  id: z.string(),
  phase: z.string(),
  /** Opaque here: the reporter never knows one fault from another. */
  kind: z.string(),
  /** The fault in one English sentence. */
  sentence: z.string(),
  regions: z.array(z.string()),
  /** Which S3 operation classes it may strike; empty for all. */
  classes: z.array(z.string()),
  startMs: z.number(),
  endMs: z.number(),
});
/** A fault window as it was planned. */
export type WindowRecord = z.infer<typeof windowSchema>;

/** An objective for one class of requests, over the graded phases of the incident. */
const latencyObjectiveSchema = z.object({
  /** Above 0, below 100: 95 for the 95th percentile. */
  percentile: z.number(),
  ms: z.number(),
});

/**
 * What the target's owner promises its users even while S3 fails (`slo:` in chaos.yaml). Shown beside the letter, which
 * it never changes: letters of different apps stay comparable.
 */
export const sloSchema = z.object({
  /** By class: the share of good requests, between 0 and 1. */
  availability: z.partialRecord(stepClassSchema, z.number()).optional(),
  /** By class. */
  latency: z.partialRecord(stepClassSchema, latencyObjectiveSchema).optional(),
});
/** What the target’s owner promises its users. */
export type Slo = z.infer<typeof sloSchema>;

/** Everything that was decided before the run began: the journal's first entry carries it whole. */
export const planRecordSchema = z.object({
  scenario: z.object({
    name: z.string(),
    title: z.string(),
    summary: z.string(),
    lesson: z.string(),
    sources: z.array(z.object({ title: z.string(), url: z.string() })),
  }),
  /** The incident's clock: zero as hour and minute of its day (in its own zone), and how much faster ours runs. */
  clock: z.object({ date: z.string(), zone: z.string(), zeroMinuteOfDay: z.number(), speed: z.number() }),
  seed: z.string(),
  /** What the scenario assumes, where the sources give no figure. */
  assumptions: z.array(z.object({ name: z.string(), value: z.number(), why: z.string(), overridden: z.boolean() })),
  regions: z.array(z.string()),
  target: z.object({
    name: z.string(),
    /** The command that starts it; empty for a target that runs elsewhere. */
    command: z.array(z.string()),
    url: z.string(),
    homeRegion: z.string(),
  }),
  /** How long a user waits before giving up, milliseconds. Answers later than that count as hangs. */
  patienceMs: z.number(),
  workload: z.object({
    perSecond: z.number(),
    steps: z.array(z.object({ id: z.string(), class: stepClassSchema, weight: z.number(), does: z.string() })),
  }),
  phases: z.array(phaseSchema),
  windows: z.array(windowSchema),
  /** The lowest letter that passes, where the user set one. */
  gate: letterSchema.nullable(),
  /** Weights by dimension id that replace the default ones; empty for none. */
  weights: z.record(z.string(), z.number()),
  /** What the user should know before believing the grade: the report repeats it. */
  warnings: z.array(z.string()).optional(),
  slo: sloSchema.optional(),
  /** The app's own alarms that the run watches; without any, detection cannot be graded. */
  alarms: z
    .array(
      z.object({
        id: z.string(),
        does: z.string(),
        /** What it is to do while S3 fails; as it likes where left out. */
        expect: z.enum(['fires', 'quiet', 'any']).optional(),
      }),
    )
    .optional(),
  /** What looks at the app beside the workload. */
  probes: z.array(z.object({ id: z.string(), kind: probeKindSchema, does: z.string() })).optional(),
});
/** The plan, as the journal keeps it. */
export type PlanRecord = z.infer<typeof planRecordSchema>;
