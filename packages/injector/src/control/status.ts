import { z } from 'zod';

/** What `/status` says of an injector. Times are milliseconds. */
export const controlStatusSchema = z.object({
  version: z.string().describe('Of this package.'),
  instance: z.string().describe('Another one after each start: an injector that crashed comes back in pass-through.'),
  nowMs: z.number().describe("The injector's clock, on which the times of the events are."),
  leaseMs: z.number().describe('How long faults last without a renewal.'),
  leaseRemainingMs: z.number().nullable().describe('Null where there is no lease.'),
  timeline: z.number().nullable().describe('Counts the timelines that were put in force; null where none is.'),
  windows: z.number().describe('Of that timeline.'),
  exchanges: z
    .number()
    .describe('That are over, with the connections that a black hole left unanswered: the number of the last event.'),
  inFlight: z.number(),
  endpoints: z.record(z.string(), z.string()).describe('URL by region.'),
  upstreams: z
    .record(z.string(), z.string().nullable())
    .describe("The S3 behind each region; null is the injector's own, whose replication can be paused."),
  replicationPaused: z.number().describe('How many scopes of replication stand still.'),
  armed: z.array(z.string()).describe("Regions whose upstream is somebody's."),
  accessKeyId: z.string().nullable().describe('What clients of the endpoints sign with, where that is known.'),
  proxy: z.string().nullable(),
});
/** What `/status` says of an injector. */
export type ControlStatus = z.infer<typeof controlStatusSchema>;

/** What `/accounting` says of the timeline that is in force, or was the last. */
export const controlAccountingSchema = z.object({
  fired: z.record(z.string(), z.number()).describe('How many exchanges each window has struck.'),
  neverFired: z.array(z.string()).describe('Windows that have struck none.'),
  proved: z
    .array(z.string())
    .describe('Windows that turn connections away, so that nothing can be counted: they met one of our own.'),
  unproved: z.array(z.string()).describe('The same, where none of our own was turned away.'),
  exchanges: z.number().describe('The number of the last event.'),
});
/** What `/accounting` says. */
export type ControlAccounting = z.infer<typeof controlAccountingSchema>;
