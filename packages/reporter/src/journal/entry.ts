import { z } from 'zod';
import { planRecordSchema, probeKindSchema, stepClassSchema } from './plan-record.ts';

/** Bumped whenever an entry changes so that an older reader would misread it. */
export const JOURNAL_VERSION = 1;

/** Milliseconds since the run began, monotonic. */
const t = z.number();

const runStarted = z.object({
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

const runEnded = z.object({ t, type: z.literal('run.ended'), reason: runEndSchema, detail: z.string() });

/** Which of several replicas of the target, from 1; left out where there is but one. */
const replica = z.number().optional();

const targetStarted = z.object({
  t,
  type: z.literal('target.started'),
  pid: z.number(),
  command: z.array(z.string()),
  replica,
});
/** Passed its ready check: all of the target at first, later one that was started again. */
const targetReady = z.object({ t, type: z.literal('target.ready'), afterMs: z.number(), replica });
const targetOutput = z.object({
  t,
  type: z.literal('target.output'),
  stream: z.enum(['stdout', 'stderr']),
  line: z.string(),
  replica,
});
const targetExited = z.object({
  t,
  type: z.literal('target.exited'),
  code: z.number().nullable(),
  signal: z.string().nullable(),
  /** True where we stopped it. */
  expected: z.boolean(),
  replica,
});

/** Something beside S3's own failures began: the target killed or frozen, replication paused, a status page, an alarm. */
const eventStarted = z.object({
  t,
  type: z.literal('event.started'),
  /** Unique in the plan. */
  event: z.string(),
  /** In one English sentence. */
  what: z.string(),
  /** False where it could not be done; `what` says why. */
  done: z.boolean(),
});
const eventEnded = z.object({ t, type: z.literal('event.ended'), event: z.string() });

/** The steady-state hypothesis: the app is healthy when nothing is broken, and as healthy in a phase as is asked of it. */
const hypothesisChecked = z.object({
  t,
  type: z.literal('hypothesis.checked'),
  when: z.enum(['before', 'during', 'after']),
  /** The phase that it was asked for, where `when` is `during`. */
  phase: z.string().optional(),
  held: z.boolean(),
  detail: z.string(),
});

const phaseStarted = z.object({ t, type: z.literal('phase.started'), phase: z.string() });
const phaseEnded = z.object({ t, type: z.literal('phase.ended'), phase: z.string() });
const faultStarted = z.object({ t, type: z.literal('fault.started'), window: z.string() });
const faultEnded = z.object({
  t,
  type: z.literal('fault.ended'),
  window: z.string(),
  /** How many exchanges it struck. */
  fired: z.number(),
  /**
   * Of faults that turn connections away before there is an exchange to count: whether a connection that Gameday itself
   * made at the window's start met the fault.
   */
  uncounted: z.enum(['proved', 'unproved']).optional(),
});

/** One S3 request as the injector saw it; written when it ended. */
const s3Exchange = z.object({
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
 * How a workload request went, as a user would say it.
 * `hang`: no whole answer within the user's patience; `connection`: refused or reset; `unsent`: due, but never sent
 * (the run ended, or every socket was taken), which counts as failed.
 */
export const workOutcomeSchema = z.enum(['good', 'wrong-status', 'wrong-body', 'hang', 'connection', 'unsent']);
/** How a workload request went. */
export type WorkOutcome = z.infer<typeof workOutcomeSchema>;

const workRequest = z.object({
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

/** What a write of the ledger wrote to. A write without any of these is a member of the set. */
const placeFields = {
  /** When the write left; without it, when it was acknowledged. */
  sent: z.number().optional(),
  /** The place that it is a version of, where a later write replaces an earlier one; null where nothing replaces it. */
  register: z.string().nullable().optional(),
  /** The counter that it added to, and how much. */
  counter: z.string().optional(),
  added: z.number().optional(),
  /** The log that it was appended to, and the offset that the app gave it. */
  log: z.string().optional(),
  offset: z.number().optional(),
};

/** The app said yes to a write: from here on it may not lose it. */
const ledgerAcked = z.object({
  t,
  type: z.literal('ledger.acked'),
  entry: z.string(),
  step: z.string(),
  /** SHA-256 of the bytes, hex. */
  digest: z.string(),
  bytes: z.number(),
  ...placeFields,
});

/** The app gave no clear answer to a write (no answer, an error): it may or may not have happened. */
const ledgerUnknown = z.object({
  t,
  type: z.literal('ledger.unknown'),
  entry: z.string(),
  step: z.string(),
  digest: z.string().optional(),
  ...placeFields,
});

/** An acknowledged entry was deleted again: from here on it must not come back. `unknown`: nobody knows whether it is gone. */
const ledgerDeleted = z.object({
  t,
  type: z.literal('ledger.deleted'),
  entry: z.string(),
  step: z.string(),
  sent: z.number(),
  state: z.enum(['acked', 'unknown']),
});

/** Through the app, straight from S3, or by the target's own command from another store. */
const viaSchema = z.enum(['app', 's3', 'command']);
export type Via = z.infer<typeof viaSchema>;
/** Which S3, where there are several: `us-west-2/photos`. */
const place = z.string().optional();

/**
 * What became of a ledger entry, read back after recovery. For acknowledged ones `absent` means lost; for unknown ones
 * `present` means that the write happened though nobody said so. `unreadable`: it could not be read, so nobody knows.
 * `duplicated`: it is there more than once.
 */
const ledgerAudited = z.object({
  t,
  type: z.literal('ledger.audited'),
  entry: z.string(),
  acked: z.boolean(),
  via: viaSchema,
  place,
  found: z.enum(['present', 'absent', 'corrupted', 'unreadable', 'duplicated']),
  detail: z.string(),
});

/** What a register, a counter or one offset of a log held when it was read back after recovery. */
const ledgerState = z.object({
  t,
  type: z.literal('ledger.state'),
  kind: z.enum(['register', 'counter', 'log']),
  name: z.string(),
  via: viaSchema,
  place,
  found: z.enum(['value', 'absent', 'unreadable']),
  /** Registers and logs: the entry whose bytes are there; null where no write is known to have had them. */
  seen: z.string().nullable().optional(),
  /** Counters. */
  value: z.number().nullable().optional(),
  /** Logs. */
  offset: z.number().optional(),
  detail: z.string(),
});

/** A list of all that a store holds was read, to find what is there twice. */
const ledgerListed = z.object({
  t,
  type: z.literal('ledger.listed'),
  via: viaSchema,
  /** How many entries of the ledger stand in it; null where it could not be read. */
  entries: z.number().nullable(),
  detail: z.string(),
});

const guardrailTripped = z.object({
  t,
  type: z.literal('guardrail.tripped'),
  guardrail: z.string(),
  detail: z.string(),
});
const leaseExpired = z.object({ t, type: z.literal('lease.expired'), detail: z.string() });

/** How the tool itself was doing, once a second: a grade rests on a load generator that kept its schedule. */
const toolReading = z.object({
  t,
  type: z.literal('tool.reading'),
  rssBytes: z.number(),
  /** Longest event-loop delay since the last reading. */
  loopDelayMsMax: z.number(),
  inFlight: z.number(),
});

/** How a process of the target and all its children were doing, twice a second; on Linux only. */
const processReading = z.object({
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
const alertSeen = z.object({
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
const probeReading = z.object({
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

/** One line of a journal. */
export const entrySchema = z.discriminatedUnion('type', [
  runStarted,
  runEnded,
  targetStarted,
  targetReady,
  targetOutput,
  targetExited,
  eventStarted,
  eventEnded,
  hypothesisChecked,
  phaseStarted,
  phaseEnded,
  faultStarted,
  faultEnded,
  s3Exchange,
  workRequest,
  ledgerAcked,
  ledgerUnknown,
  ledgerDeleted,
  ledgerAudited,
  ledgerState,
  ledgerListed,
  guardrailTripped,
  leaseExpired,
  toolReading,
  processReading,
  alertSeen,
  probeReading,
]);
/** One line of a journal. */
export type Entry = z.infer<typeof entrySchema>;
/** What an entry tells of: `work.request`. */
export type EntryType = Entry['type'];
/** The entry of one type. */
export type EntryOf<Type extends EntryType> = Extract<Entry, { type: Type }>;
