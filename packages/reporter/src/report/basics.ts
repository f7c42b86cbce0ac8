import { z } from 'zod';

/** `T` with every field and array read-only, all the way down. */
export type Immutable<T> = { readonly [Key in keyof T]: Immutable<T[Key]> };

/** What a checker, or the whole report, answers. Absence of evidence is `inconclusive`, never `pass`. */
export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);
/** What a checker, a gate or a whole run says. */
export type Verdict = z.infer<typeof verdictSchema>;

/** A point in time: milliseconds since the load began, and how people would say it. */
export const momentSchema = z.object({
  atMs: z.number().describe('Milliseconds since the load began.'),
  clock: z
    .string()
    .describe(
      'On the incident\'s own clock, "12:26"; outside of the incident the phase and its seconds, "recovery +4 s".',
    ),
});
/** A moment of the run, on its own clock and on the incident’s. */
export type Moment = Immutable<z.infer<typeof momentSchema>>;

/** One figure that a sentence rests on: `text` for people ("412 of 500 (82.4 %)"), `value` for programs. */
export const figureSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.enum(['count', 'ratio', 'ms', 'factor', 'points']),
  text: z.string(),
});
/** A figure of the evidence, with its unit. */
export type Figure = Immutable<z.infer<typeof figureSchema>>;

/** A share, with its 95 % Wilson score interval. All three lie between 0 and 1. */
export const shareSchema = z.object({ ratio: z.number(), low: z.number(), high: z.number() });
/** A share with its interval. */
export type Share = Immutable<z.infer<typeof shareSchema>>;

/** What would have earned the points back, and who proved that on the day. */
export const remedySchema = z.object({
  pattern: z.string().describe('The name of the resilience pattern: "Fail-fast timeouts".'),
  advice: z.string().describe('What to do, in one or two sentences; names the setting where there is one.'),
  proof: z.string().describe('Who proved it, and how: one sentence.'),
  source: z.object({ title: z.string(), url: z.string() }).nullable(),
});
/** What to do about a cause. */
export type Remedy = Immutable<z.infer<typeof remedySchema>>;

/** One reason why points, or the letter, were lost. */
export const causeSchema = z.object({
  id: z.string().describe('Stable between runs: "latency.read-hangs".'),
  dimension: z.string(),
  sentence: z.string().describe('What happened, in plain English, with incident clock times.'),
  evidence: z.array(figureSchema),
  windows: z.array(z.string()).describe('Ids of the fault windows that it is laid to; see `faults`.'),
  from: momentSchema.nullable(),
  to: momentSchema.nullable(),
  pointsLost: z.number().describe('Of the 100 points of the whole grade.'),
  cap: z.string().nullable().describe('Id of the cap that this cause puts on the letter, where it does.'),
  remedy: remedySchema,
});
/** What cost the app points, and what to do about it. */
export type Cause = Immutable<z.infer<typeof causeSchema>>;

/** One thing that was graded. */
export const dimensionSchema = z.object({
  id: z.string(),
  title: z.string(),
  question: z.string().describe('What it asks, for a reader who has never seen it.'),
  verdict: verdictSchema,
  score: z.number().nullable().describe('0 to 100; null where it cannot be graded.'),
  weight: z.number().describe('Its share of the letter before the ungradeable ones drop out; 0 where it only gates.'),
  pointsLost: z.number().describe('Of the 100 points of the whole grade.'),
  summary: z.string().describe('The result in one sentence, with its main figure.'),
  formula: z.string().describe('How the score is computed.'),
  evidence: z.array(figureSchema),
  causes: z.array(causeSchema),
});
/** One dimension of the grade: verdict, score, evidence. */
export type Dimension = Immutable<z.infer<typeof dimensionSchema>>;
