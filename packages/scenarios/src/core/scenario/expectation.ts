import { stepClassSchema } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';

const share = z.number().min(0).max(1);

const oneExpectation = z.strictObject({
  class: stepClassSchema.describe('Which of the users’ requests: read, write, or control (those that need no S3).'),
  good: share.describe('At least this share of them is answered well.'),
  within: durationSchema.optional().describe('And so fast, in wall time. Default: within the users’ patience.'),
});

/** One expectation or several. */
export const expectationsSchema = z
  .union([oneExpectation.transform((one) => [one]), z.array(oneExpectation)], {
    error: 'must be {class, good}, or a list of such',
  })
  .default([]);
export type ExpectationEntry = z.output<typeof oneExpectation>;

export const hypothesisSchema = z.strictObject({
  before: expectationsSchema.describe('What holds with nothing broken, or the run does not begin to break anything.'),
  after: expectationsSchema.describe('What holds again in the second half of the recovery.'),
});

const abortSchema = z.strictObject({
  class: stepClassSchema.describe('Which of the users’ requests are watched.'),
  goodBelow: share.describe('The share of good answers below which it is too much.'),
  for: durationSchema.default(5_000).describe('For how long, wall time, before the run ends. Default 5s.'),
});

export const scenarioGuardrailsSchema = z.strictObject({
  abortWhen: z
    .union([abortSchema.transform((one) => [one]), z.array(abortSchema)], {
      error: 'must be {class, goodBelow, for}, or a list of such',
    })
    .default([])
    .describe('End the run, healed, as soon as one of these holds.'),
  minutes: z.number().positive().max(1_440).optional().describe('End, heal and say so after so many minutes.'),
  stopFile: z
    .string()
    .min(1)
    .optional()
    .describe('End and heal as soon as this file exists, seen from the working folder.'),
});
