import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { describeShortForms, faultEntrySchema, type FaultEntry } from './fault-entry.ts';
import { incidentTimeSchema, parseClock } from './incident-time.ts';
import { isRecord } from './schema-words.ts';
import type { Assumption } from './plan.ts';
import type { YamlDocument } from './yaml-document.ts';

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const VARIABLE = /^[a-z][a-z0-9_]*$/;
const slug = z.string().regex(SLUG, 'must be lower-case words joined by "-"');
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

const phaseSchema = z.strictObject({
  id: slug.describe('Stable name of the phase, within this scenario.'),
  title: text.describe('What happens, in a few words.'),
  from: incidentTimeSchema.describe(
    'When it begins on the incident’s clock: "09:40", or T+3m. Where the one before ends.',
  ),
  to: incidentTimeSchema.describe('When it ends on the incident’s clock: "11:37", or T+2h.'),
  notes: z.array(text).default([]).describe('What the reader of the report should know about these minutes.'),
  faults: z
    .array(faultEntrySchema)
    .default([])
    .describe('What goes wrong. Where several strike the same exchange the first decides; latency adds up.'),
});

/** A scenario file as it is written, but with its references filled in and its short forms written out. */
export const scenarioSchema = z.strictObject({
  name: slug.describe('The name it is run by, and that of its file.'),
  title: text.describe('One line for lists and reports.'),
  summary: text.describe('What happened, or what is rehearsed, in a few sentences.'),
  lesson: text.describe('What an app that does well here has understood.'),
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
  assumptions: z
    .record(z.string().regex(VARIABLE, 'must be lower-case words joined by "_"'), assumptionSchema)
    .default({})
    .describe('Figures that the sources do not give. Faults refer to them as ${name}.'),
  phases: z.array(phaseSchema).min(1).describe('What happens when: in order, without gaps, from T+0.'),
});
type ScenarioFile = z.output<typeof scenarioSchema>;

export interface ScenarioPhase {
  readonly id: string;
  readonly title: string;
  /** Minutes since the incident's zero. */
  readonly fromMin: number;
  readonly toMin: number;
  readonly notes: readonly string[];
  readonly faults: readonly FaultEntry[];
}

/** A scenario, checked and ready to be planned. */
export interface Scenario extends Pick<
  ScenarioFile,
  'name' | 'title' | 'summary' | 'lesson' | 'sources' | 'viewpoint' | 'speed'
> {
  /** Empty date and zone, and a zero at midnight, where the scenario has no clock of its own. */
  readonly clock: { readonly date: string; readonly zone: string; readonly zeroMinuteOfDay: number };
  readonly baselineMs: number;
  readonly recoveryMs: number;
  readonly assumptions: readonly Assumption[];
  readonly phases: readonly ScenarioPhase[];
  /** The file it was read from: assumptions set by the user are filled in anew. */
  readonly source: YamlDocument;
}

const referenceJson = { type: 'string', pattern: '^\\$\\{[a-z][a-z0-9_]*\\}$' };

/** The JSON Schema of scenario files, short forms and references included, for editors to complete and check. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    override: describeShortForms,
  });
  const properties = schema.properties ?? {};
  return {
    $schema,
    title: 'Gameday scenario',
    ...schema,
    properties: { ...properties, phases: allowReferences(properties['phases']) },
  };
}

/** Wherever a number may stand, so may `${name}`. */
function allowReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowReferences);
  if (!isRecord(node)) return node;
  if (node['type'] === 'number' || node['type'] === 'integer') {
    const { description, default: initial, ...number } = node;
    return {
      ...(description === undefined ? {} : { description }),
      ...(initial === undefined ? {} : { default: initial }),
      anyOf: [number, referenceJson],
    };
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, allowReferences(value)]));
}
