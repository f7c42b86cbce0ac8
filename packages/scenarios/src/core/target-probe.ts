import { z } from 'zod';
import { durationSchema } from './duration.ts';
import type { PlannedProbe } from './planned-watch.ts';
import { pathSchema, statusSchema } from './target-step.ts';

const text = z.string().min(1);

/** The name of a probe or an alarm, in report and journal. */
export const watchIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
  .describe('Stable name, in the report and in the journal.');

/** Labels that a series must have. */
export const labelsSchema = z.record(z.string(), z.union([text, z.number().transform(String)]));

const EVERY_MS_MIN = 100;
const every = (usual: string) =>
  durationSchema
    .refine((ms) => ms >= EVERY_MS_MIN, { error: 'must be at least 100ms' })
    .prefault(usual)
    .describe(`From one look to the next. Default ${usual}.`);
const within = (usual: string) =>
  durationSchema.prefault(usual).describe(`A look that takes longer has failed. Default ${usual}.`);

const httpProbe = z.strictObject({
  id: watchIdSchema,
  kind: z.literal('http').describe('A route of the app, such as its health route.'),
  path: pathSchema.describe('Asked of every replica by itself.'),
  status: z
    .union([statusSchema, z.array(statusSchema).min(1)], { error: 'must be a status such as 200, or a list of them' })
    .default(200)
    .describe('What is well. Default 200.'),
  contains: text.optional().describe('A text that the answer must have somewhere.'),
  every: every('1s'),
  within: within('2s'),
});

const metricsProbe = z.strictObject({
  id: watchIdSchema,
  kind: z.literal('metrics').describe('The app’s metrics, in Prometheus’s text format.'),
  path: pathSchema.default('/metrics').describe('Scraped of every replica by itself. Default /metrics.'),
  metric: text.optional().describe('Whose value is noted at each look: the sum of its series.'),
  where: labelsSchema.default({}).describe('Labels that a series must have to count.'),
  every: every('1s'),
  within: within('2s'),
});

/** What looks at the app beside the workload. */
export const probeSchema = z.discriminatedUnion('kind', [httpProbe, metricsProbe]);
export type TargetProbe = z.output<typeof probeSchema>;

export function plannedProbe(probe: TargetProbe): PlannedProbe {
  const look = { id: probe.id, everyMs: probe.every, withinMs: probe.within };
  if (probe.kind === 'metrics') {
    return { ...look, kind: 'metrics', path: probe.path, metric: probe.metric ?? null, where: probe.where };
  }
  const statuses = typeof probe.status === 'number' ? [probe.status] : probe.status;
  return { ...look, kind: 'http', path: probe.path, statuses, contains: probe.contains ?? null };
}
