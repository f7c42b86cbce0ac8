import { z } from 'zod';
import { operationClassSchema } from '../core/blast-radius.ts';
import type { ExchangeEvent } from '../core/event.ts';
import { faultKinds } from '../core/fault.ts';
import type { UnansweredEvent } from '../core/unanswered.ts';

/** An event of the control API's stream, as it comes from another process. */
export const exchangeEventSchema: z.ZodType<ExchangeEvent> = z.object({
  exchange: z.object({
    id: z.number(),
    region: z.string(),
    operation: z.string(),
    class: operationClassSchema,
    method: z.string(),
    bucket: z.string().nullable(),
    key: z.string().nullable(),
    invocation: z.string(),
    attempt: z.number(),
    attemptsMax: z.number().nullable(),
    occurrence: z.exactOptional(z.number()),
    traceparent: z.exactOptional(z.string()),
    signedFor: z.exactOptional(z.string()),
  }),
  connection: z.exactOptional(z.number()),
  startedMs: z.number(),
  headMs: z.number().nullable(),
  endedMs: z.number(),
  upstreamMs: z.number().nullable(),
  status: z.number().nullable(),
  requestBytes: z.number(),
  responseBytes: z.number(),
  outcome: z.enum(['answered', 'cut', 'client-gone', 'upstream-failed']),
  fault: z.object({ windowId: z.string(), kind: z.enum(faultKinds) }).nullable(),
  addedLatencyMs: z.number(),
  refused: z.string().nullable(),
  applied: z.boolean(),
});

/** The same of a connection that a black hole left without an answer. */
export const unansweredEventSchema: z.ZodType<UnansweredEvent> = z.object({
  region: z.string(),
  windowId: z.string(),
  startedMs: z.number(),
  endedMs: z.number(),
  waiting: z.boolean(),
});
