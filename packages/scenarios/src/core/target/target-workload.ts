import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import type { PlannedJourney } from '../plan.ts';
import { rateSchema } from '../words/quantity.ts';
import { stepSchema } from './target-step.ts';

const PLACES_MAX = 10_000;
/** Each waiting request is an open file of the runner. */
export const SOCKETS_MAX = 8_192;
const places = z.number().int().min(1).max(PLACES_MAX);

const thinkSchema = z
  .union(
    [
      durationSchema.transform((meanMs): PlannedJourney['think'] => ({ kind: 'exponential', meanMs })),
      z
        .strictObject({
          mean: durationSchema,
          kind: z
            .enum(['fixed', 'uniform', 'exponential'])
            .default('exponential')
            .describe(
              'fixed: the mean; uniform: up to twice the mean; exponential: mostly less, seldom much more. Default exponential.',
            ),
        })
        .transform(({ mean, kind }): PlannedJourney['think'] => ({ kind, meanMs: mean })),
    ],
    { error: 'must be a duration such as 2s, or {mean, kind}' },
  )
  .describe('The pause between an answer and the next request. Default 1s.');

const journeySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
    .describe('Stable name of the journey.'),
  weight: z.number().positive().default(1).describe('Its share of arrivals, as a step’s. Default 1.'),
  think: thinkSchema.prefault('1s'),
  steps: z.array(z.string()).min(1).describe('Ids of steps, in order. What one captures, the later ones use.'),
});

/** `workload:` of a chaos.yaml. */
export const workloadSchema = z.strictObject({
  rate: rateSchema.describe('Arrivals a second, whatever the app does: "20/s".'),
  steps: z.array(stepSchema).min(1).optional().describe('What they ask for.'),
  journeys: z
    .array(journeySchema)
    .default([])
    .describe('Users who do several steps, with pauses for thought. Their steps are not drawn by themselves.'),
  har: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Or a recording of it from a browser (HAR), seen from this file: replayed in its order, round and round.',
    ),
  connections: z
    .enum(['keep-alive', 'fresh'])
    .default('keep-alive')
    .describe('keep-alive as browsers and new SDKs do, or a fresh connection for each request. Default keep-alive.'),
  sockets: z
    .number()
    .int()
    .min(1)
    .max(SOCKETS_MAX)
    .optional()
    .describe(
      'Most requests that may wait for answers at once; what is due beyond that is not sent, and counts as failed. Default: half as many again as can wait within the patience, at most 8192.',
    ),
  registers: places.default(16).describe('How many places ${register} names. Default 16.'),
  counters: places.default(4).describe('How many places ${counter} names. Default 4.'),
  logs: places.default(1).describe('How many places ${log} names. Default 1.'),
});
