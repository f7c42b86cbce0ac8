import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { expectationsSchema, type ExpectationEntry } from './expectation.ts';
import { faultEntrySchema, type FaultEntry } from './fault-entry.ts';
import { incidentTimeSchema } from '../words/incident-time.ts';
import { monkeySchema, type Monkey } from './monkey.ts';
import type { PlannedAction } from '../plan.ts';
import { eventSchema, noteSchema } from './scenario-event.ts';

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const slugSchema = z.string().regex(SLUG, 'must be lower-case words joined by "-"');
const text = z.string().min(1);

const times = {
  from: incidentTimeSchema
    .optional()
    .describe('When it begins on the incident’s clock: "09:40", or T+3m. Default: where the one before ends.'),
  to: incidentTimeSchema.optional().describe('When it ends on the incident’s clock: "11:37", or T+2h.'),
  for: durationSchema.optional().describe('How long it lasts, in the incident’s time, instead of "to": 3m.'),
};

const content = {
  notes: z.array(noteSchema).default([]).describe('What the reader of the report should know about these minutes.'),
  faults: z
    .array(faultEntrySchema)
    .default([])
    .describe('What goes wrong. Where several strike the same exchange the first decides; latency adds up.'),
  events: z
    .array(eventSchema)
    .default([])
    .describe('What happens beside S3: to the target, to replication, on the provider’s status page.'),
};

export const phaseSchema = z.strictObject({
  id: slugSchema.describe('Stable name of the phase, within this scenario.'),
  title: text.describe('What happens, in a few words.'),
  ...times,
  ...content,
  expect: expectationsSchema.describe('What the app is expected to keep up in this phase; the report says if it did.'),
  monkey: monkeySchema.optional().describe('Faults and kills drawn from the run’s seed, on top of those above.'),
});

const stretchSchema = z.strictObject({
  id: slugSchema.describe('Stable name of the stretch, within its track.'),
  ...times,
  ...content,
});

export const trackSchema = z.strictObject({
  id: slugSchema.describe('Stable name of the track.'),
  phases: z
    .array(stretchSchema)
    .min(1)
    .describe('Its stretches, in order; they may leave gaps, and end with the incident at the latest.'),
});

/** A note, at its own time where it has one. */
export interface ScenarioNote {
  /** Minutes since the incident's zero; null for a note about the whole phase. */
  readonly atMin: number | null;
  readonly text: string;
}

export interface ScenarioEvent {
  /** Minutes since the incident's zero. */
  readonly fromMin: number;
  /** Null for what has a moment and no length. */
  readonly toMin: number | null;
  readonly action: PlannedAction;
}

/** A stretch of time in which things go wrong: a phase, or a part of a track. */
export interface ScenarioStretch {
  readonly id: string;
  /** Minutes since the incident's zero. */
  readonly fromMin: number;
  readonly toMin: number;
  readonly notes: readonly ScenarioNote[];
  readonly faults: readonly FaultEntry[];
  readonly events: readonly ScenarioEvent[];
}

export interface ScenarioPhase extends ScenarioStretch {
  readonly title: string;
  readonly expect: readonly ExpectationEntry[];
  readonly monkey: Monkey | null;
}

export interface ScenarioTrack {
  readonly id: string;
  readonly phases: readonly ScenarioStretch[];
}
