import { z } from 'zod';
import { runEndSchema } from '../journal/run-entries.ts';
import { letterSchema, planRecordSchema } from '../journal/plan-record.ts';
import { causeSchema, dimensionSchema, type Immutable, verdictSchema } from './basics.ts';
import {
  alarmSchema,
  alarmStorySchema,
  forensicSchema,
  diagnosisSchema,
  objectiveSchema,
  patternSchema,
  probeSchema,
  sdkAdviceSchema,
} from './findings.ts';
import {
  faultSchema,
  heatmapSchema,
  ledgerSchema,
  noteSchema,
  percentileSchema,
  phaseSchema,
  processRowSchema,
  retriesSchema,
  seriesSchema,
  tableRowSchema,
  toolHealthSchema,
} from './measurements.ts';

/** Bumped whenever a report that an older Gameday wrote can no longer be read: a required field is new, changes or goes. */
export const REPORT_VERSION = 3;

const capSchema = z.object({
  id: z.string(),
  rule: z.string().describe('"Any lost or corrupted acknowledged write: F."'),
  letter: letterSchema.describe('The best letter that it leaves.'),
  applied: z.boolean().describe('Whether its condition was met.'),
  sentence: z.string().describe('What met the condition, or that nothing did.'),
});

const gradeSchema = z.object({
  score: z.number().nullable().describe('Weighted mean of the gradeable dimensions, 0 to 100.'),
  letterBeforeCaps: letterSchema.nullable(),
  scale: z.array(z.object({ letter: letterSchema, from: z.number() })),
  caps: z.array(capSchema),
  sensitivity: z
    .object({
      best: letterSchema,
      worst: letterSchema,
      scoreLow: z.number(),
      scoreHigh: z.number(),
      stable: z.boolean(),
      sentence: z.string(),
    })
    .nullable()
    .describe('The letters that any mix of weights up to 20 % higher or lower would give.'),
  defaultWeights: z
    .object({ letter: letterSchema, score: z.number() })
    .nullable()
    .describe('What the default weights would give; null where they are in use.'),
});
/** How the letter came about. */
export type Grade = Immutable<z.infer<typeof gradeSchema>>;

/** Everything that a renderer needs, and all of report.json. */
export const reportSchema = z.object({
  version: z.literal(REPORT_VERSION),
  letter: letterSchema.nullable().describe('Null where the run is inconclusive.'),
  score: z.number().nullable().describe('The whole grade, 0 to 100; null where the run is inconclusive.'),
  verdict: verdictSchema.describe(
    'With a gate: whether the letter reaches it. Without: fail where a dimension fails or a cap applies.',
  ),
  merged: verdictSchema.describe(
    'The worst verdict of all dimensions with a weight, where a doubt is worse than a pass and a failure than a doubt.',
  ),
  headline: z.string().describe('The result in one sentence that a manager understands.'),
  inconclusive: z
    .array(z.object({ id: z.string(), sentence: z.string() }))
    .describe('Why there is no letter, the weightiest reason first; empty where there is one.'),
  gate: z.object({ letter: letterSchema, verdict: verdictSchema, sentence: z.string() }).nullable(),
  topCauses: z.array(causeSchema).describe('At most three, the costliest first.'),
  diagnosis: z.array(diagnosisSchema).describe('The story of the run, in sentences.'),
  sdkAdvice: z.array(sdkAdviceSchema),
  objectives: z.array(objectiveSchema).describe("The target's own objectives (`slo:`); they never change the letter."),
  dimensions: z.array(dimensionSchema),
  patterns: z.array(patternSchema),
  grade: gradeSchema,
  run: z.object({
    id: z.string(),
    at: z.string().describe('When it began, ISO 8601.'),
    gameday: z.string(),
    node: z.string(),
    platform: z.string(),
    seed: z.string(),
    durationMs: z.number(),
    end: z
      .object({ reason: runEndSchema, detail: z.string() })
      .nullable()
      .describe('How it ended; null where the journal breaks off.'),
    endSentence: z.string(),
  }),
  scenario: planRecordSchema.shape.scenario,
  clock: planRecordSchema.shape.clock,
  target: planRecordSchema.shape.target,
  regions: z.array(z.string()),
  patienceMs: z.number(),
  workload: planRecordSchema.shape.workload,
  phases: z.array(phaseSchema),
  faults: z.array(faultSchema),
  table: z.array(tableRowSchema),
  percentiles: z
    .array(percentileSchema)
    .default([])
    .describe('p50, p95, p99 and p99.9 with intervals, where there are enough samples.'),
  series: seriesSchema,
  heatmap: heatmapSchema,
  ledger: ledgerSchema,
  retries: retriesSchema,
  forensics: z.array(forensicSchema).describe('What S3 could tell of its client; it never changes the letter.'),
  processes: z
    .array(processRowSchema)
    .describe("How the app's processes were doing, by phase and replica; Linux only."),
  alarms: z.array(alarmSchema).describe("Changes of the app's own alarms, at most 100."),
  alarmStories: z.array(alarmStorySchema).describe('What each alarm did, at most 60.'),
  probes: z
    .array(probeSchema)
    .describe('At most 200 looks of probes that brought news, and all of browsers; the earliest first.'),
  assumptions: planRecordSchema.shape.assumptions,
  notes: z.array(noteSchema),
  tool: toolHealthSchema,
  journal: z.object({
    entries: z.number(),
    malformed: z.number().describe('Lines that are no journal entry; any makes the run inconclusive.'),
    unknown: z.number().describe('Entries of a type that this version does not know; skipped.'),
    torn: z.boolean().describe('The last line was cut short.'),
  }),
});
/** All that a run says of its app: the content of report.json. */
export type Report = Immutable<z.infer<typeof reportSchema>>;
/** A finding that limits the letter. */
export type Cap = Report['grade']['caps'][number];
