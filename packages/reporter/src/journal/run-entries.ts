import { z } from 'zod';
import { replica, t } from './entry-fields.ts';
import { planRecordSchema } from './plan-record.ts';

/** Bumped whenever an entry changes so that an older reader would misread it. */
export const JOURNAL_VERSION = 1;

export const runStarted = z.object({
  t,
  type: z.literal('run.started'),
  version: z.literal(JOURNAL_VERSION),
  runId: z.string(),
  /** Wall clock, ISO 8601 with zone. */
  at: z.string(),
  tool: z.object({ gameday: z.string(), node: z.string(), platform: z.string() }),
  plan: planRecordSchema,
});

/** Why a run ended. Only `completed` ran the whole plan. */
export const runEndSchema = z.enum([
  'completed',
  'interrupted',
  'guardrail',
  'steady-state-failed',
  'target-failed',
  'tool-error',
]);
/** Why a run ended. */
export type RunEnd = z.infer<typeof runEndSchema>;

export const runEnded = z.object({ t, type: z.literal('run.ended'), reason: runEndSchema, detail: z.string() });

export const targetStarted = z.object({
  t,
  type: z.literal('target.started'),
  pid: z.number(),
  command: z.array(z.string()),
  replica,
});
/** Passed its ready check: all of the target at first, later one that was started again. */
export const targetReady = z.object({ t, type: z.literal('target.ready'), afterMs: z.number(), replica });
export const targetOutput = z.object({
  t,
  type: z.literal('target.output'),
  stream: z.enum(['stdout', 'stderr']),
  line: z.string(),
  replica,
});
export const targetExited = z.object({
  t,
  type: z.literal('target.exited'),
  code: z.number().nullable(),
  signal: z.string().nullable(),
  /** True where we stopped it. */
  expected: z.boolean(),
  replica,
});

/** Something beside S3's own failures began: the target killed or frozen, replication paused, a status page, an alarm. */
export const eventStarted = z.object({
  t,
  type: z.literal('event.started'),
  /** Unique in the plan. */
  event: z.string(),
  /** In one English sentence. */
  what: z.string(),
  /** False where it could not be done; `what` says why. */
  done: z.boolean(),
});
export const eventEnded = z.object({ t, type: z.literal('event.ended'), event: z.string() });

/** The steady-state hypothesis: the app is healthy when nothing is broken, and as healthy in a phase as is asked of it. */
export const hypothesisChecked = z.object({
  t,
  type: z.literal('hypothesis.checked'),
  when: z.enum(['before', 'during', 'after']),
  /** The phase that it was asked for, where `when` is `during`. */
  phase: z.string().optional(),
  held: z.boolean(),
  detail: z.string(),
});

export const phaseStarted = z.object({ t, type: z.literal('phase.started'), phase: z.string() });
export const phaseEnded = z.object({ t, type: z.literal('phase.ended'), phase: z.string() });
export const faultStarted = z.object({ t, type: z.literal('fault.started'), window: z.string() });
export const faultEnded = z.object({
  t,
  type: z.literal('fault.ended'),
  window: z.string(),
  /** How many exchanges it struck, and how many connections it was seen to leave without an answer. */
  fired: z.number(),
  /**
   * Of faults that turn connections away before there is an exchange to count: whether a connection that Gameday itself
   * made at the window's start met the fault.
   */
  uncounted: z.enum(['proved', 'unproved']).optional(),
});

export const guardrailTripped = z.object({
  t,
  type: z.literal('guardrail.tripped'),
  guardrail: z.string(),
  detail: z.string(),
});
export const leaseExpired = z.object({ t, type: z.literal('lease.expired'), detail: z.string() });
