import { z } from 'zod';
import { stepClassSchema } from '../journal/plan-record.ts';
import { type Immutable, momentSchema, shareSchema } from './basics.ts';

/** A phase as it really ran. */
export const phaseSchema = z.object({
  id: z.string(),
  title: z.string(),
  stage: z.enum(['baseline', 'incident', 'recovery']),
  from: momentSchema,
  to: momentSchema,
  incidentClock: z.string().nullable().describe('"09:37 to 11:37"; null outside of the incident.'),
  notes: z.array(z.string()),
  windows: z.array(z.string()).describe('Ids of its fault windows.'),
  struck: z
    .number()
    .describe('S3 exchanges that met a fault while it ran, and connections that S3 left without an answer.'),
  graded: z.boolean(),
  whyNot: z.string().nullable().describe('Why it is not graded; null where it is.'),
});
/** A phase as it really ran. */
export type ReportPhase = Immutable<z.infer<typeof phaseSchema>>;

/** A planned fault, and whether it ever struck. */
export const faultSchema = z.object({
  id: z.string(),
  phase: z.string(),
  kind: z.string(),
  sentence: z.string(),
  regions: z.array(z.string()),
  classes: z.array(z.string()),
  from: momentSchema,
  to: momentSchema,
  fired: z
    .number()
    .describe('S3 exchanges that it struck, and connections that it was seen to leave without an answer.'),
  proved: z
    .literal(true)
    .optional()
    .describe(
      'It turns connections away, which can be counted in part at best, and one of Gameday’s own was turned away.',
    ),
});
/** A planned fault, and how often it struck. */
export type ReportFault = Immutable<z.infer<typeof faultSchema>>;

/** What one class of users saw in one phase. Latency counts from the intended send time. */
export const tableRowSchema = z.object({
  phase: z.string(),
  class: stepClassSchema,
  due: z.number(),
  good: z.number(),
  availability: shareSchema.nullable().describe('Null where nothing was due.'),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable().describe('A latency of `patienceMs` or more reads "at least".'),
  hangs: z.number().describe('No whole answer within the patience of a user.'),
  errors: z.number().describe('Wrong status, wrong body, connection refused or reset.'),
  unsent: z.number().describe('Due, but never sent; counts as failed.'),
  errorP95Ms: z.number().nullable().describe('How long 95 % of the errors took to be told.'),
});
/** What one class of users saw in one phase. */
export type TableRow = Immutable<z.infer<typeof tableRowSchema>>;

const appPointSchema = z.object({
  due: z.number(),
  good: z.number(),
  hangs: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

const s3PointSchema = z.object({ requests: z.number(), failed: z.number(), struck: z.number() });

/** One bucket of time. Requests stand where they were due, S3 exchanges where they started. */
const pointSchema = z.object({
  at: momentSchema,
  phase: z.string().nullable(),
  app: z.object({ read: appPointSchema, write: appPointSchema, control: appPointSchema }),
  s3: z.object({ read: s3PointSchema, write: s3PointSchema, delete: s3PointSchema }),
});
/** One point of the curves. */
export type Point = Immutable<z.infer<typeof pointSchema>>;

export const seriesSchema = z.object({ bucketMs: z.number(), points: z.array(pointSchema) });

/** How the app's processes were doing in one phase; of one replica, where there are several. */
export const processRowSchema = z.object({
  phase: z.string(),
  replica: z.number().nullable(),
  readings: z.number(),
  processesMax: z.number(),
  rssBytesP50: z.number(),
  rssBytesMax: z.number(),
  threadsMax: z.number(),
  socketsMax: z.number().nullable().describe('Null where there were too many open files to look at each.'),
  openFilesMax: z.number(),
  cpuShare: z.number().nullable().describe('CPU time by time: 1 is one core. Null where it cannot be told.'),
});
export type ProcessRow = Immutable<z.infer<typeof processRowSchema>>;

/** How many requests took how long, over time: what percentiles hide. */
export const heatmapSchema = z.object({
  edgesMs: z.array(z.number()).describe('Upper edges of the bands; the last band has none.'),
  columns: z.array(
    z.object({
      fromMs: z.number(),
      toMs: z.number(),
      clock: z.string(),
      read: z.array(z.number()).describe('Requests in each band; hangs are in the last one.'),
      write: z.array(z.number()),
      control: z.array(z.number()),
    }),
  ),
});
export type Heatmap = Immutable<z.infer<typeof heatmapSchema>>;

const lostEntrySchema = z.object({
  entry: z.string().describe('The ledger’s own id of it.'),
  given: z.string().nullable().default(null).describe('The id that the app gave it; null where it gave none.'),
  step: z.string(),
  fate: z.enum(['lost', 'corrupted', 'duplicated', 'resurrected', 'unreadable', 'not-audited']),
  id: z
    .enum(['well', 'shared', 'missing'])
    .default('well')
    .describe('shared: another write was given its id too; missing: the answer was to have its id, and did not.'),
  acked: momentSchema.nullable(),
  app: z.string().nullable().describe('What the app answered when asked for it; null where it was not asked.'),
  s3: z.string().nullable().describe('What S3 answered; null where it was not asked.'),
  command: z.string().nullable().default(null).describe('What the audit command said; null where it was not asked.'),
});

/** One kind of the ledger's writes. */
const ledgerKindSchema = z.object({
  kind: z.enum(['set', 'register', 'counter', 'log']),
  acked: z.number(),
  ok: z.number(),
  lost: z.number(),
  corrupted: z.number(),
  duplicated: z.number(),
  resurrected: z.number(),
  unproven: z.number().describe('They could not be read back, or nobody tried.'),
  unknown: z.number().describe('Writes without a clear answer.'),
  recovered: z.number().describe('Among the unknown ones: present all the same. Not an error.'),
});

/** The ledger: every write that the app said yes to, read back at the end. */
export const ledgerSchema = z.object({
  acked: z.number(),
  ok: z.number(),
  lost: z.number(),
  corrupted: z.number(),
  unreadable: z.number().describe('It could not be read back, so nobody knows.'),
  notAudited: z.number(),
  duplicated: z.number().default(0).describe('There more than once, or counted more than once.'),
  resurrected: z.number().default(0).describe('Back after an acknowledged delete.'),
  holes: z.number().default(0).describe('Offsets of logs with nothing, between others with something.'),
  disordered: z.number().default(0).describe('Entries of logs before one that was acknowledged before they were sent.'),
  listed: z.boolean().default(false).describe('Whether a list of all was read, to find what is there twice.'),
  inOnePlace: z.number().default(0).describe('Where several places of S3 were asked: one alone has it.'),
  sharedIds: z.number().default(0).describe('Ids that the app gave to more than one write: each leads to one at most.'),
  taken: z.number().default(0).describe('Among the lost ones: their id was given to another write too.'),
  unnamed: z
    .number()
    .default(0)
    .describe('Among those not audited: acknowledged without the id that the answer was to have.'),
  received: z
    .string()
    .nullable()
    .default(null)
    .describe('Where the first of these was to have its id, and what was there; null where there is none.'),
  unknownUnnamed: z
    .number()
    .default(0)
    .describe('Among the unknown ones: the app was to give them an id, so nobody knows what to look for.'),
  kinds: z.array(ledgerKindSchema).default([]).describe('By kind; only those that the workload wrote.'),
  appOnly: z.number().describe('Among the ok ones: the app has it, S3 does not.'),
  unknown: z.number().describe('Writes without a clear answer.'),
  recovered: z.number().describe('Among the unknown ones: present all the same. Not an error.'),
  bytesAcked: z.number(),
  firstLost: z.array(lostEntrySchema).describe('At most 20 of those that are not ok, the earliest first.'),
});
/** What became of the writes. */
export type Ledger = Immutable<z.infer<typeof ledgerSchema>>;

/** A percentile over the graded phases of the incident, hangs counted as the patience at least. */
export const percentileSchema = z.object({
  class: stepClassSchema,
  percentile: z.number(),
  count: z.number(),
  ms: z.number(),
  lowMs: z.number().describe('95 % interval by order statistics.'),
  highMs: z.number(),
});
export type Percentile = Immutable<z.infer<typeof percentileSchema>>;

const retryRowSchema = z.object({
  phase: z.string(),
  exchanges: z.number(),
  operations: z.number().describe('Logical operations: first attempts.'),
  attemptsPerOperation: z.number().nullable(),
  attemptsMax: z.number(),
  amplification: z
    .number()
    .nullable()
    .describe('S3 requests per user request (reads and writes), divided by the same figure of the baseline.'),
  pauseP50Ms: z.number().nullable().describe('Pause before a retry.'),
  pauseMaxMs: z.number().nullable(),
  heldP95Ms: z.number().nullable().describe('How long exchanges that met a fault stayed open.'),
  heldMaxMs: z.number().nullable(),
  gaveUp: z.number().describe('Exchanges that the app ended before S3 did, and connections that it gave up.'),
});

/** Retry forensics, from the SDK's own attempt and invocation headers. */
export const retriesSchema = z.object({
  rows: z.array(retryRowSchema),
  surgeAtHeal: z
    .number()
    .nullable()
    .describe('Highest S3 request rate of one second after the last heal, divided by the mean rate of the baseline.'),
});
/** Retry forensics. */
export type Retries = Immutable<z.infer<typeof retriesSchema>>;

/** Whether the tool itself kept up: a grade rests on a load generator that kept its schedule. */
export const toolHealthSchema = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  summary: z.string(),
  rssBytesMax: z.number().nullable(),
  loopDelayMsMax: z.number().nullable(),
  inFlightMax: z.number().nullable(),
  sendLagP99Ms: z.number().nullable().describe('Intended to sent, in the baseline.'),
  unsent: z.number(),
  stalledSeconds: z.number().describe('Seconds of the load in which Gameday stood still for more than 200 ms.'),
  notImplemented: z
    .array(z.object({ operation: z.string(), requests: z.number() }))
    .default([])
    .describe('What the S3 behind Gameday does not have: requests that it answered 501 of its own accord.'),
});
/** How the tool itself was doing. */
export type ToolHealth = Immutable<z.infer<typeof toolHealthSchema>>;

/** Something that the reader should know: in the order in which it happened. */
export const noteSchema = z.object({
  kind: z.enum(['guardrail', 'lease', 'target', 'hypothesis', 'event', 'plan', 'journal', 'tool', 'grading']),
  at: momentSchema.nullable(),
  text: z.string(),
});
/** What the reader should know before believing the grade. */
export type Note = Immutable<z.infer<typeof noteSchema>>;
