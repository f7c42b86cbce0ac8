import { z } from 'zod';
import { t } from './entry-fields.ts';
import { stepClassSchema } from './plan-record.ts';

/** One S3 request as the injector saw it; written when it ended. */
export const s3Exchange = z.object({
  t,
  type: z.literal('s3.exchange'),
  started: z.number(),
  region: z.string(),
  operation: z.string(),
  class: z.enum(['read', 'write', 'delete']),
  bucket: z.string().nullable(),
  /** A digest: keys can be secrets. */
  key: z.string().nullable(),
  invocation: z.string(),
  attempt: z.number(),
  attemptsMax: z.number().nullable(),
  /** The W3C trace context that the app sent along; left out where it sent none. */
  traceparent: z.string().optional(),
  /** Null where the client got no answer's head. */
  status: z.number().nullable(),
  /** `cut`: reset by a fault; `client-gone`: the app gave up first; `upstream-failed`: no fault of ours, S3 itself failed. */
  outcome: z.enum(['answered', 'cut', 'client-gone', 'upstream-failed']),
  fault: z.object({ window: z.string(), kind: z.string() }).nullable(),
  addedLatencyMs: z.number(),
  /** True where S3 answered the request with success, whatever the app was told. */
  applied: z.boolean(),
  /** Why the injector answered by itself: it is not armed for what the app asked of an S3 elsewhere. */
  refused: z.string().optional(),
  requestBytes: z.number(),
  responseBytes: z.number(),
  upstreamMs: z.number().nullable(),
  /** The app's connection that it came on; a number that only tells connections apart. */
  connection: z.number().optional(),
});

/**
 * Exchanges that nobody will ever tell of: the injector stood in another process, and kept only the latest of those that
 * it had not been able to tell.
 */
export const exchangesLost = z.object({
  t,
  type: z.literal('exchanges.lost'),
  /** How many; null where nobody knows. */
  exchanges: z.number().nullable(),
});

/**
 * A connection that somebody tried to make to a region's endpoint while that dropped what came (`black-hole`), and that got
 * no answer: one end of what would have become an S3 request. Written when it was over. Seen from outside, a look every
 * tenth of a second: it began a little before `started`, and such as were over at once are missing.
 */
export const s3Unanswered = z.object({
  /** When it was last seen to wait. */
  t,
  type: z.literal('s3.unanswered'),
  /** When it was first seen to wait. */
  started: z.number(),
  region: z.string(),
  window: z.string(),
  /** True where it waited still when the fault ended; false where who made it gave up first. */
  waiting: z.boolean(),
});

/**
 * How a workload request went, as a user would say it.
 * `hang`: no whole answer within the user's patience; `connection`: refused or reset; `unsent`: due, but never sent
 * (the run ended, or every socket was taken), which counts as failed.
 */
export const workOutcomeSchema = z.enum(['good', 'wrong-status', 'wrong-body', 'hang', 'connection', 'unsent']);
/** How a workload request went. */
export type WorkOutcome = z.infer<typeof workOutcomeSchema>;

export const workRequest = z.object({
  t,
  type: z.literal('work.request'),
  step: z.string(),
  class: stepClassSchema,
  /** When the open-loop schedule wanted it sent. Latency counts from here. */
  intended: z.number(),
  /** Null where it was never sent. */
  sent: z.number().nullable(),
  ended: z.number(),
  status: z.number().nullable(),
  outcome: workOutcomeSchema,
  /** What was wrong, for the reader; empty where nothing was. */
  detail: z.string(),
  /** The ledger entry that it wrote or read, where there is one. */
  entry: z.string().nullable(),
  /** The W3C trace context that it carried; left out in runs without telemetry. */
  traceparent: z.string().optional(),
  /** SHA-256 of a wrong body that came with a right status, hex: tells an older version from bytes that nobody wrote. */
  digest: z.string().nullable().optional(),
  /** Of a read of a register: the version that came, as an entry; null where no write is known to have had those bytes. */
  seen: z.string().nullable().optional(),
  /** Of a read of a counter: what it said (null for no number), and where that had to lie. */
  counter: z.object({ name: z.string(), value: z.number().nullable(), from: z.number(), to: z.number() }).optional(),
});
