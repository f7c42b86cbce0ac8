import { z } from 'zod';
import { alarmSourceSchema, pageFaceSchema } from '../journal/watch-entries.ts';
import { probeKindSchema, stepClassSchema } from '../journal/plan-record.ts';
import { figureSchema, type Immutable, momentSchema, remedySchema, verdictSchema } from './basics.ts';

/** A resilience pattern, and whether the app showed it. */
export const patternSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['shown', 'not-shown', 'cannot-tell']),
  sentence: z.string(),
  fingerprint: z.string().describe('What would be seen in the journal.'),
  evidence: z.array(figureSchema),
  remedy: remedySchema.nullable().describe('Where it is missing: what to do, and who proved it.'),
  improves: z
    .object({ dimension: z.string(), figure: figureSchema })
    .nullable()
    .describe('Where it is missing: what it would have improved.'),
});
/** A resilience pattern that the journal shows, lacks, or cannot tell. */
export type ReportPattern = Immutable<z.infer<typeof patternSchema>>;

/** One sentence of the story of the run. */
export const diagnosisSchema = z.object({
  id: z.string().describe('Stable between runs: "mitigation.read".'),
  at: momentSchema.nullable(),
  sentence: z.string(),
  evidence: z
    .array(z.object({ title: z.string(), anchor: z.string().describe('Id of an element of report.html.') }))
    .describe('Where its figures stand.'),
});
/** What the evidence says in sentences. */
export type Diagnosis = Immutable<z.infer<typeof diagnosisSchema>>;

/** A setting of the AWS SDK, and what the run measured of it. */
export const sdkAdviceSchema = z.object({
  setting: z.string().describe('"requestTimeout with throwOnRequestTimeout".'),
  advice: z.string(),
  measured: z.string().describe('The effect that this run measured.'),
  evidence: z.array(figureSchema),
});
/** An advice on the SDK’s settings, with what was measured. */
export type SdkAdvice = Immutable<z.infer<typeof sdkAdviceSchema>>;

/** One objective of the target, over the graded phases of the incident. It never changes the letter. */
export const objectiveSchema = z.object({
  id: z.string().describe('"availability.read".'),
  kind: z.enum(['availability', 'latency']),
  class: stepClassSchema,
  wanted: z.string().describe('"99.9 % of reads good".'),
  measured: z.string(),
  value: z.number().nullable().describe('A share, or milliseconds.'),
  target: z.number(),
  budgetBurned: z
    .number()
    .nullable()
    .describe('availability: error ratio / (1 - objective); 1 burns the whole budget. Null where there is no budget.'),
  verdict: verdictSchema,
  sentence: z.string(),
});
/** An objective of the target’s owner, and whether it was met. */
export type Objective = Immutable<z.infer<typeof objectiveSchema>>;

/** One question that S3's side of the run answers. */
export const forensicSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['fine', 'finding', 'cannot-tell']),
  sentence: z.string(),
});
export type ForensicFinding = Immutable<z.infer<typeof forensicSchema>>;

/** A change of one of the app's own alarms. */
export const alarmSchema = z.object({
  at: momentSchema,
  alarm: z.string(),
  source: alarmSourceSchema,
  state: z.enum(['firing', 'cleared']),
  detail: z.string(),
});
/** One of the app’s alarms, and when it fired. */
export type ReportAlarm = Immutable<z.infer<typeof alarmSchema>>;

/** What one alarm did in the run. */
export const alarmStorySchema = z.object({
  id: z.string(),
  does: z.string().describe('What raises it; empty for one that the app sent without being asked for.'),
  expect: z.enum(['fires', 'quiet', 'any']).describe('What it is to do while S3 fails.'),
  falseAlarms: z.number().describe('How often it went off before the first fault that struck.'),
  fired: momentSchema.nullable().describe('When it first went off between the first fault and the last heal.'),
  detectedAfterMs: z.number().nullable().describe('From the first fault to it, in time of the run.'),
  detectedAfterIncidentMs: z.number().nullable().describe("The same on the incident's own clock."),
  late: z.number().describe('How often it went off after the last heal.'),
  cleared: momentSchema.nullable().describe('When it last cleared.'),
  stuck: z.boolean().describe('Still on when the run ended.'),
  asExpected: z.boolean().nullable().describe('Null where nothing is expected of it.'),
});
export type ReportAlarmStory = Immutable<z.infer<typeof alarmStorySchema>>;

/** One look of a probe. */
export const probeSchema = z.object({
  at: momentSchema,
  phase: z.string().nullable(),
  probe: z.string(),
  replica: z.number().nullable().describe('Which of several replicas it looked at.'),
  kind: probeKindSchema,
  usable: z.boolean().nullable().describe('Null where the probe itself failed.'),
  message: z.string(),
  tookMs: z.number(),
  value: z.number().nullable(),
  screenshot: z.string().nullable().describe('A file beside report.html, as a relative name.'),
  brokenImages: z.number().nullable(),
  consoleErrors: z.number().nullable(),
  lcpMs: z.number().nullable(),
  usableMs: z.number().nullable().describe('browser: from the first step to the last one done.'),
  failedRequests: z.number().nullable(),
  showed: pageFaceSchema.nullable().describe('browser: what the page had to show at the end.'),
});
/** What one look at the app saw. */
export type ReportProbe = Immutable<z.infer<typeof probeSchema>>;
