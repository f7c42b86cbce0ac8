import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import type { JourneyStep, PlannedProbe } from '../planned-watch.ts';
import { pathSchema, statusSchema } from './target-step.ts';

const text = z.string().min(1);

/** The name of a probe or an alarm, in report and journal. */
export const watchIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
  .describe('Stable name, in the report and in the journal.');

/** Labels that a series must have. */
export const labelsSchema = z.record(z.string(), z.union([text, z.number().transform(String)]));

/** Where pages tell their users what is wrong. */
const NOTICE = '[role=alert], [role=status], [aria-live=assertive], .error, .alert, #error';

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

const selector = text.describe('As playwright has them: CSS, text=Upload, role=button.');

const journeyStep = z.union(
  [
    z.strictObject({ open: pathSchema.describe('A page of the app.') }),
    z.strictObject({ click: selector }),
    z.strictObject({ type: z.strictObject({ into: selector, text: z.string() }) }),
    z.strictObject({
      expect: z.union(
        [
          text.describe('A text to be seen.'),
          z.strictObject({
            see: selector,
            atLeast: z.number().int().min(1).default(1).describe('How many. Default 1.'),
          }),
        ],
        { error: 'must be a text to be seen, or {see: selector, atLeast: 1}' },
      ),
    }),
  ],
  { error: 'must be one of {open: /path}, {click: selector}, {type: {into, text}} and {expect: text}' },
);

const browserProbe = z.strictObject({
  id: watchIdSchema,
  kind: z.literal('browser').describe('A user with a browser.'),
  steps: z
    .array(journeyStep)
    .min(1)
    .describe('What they do, one after the other; the last one done, the page is usable.'),
  cache: z
    .enum(['fresh', 'kept'])
    .default('fresh')
    .describe('Whether HTTP cache, cookies and service worker are those of the journey before. Default fresh.'),
  hosts: z.array(text).default([]).describe('Hosts beside the app’s own that its pages may load from.'),
  notice: text.default(NOTICE).describe('Where a page tells its user what is wrong. Default role=alert and the like.'),
  every: every('10s'),
  within: within('15s'),
});

/** What looks at the app beside the workload. */
export const probeSchema = z.discriminatedUnion('kind', [httpProbe, metricsProbe, browserProbe]);
export type TargetProbe = z.output<typeof probeSchema>;

export function plannedProbe(probe: TargetProbe): PlannedProbe {
  const look = { id: probe.id, everyMs: probe.every, withinMs: probe.within };
  if (probe.kind === 'metrics') {
    return { ...look, kind: 'metrics', path: probe.path, metric: probe.metric ?? null, where: probe.where };
  }
  if (probe.kind === 'browser') {
    const { cache, hosts, notice } = probe;
    return { ...look, kind: 'browser', steps: probe.steps.map(journeyStepOf), cache, hosts, notice };
  }
  const statuses = typeof probe.status === 'number' ? [probe.status] : probe.status;
  return { ...look, kind: 'http', path: probe.path, statuses, contains: probe.contains ?? null };
}

function journeyStepOf(step: z.output<typeof journeyStep>): JourneyStep {
  if ('open' in step) return { do: 'open', path: step.open };
  if ('click' in step) return { do: 'click', selector: step.click };
  if ('type' in step) return { do: 'type', selector: step.type.into, text: step.type.text };
  return typeof step.expect === 'string'
    ? { do: 'expect', selector: `text=${step.expect}`, atLeast: 1 }
    : { do: 'expect', selector: step.expect.see, atLeast: step.expect.atLeast };
}
