import { z } from 'zod';
import { blastRadiusSchema } from './blast-radius.ts';
import { faultSchema } from './fault.ts';

const share = z.number().min(0).max(1);

/** One window as it comes from outside; what `FaultWindow` is inside. */
const faultWindowSchema = z.strictObject({
  id: z.string().min(1).describe('Unique in its timeline. Draws depend on it.'),
  startMs: z.number().min(0).default(0).describe('Milliseconds since the timeline was started.'),
  endMs: z.number().positive().describe('Milliseconds since the timeline was started, not included.'),
  where: blastRadiusSchema,
  share: z
    .strictObject({ from: share, to: share, curve: z.enum(['linear', 'exponential']).optional() })
    .default({ from: 1, to: 1 })
    .describe('Share of the exchanges in the blast radius; from and to differ for a ramp.'),
  fault: faultSchema,
  inFlight: z.enum(['spare', 'cut']).default('spare').describe('Exchanges already in flight when it begins.'),
});

/** A timeline as it comes from outside, as JSON. */
export const timelineSchema = z.strictObject({
  windows: z.array(faultWindowSchema).max(10_000),
  seed: z.string().optional().describe("What its draws derive from; left out, the injector's own seed."),
});
