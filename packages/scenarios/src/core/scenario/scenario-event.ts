import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { HOME } from './fault-entry.ts';
import { incidentTimeSchema } from '../words/incident-time.ts';
import { isRegionName } from '../words/template.ts';

const text = z.string().min(1);

/** An event that has a moment. */
const moment = {
  at: incidentTimeSchema.optional().describe('When, on the incident’s clock. Default: when the phase begins.'),
  after: durationSchema.optional().describe('Or so long after the phase began, in the incident’s time.'),
};

/** An event that lasts. */
const span = {
  from: incidentTimeSchema.optional().describe('When it begins, on the incident’s clock. Default: with the phase.'),
  after: durationSchema.optional().describe('Or so long after the phase began, in the incident’s time.'),
  to: incidentTimeSchema.optional().describe('When it ends, on the incident’s clock. Default: with the phase.'),
  for: durationSchema.optional().describe('Or how long it lasts, in the incident’s time.'),
};

const replica = z.number().int().min(1).optional().describe('Which replica of the target, from 1. Default: all.');

/** What happens beside S3's own failures: to the target's processes, to replication, on the provider's status page. */
export const eventSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('status-page').describe('The provider’s status page changes, or stays.'),
    ...moment,
    state: z.enum(['green', 'yellow', 'red', 'unreachable']).describe('What it shows.'),
    text: text.optional().describe('What it says.'),
  }),
  z.strictObject({
    do: z.literal('alarm').describe('An alarm of somebody’s own goes off; the report shows when.'),
    ...moment,
    name: text.describe('What it is called.'),
    text: text.optional().describe('What it says.'),
  }),
  z.strictObject({
    do: z.literal('pause-replication').describe('Writes to these regions reach no other region until it is over.'),
    ...span,
    regions: z
      .array(
        z.string().refine((name) => name === HOME || isRegionName(name), { error: 'must be an AWS region or home' }),
      )
      .min(1)
      .default([HOME])
      .describe('Where the writes come from. Default: home.'),
  }),
  z.strictObject({ do: z.literal('kill-target').describe('SIGKILL, and it stays down.'), ...moment, replica }),
  z.strictObject({ do: z.literal('stop-target').describe('SIGTERM, and it stays down.'), ...moment, replica }),
  z.strictObject({
    do: z.literal('freeze-target').describe('SIGSTOP, until the span ends: SIGCONT.'),
    ...span,
    replica,
  }),
  z.strictObject({ do: z.literal('resume-target').describe('SIGCONT, before its freeze ends.'), ...moment, replica }),
  z.strictObject({
    do: z.literal('restart-target').describe('Stopped where it runs, then started, whatever state S3 is in.'),
    ...moment,
    replica,
  }),
]);
export type EventEntry = z.output<typeof eventSchema>;

/** What a note says, and when it was so. */
export const noteSchema = z.union(
  [
    text,
    z.strictObject({
      at: incidentTimeSchema.describe('When it was so, on the incident’s clock.'),
      text: text.describe('What was so.'),
    }),
  ],
  { error: 'must be a text, or {at: "12:26", text: ...}' },
);
export type NoteEntry = z.output<typeof noteSchema>;
