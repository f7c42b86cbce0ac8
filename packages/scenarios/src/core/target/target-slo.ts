import { stepClassSchema, type Slo } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';

const PERCENT = /^(\d+(?:\.\d+)?)\s?%$/;
const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?)$/;

const shareSchema = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const written = typeof value === 'string' ? PERCENT.exec(value)?.[1] : undefined;
    // 99.9 / 100 is no exact number; a promise has no more digits than it was written with.
    const share = typeof value === 'number' ? value : Number((Number(written ?? Number.NaN) / 100).toFixed(10));
    if (share > 0 && share < 1) return share;
    const message = `must be a share above 0 and below 1 such as 0.99, or "99 %"; ${JSON.stringify(value)} leaves no error budget, or none of it`;
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  })
  .describe('The share of good requests, above 0 and below 1: 0.99, or "99 %".');

const latencySchema = z.record(z.string(), durationSchema).transform((given, context) => {
  const [objective, ...others] = Object.entries(given);
  const percentile = Number(PERCENTILE.exec(objective?.[0] ?? '')?.[1]);
  if (objective !== undefined && others.length === 0 && percentile > 0 && percentile < 100) {
    return { percentile, ms: objective[1] };
  }
  const message = 'must be one percentile below 100 with its time, such as { p99: 2s }';
  context.issues.push({ code: 'custom', message, input: given });
  return z.NEVER;
});

/** `slo:` of a chaos.yaml. */
export const sloFileSchema = z
  .strictObject({
    availability: z.partialRecord(stepClassSchema, shareSchema).optional().describe('By class: read, write, control.'),
    latency: z
      .partialRecord(stepClassSchema, latencySchema)
      .optional()
      .describe('By class: one percentile and the time that it may take, hangs counted: { p99: 2s }.'),
  })
  .transform(({ availability, latency }): Slo => ({
    ...(availability === undefined ? {} : { availability }),
    ...(latency === undefined ? {} : { latency }),
  }));
