import type { Entry, EntryOf } from '../src/journal/entry.ts';
import type { WorkOutcome } from '../src/journal/traffic-entries.ts';
import type { PlanRecord, StepClass } from '../src/journal/plan-record.ts';

/** A small incident: ten seconds of calm, a blackout, a while without writes, recovery. Five requests a second. */
export const plan: PlanRecord = {
  scenario: {
    name: 'small-outage',
    title: 'A small outage',
    summary: 'S3 in us-east-1 goes silent, then refuses writes.',
    lesson: 'Silence is worse than an error.',
    sources: [{ title: 'The test', url: 'https://example.com/outage' }],
  },
  clock: { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 577, speed: 257 },
  seed: 'seed-1',
  assumptions: [{ name: 'silentShare', value: 1, why: 'The sources give no share.', overridden: false }],
  regions: ['us-east-1', 'us-west-2'],
  target: { name: 'Gallery', command: ['node', 'server.mjs'], url: 'http://127.0.0.1:4000', homeRegion: 'us-east-1' },
  patienceMs: 10_000,
  workload: {
    perSecond: 5,
    steps: [
      { id: 'view', class: 'read', weight: 2, does: 'GET /photos/:id' },
      { id: 'upload', class: 'write', weight: 2, does: 'PUT /photos/:id' },
      { id: 'about', class: 'control', weight: 1, does: 'GET /about' },
    ],
  },
  phases: [
    {
      id: 'baseline',
      title: 'Before',
      stage: 'baseline',
      startMs: 0,
      endMs: 20_000,
      incidentFromMin: null,
      incidentToMin: null,
      notes: [],
    },
    {
      id: 'blackout',
      title: 'Blackout',
      stage: 'incident',
      startMs: 20_000,
      endMs: 50_000,
      incidentFromMin: 0,
      incidentToMin: 120,
      notes: ['09:37 Servers are removed'],
    },
    {
      id: 'writes-down',
      title: 'No writes',
      stage: 'incident',
      startMs: 50_000,
      endMs: 80_000,
      incidentFromMin: 120,
      incidentToMin: 257,
      notes: [],
    },
    {
      id: 'recovery',
      title: 'After',
      stage: 'recovery',
      startMs: 80_000,
      endMs: 100_000,
      incidentFromMin: null,
      incidentToMin: null,
      notes: [],
    },
  ],
  windows: [
    {
      id: 'silence',
      phase: 'blackout',
      kind: 'kind-one',
      sentence: 'S3 in us-east-1 accepts requests and never answers',
      regions: ['us-east-1'],
      classes: [],
      startMs: 20_000,
      endMs: 50_000,
    },
    {
      id: 'no-writes',
      phase: 'writes-down',
      kind: 'kind-two',
      sentence: 'S3 in us-east-1 answers writes with 500',
      regions: ['us-east-1'],
      classes: ['write'],
      startMs: 50_000,
      endMs: 80_000,
    },
  ],
  gate: null,
  weights: {},
};

/** What the app does with one request, and S3 behind it. */
export interface Reply {
  readonly outcome: WorkOutcome;
  readonly status?: number | null;
  readonly latencyMs: number;
  /** The S3 requests that it costs; none for a control route. */
  readonly attempts?: number;
  /** The window that struck them. */
  readonly struckBy?: string;
  readonly region?: string;
}

export type App = (request: { readonly cls: StepClass; readonly phase: string; readonly index: number }) => Reply;

export const good: Reply = { outcome: 'good', status: 200, latencyMs: 20, attempts: 1 };

/** Rotates to another region: nothing fails, an outage costs one more attempt. */
export const rotatingApp: App = ({ cls, phase }) => {
  if (cls === 'control') return { outcome: 'good', status: 200, latencyMs: 3, attempts: 0 };
  if (phase === 'blackout') return { ...good, latencyMs: 320, attempts: 1, struckBy: 'silence', region: 'us-west-2' };
  if (phase === 'writes-down' && cls === 'write') return { ...good, latencyMs: 60, struckBy: 'no-writes' };
  return good;
};

/** Knows one region and no timeout. */
export const naiveApp: App = ({ cls, phase }) => {
  if (cls === 'control') return { outcome: 'good', status: 200, latencyMs: 3, attempts: 0 };
  if (phase === 'blackout')
    return { outcome: 'hang', status: null, latencyMs: 10_000, attempts: 1, struckBy: 'silence' };
  if (phase === 'writes-down' && cls === 'write') {
    return { outcome: 'wrong-status', status: 500, latencyMs: 180, attempts: 3, struckBy: 'no-writes' };
  }
  return good;
};

const cycle: readonly { readonly cls: StepClass; readonly step: string }[] = [
  { cls: 'read', step: 'view' },
  { cls: 'write', step: 'upload' },
  { cls: 'control', step: 'about' },
  { cls: 'read', step: 'view' },
  { cls: 'write', step: 'upload' },
];

const exchange = (
  invocation: string,
  attempt: number,
  started: number,
  t: number,
  cls: 'read' | 'write',
  reply: Reply,
): EntryOf<'s3.exchange'> => {
  const failed = reply.outcome !== 'good';
  return {
    t,
    type: 's3.exchange',
    started,
    region: reply.region ?? 'us-east-1',
    operation: cls === 'read' ? 'GetObject' : 'PutObject',
    class: cls,
    bucket: 'photos',
    key: null,
    invocation,
    attempt,
    attemptsMax: 3,
    status: reply.outcome === 'hang' ? null : failed ? 500 : 200,
    outcome: reply.outcome === 'hang' ? 'client-gone' : 'answered',
    fault: reply.struckBy === undefined ? null : { window: reply.struckBy, kind: 'kind' },
    addedLatencyMs: 0,
    applied: !failed,
    requestBytes: 0,
    responseBytes: 0,
    upstreamMs: null,
  };
};

function exchangesOf(invocation: string, intended: number, cls: 'read' | 'write', reply: Reply): readonly Entry[] {
  const attempts = reply.attempts ?? 1;
  const share = reply.latencyMs / attempts;
  return Array.from({ length: attempts }, (_, before) => {
    const started = intended + before * share;
    return exchange(invocation, before + 1, started, started + share * 0.8, cls, reply);
  });
}

export interface JournalOptions {
  readonly plan?: PlanRecord;
  /** Entries that the audit does not find. */
  readonly lost?: (entry: string) => boolean;
  readonly end?: EntryOf<'run.ended'>['reason'];
}

function requestEntries(thePlan: PlanRecord, app: App, lost: (entry: string) => boolean): readonly Entry[] {
  const entries: Entry[] = [];
  const audits: Entry[] = [];
  const loadEnd = Math.max(...thePlan.phases.map((phase) => phase.endMs));
  const gap = 1000 / thePlan.workload.perSecond;
  for (let index = 0; index * gap < loadEnd; index += 1) {
    const intended = index * gap;
    const phase = thePlan.phases.find((one) => one.startMs <= intended && intended < one.endMs);
    const turn = cycle[index % cycle.length];
    if (phase === undefined || turn === undefined) continue;
    const { cls, step } = turn;
    const reply = app({ cls, phase: phase.id, index });
    const ended = intended + reply.latencyMs;
    const entry = cls === 'write' ? `e-${String(index).padStart(6, '0')}` : null;
    if (cls !== 'control') entries.push(...exchangesOf(`i-${index}`, intended, cls, reply));
    entries.push({
      t: ended,
      type: 'work.request',
      step,
      class: cls,
      intended,
      sent: reply.outcome === 'unsent' ? null : intended + 1,
      ended,
      status: reply.status ?? null,
      outcome: reply.outcome,
      detail: '',
      entry,
    });
    if (entry === null) continue;
    if (reply.outcome !== 'good') {
      entries.push({ t: ended, type: 'ledger.unknown', entry, step });
      continue;
    }
    entries.push({ t: ended, type: 'ledger.acked', entry, step, digest: 'd', bytes: 100 });
    for (const via of ['app', 's3'] as const) {
      const found = lost(entry) ? ('absent' as const) : ('present' as const);
      audits.push({ t: loadEnd + 20_000, type: 'ledger.audited', entry, acked: true, via, found, detail: '' });
    }
  }
  return [...entries, ...audits];
}

/** The whole journal of a run of `app` under the plan, in the order of time. */
export function journalOf(app: App, options: JournalOptions = {}): readonly Entry[] {
  const thePlan = options.plan ?? plan;
  const loadEnd = Math.max(...thePlan.phases.map((phase) => phase.endMs));
  const requests = requestEntries(thePlan, app, options.lost ?? (() => false));
  const fired = (window: string): number =>
    requests.filter((entry) => entry.type === 's3.exchange' && entry.fault?.window === window).length;
  const frame: readonly Entry[] = [
    { t: 0, type: 'target.ready', afterMs: 300 },
    { t: 0, type: 'hypothesis.checked', when: 'before', held: true, detail: '' },
    ...thePlan.phases.flatMap(({ id, startMs, endMs }): readonly Entry[] => [
      { t: endMs, type: 'phase.ended', phase: id },
      { t: startMs, type: 'phase.started', phase: id },
    ]),
    ...thePlan.windows.flatMap(({ id, startMs, endMs }): readonly Entry[] => [
      { t: endMs, type: 'fault.ended', window: id, fired: fired(id) },
      { t: startMs, type: 'fault.started', window: id },
    ]),
    { t: 1_000, type: 'tool.reading', rssBytes: 90_000_000, loopDelayMsMax: 12, inFlight: 3 },
  ];
  // Sorting is stable: what frames the run stands before the requests of the same moment.
  const body = [...frame, ...requests].toSorted((a, b) => a.t - b.t);
  return [
    {
      t: 0,
      type: 'run.started',
      version: 1,
      runId: 'run-1',
      at: '2026-05-04T10:20:30.000Z',
      tool: { gameday: '0.1.0', node: 'v20.20.2', platform: 'linux x64' },
      plan: thePlan,
    },
    ...body,
    { t: loadEnd + 21_000, type: 'run.ended', reason: options.end ?? 'completed', detail: '' },
  ];
}

export const textOf = (entries: readonly unknown[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** A journal in which each entry is replaced by what `edit` makes of it; that need not be an entry any more. */
export const edited = (entries: readonly Entry[], edit: (entry: Entry) => unknown): readonly unknown[] =>
  Array.from(entries, edit);
