import { z } from 'zod';

const count = z.number().int().min(0);

const sampleSchema = z
  .strictObject({
    kind: z.literal('sample'),
    exchanges: count,
    carried: count.describe('Requests that node:http never saw: the fast path carried them.'),
    struck: count.describe('Exchanges that a fault struck.'),
    inFlight: count,
    rssBytes: count,
    heapBytes: count.describe('Heap after a full collection, with what buffers take outside of it.'),
    timers: count,
    handles: count.describe('Everything that keeps the event loop alive: listeners, sockets, timers.'),
    files: count.describe('Open file descriptors; Linux.'),
  })
  .readonly();
/** What the soaked process holds once it is healed and idle. */
export type Sample = z.infer<typeof sampleSchema>;

/** What the soaked process says. */
export const messageSchema = z.union([
  z.strictObject({ kind: z.literal('ready'), endpoint: z.url() }).readonly(),
  sampleSchema,
]);
export type SoakMessage = z.infer<typeof messageSchema>;
