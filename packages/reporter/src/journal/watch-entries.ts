import { z } from 'zod';
import { replica, t } from './entry-fields.ts';
import { probeKindSchema } from './plan-record.ts';

/** How the tool itself was doing, once a second: a grade rests on a load generator that kept its schedule. */
export const toolReading = z.object({
  t,
  type: z.literal('tool.reading'),
  rssBytes: z.number(),
  /** Longest event-loop delay since the last reading. */
  loopDelayMsMax: z.number(),
  inFlight: z.number(),
});

/**
 * How an injector in another process was doing, at each renewal of its lease. Times of its exchanges are put on the
 * run's clock by the offset.
 */
export const injectorReading = z.object({
  t,
  type: z.literal('injector.reading'),
  /** Another one after each start of it. */
  instance: z.string(),
  /** What is added to its clock, milliseconds. */
  offsetMs: z.number(),
  /** How far off that may be: half a round trip, and the drift since. */
  errorMs: z.number(),
  /** Exchanges that were over, and not told of yet. */
  behind: z.number(),
});

/** How a process of the target and all its children were doing, twice a second; on Linux only. */
export const processReading = z.object({
  t,
  type: z.literal('process.reading'),
  replica,
  processes: z.number(),
  rssBytes: z.number(),
  threads: z.number(),
  openFiles: z.number(),
  /** Null where there were too many open files to look at each. */
  sockets: z.number().nullable(),
  /** CPU time used so far by those that are alive. */
  cpuMs: z.number(),
});

/** Where an alarm of the app was seen: a health route, a gauge, a webhook, a line of its log, its status page. */
export const alarmSourceSchema = z.enum(['health', 'gauge', 'webhook', 'log', 'page']);
/** Where an alarm was seen. */
export type AlarmSource = z.infer<typeof alarmSourceSchema>;

/** An alarm of the app changed its state. Written at each change, not at each look. */
export const alertSeen = z.object({
  t,
  type: z.literal('alert.seen'),
  /** Its id among the plan's `alarms`. */
  alarm: z.string(),
  source: alarmSourceSchema,
  state: z.enum(['firing', 'cleared']),
  detail: z.string(),
});

/**
 * What a page shows its user: what they came for; an error that says so in words; something that neither helps nor
 * says why; a white page; nothing at all, where the browser itself had to say that there is no answer.
 */
export const pageFaceSchema = z.enum(['page', 'honest-error', 'unclear', 'white', 'no-answer']);
/** What a page of the app was to its user. */
export type PageFace = z.infer<typeof pageFaceSchema>;

/** What a probe saw when it looked once. Fields that its kind does not know are left out. */
export const probeReading = z.object({
  t,
  type: z.literal('probe.reading'),
  /** Its id among the plan's `probes`. */
  probe: z.string(),
  kind: probeKindSchema,
  started: z.number(),
  replica,
  /** Whether a user could do what they came for; null where the probe itself failed, which is no word on the app. */
  usable: z.boolean().nullable(),
  /** What it saw, in a sentence. */
  message: z.string(),
  /** metrics: the reading. */
  value: z.number().nullable().optional(),
  /** browser: a PNG, JPEG or WebP file beside the journal, as a relative name. */
  screenshot: z.string().nullable().optional(),
  /** browser: images that did not load. */
  brokenImages: z.number().nullable().optional(),
  /** browser: errors in the console. */
  consoleErrors: z.number().nullable().optional(),
  /** browser: Largest Contentful Paint, milliseconds. */
  lcpMs: z.number().nullable().optional(),
  /** browser: from the first step to the last one done; null where the journey could not be finished. */
  usableMs: z.number().nullable().optional(),
  /** browser: requests of the page that failed or were answered with an error. */
  failedRequests: z.number().nullable().optional(),
  /** browser: what the page had to show at the end. */
  showed: pageFaceSchema.nullable().optional(),
});
