import { z } from 'zod';
import { capacitySchema } from './capacity.ts';
import { durationSchema } from '../words/duration.ts';
import { hypothesisSchema, scenarioGuardrailsSchema, type ExpectationEntry } from './expectation.ts';
import { parseClock } from '../words/incident-time.ts';
import type { Assumption, PlannedAbort, PlannedVariable } from '../plan.ts';
import { phaseSchema, slugSchema, trackSchema, type ScenarioPhase, type ScenarioTrack } from './scenario-phase.ts';
import { variableSchema } from './variables.ts';
import type { YamlDocument } from '../source/yaml-document.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
const nameSchema = z.string().regex(NAME, 'must be lower-case words joined by "_"');
const text = z.string().min(1);

const sourceSchema = z.strictObject({
  title: text.describe('Who says so, in which document.'),
  url: z.url('must be a URL').describe('Where to read it.'),
});

const clockSchema = z.strictObject({
  date: z.iso.date('must be a day such as 2017-02-28').describe('The day of the incident, ISO: 2017-02-28.'),
  zone: text.describe('The zone in which its times are given, as its readers write it: PST.'),
  zero: z
    .string()
    .refine((reading) => parseClock(reading) !== null, { error: 'must be a reading of a clock such as "09:37"' })
    .describe('When it began, "09:37": the zero of T+.'),
});

const assumptionSchema = z.strictObject({
  value: z.number().describe('The figure; --set name=value puts another in its place.'),
  why: text.describe('Why this figure, where the sources give none.'),
});

/** A scenario file as it is written, but with its references filled in and its short forms written out. */
export const scenarioSchema = z.strictObject({
  name: slugSchema.describe('The name it is run by, and that of its file.'),
  title: text.describe('One line for lists and reports.'),
  summary: text.describe('What happened, or what is rehearsed, in a few sentences.'),
  lesson: text.describe('What an app that does well here has understood.'),
  survivor: text.optional().describe('Which app comes through well, and by what.'),
  sources: z.array(sourceSchema).default([]).describe('Where the facts come from.'),
  viewpoint: z
    .enum(['inside', 'outside'])
    .default('inside')
    .describe('Whose view of the incident: that of clients inside the failing region, or outside of it.'),
  clock: clockSchema.optional().describe('The incident’s own clock. Without one, times are written T+3m.'),
  speed: z
    .number()
    .positive()
    .max(100_000)
    .default(1)
    .describe('How much faster than the incident it runs by default: 200 lets 3 h 20 min pass in a minute.'),
  baseline: durationSchema.default(8_000).describe('Wall time of undisturbed load before the incident. Default 8s.'),
  recovery: durationSchema.default(15_000).describe('Wall time of load after the last heal. Default 15s.'),
  cooldown: durationSchema
    .default(0)
    .describe('Wall time without load between the recovery and the audit, for queues to drain. Default 0s.'),
  assumptions: z
    .record(nameSchema, assumptionSchema)
    .default({})
    .describe('Figures that the sources do not give. They are referred to as ${name}.'),
  variables: z
    .record(nameSchema, variableSchema)
    .default({})
    .describe('Knobs of the drill, each with a type and a default. They are referred to as ${name}.'),
  hypothesis: hypothesisSchema
    .prefault({})
    .describe('The steady-state hypothesis. Default: 95 % of every step before and after.'),
  guardrails: scenarioGuardrailsSchema.prefault({}).describe('When a run is ended and healed before its time.'),
  capacity: capacitySchema
    .optional()
    .describe('A model of S3’s capacity from which the phases follow, instead of phases.'),
  phases: z
    .array(phaseSchema)
    .min(1)
    .describe('What happens when: in order, without gaps, from T+0. Left out where they follow from capacity.'),
  tracks: z
    .array(trackSchema)
    .default([])
    .describe('What happens beside the phases, each on its own times. Their faults are judged after the phases’.'),
});
type ScenarioFile = z.output<typeof scenarioSchema>;

/** A scenario, checked and ready to be planned. */
export interface Scenario extends Pick<
  ScenarioFile,
  'name' | 'title' | 'summary' | 'lesson' | 'sources' | 'viewpoint' | 'speed'
> {
  readonly survivor: string | null;
  /** Empty date and zone, and a zero at midnight, where the scenario has no clock of its own. */
  readonly clock: { readonly date: string; readonly zone: string; readonly zeroMinuteOfDay: number };
  readonly baselineMs: number;
  readonly recoveryMs: number;
  readonly cooldownMs: number;
  readonly assumptions: readonly Assumption[];
  readonly variables: readonly PlannedVariable[];
  readonly hypothesis: { readonly before: readonly ExpectationEntry[]; readonly after: readonly ExpectationEntry[] };
  readonly guardrails: {
    readonly abortWhen: readonly PlannedAbort[];
    readonly minutesMax: number | null;
    readonly stopFile: string | null;
  };
  /** In order. Those that the user left out are missing: then there is a gap in the incident's clock, not in the run's. */
  readonly phases: readonly ScenarioPhase[];
  readonly tracks: readonly ScenarioTrack[];
  /** The file it was read from: what the user sets is filled in anew. */
  readonly source: YamlDocument;
}
