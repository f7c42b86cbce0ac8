import type { Entry, PlanRecord } from '@gameday/reporter/journal';

const phases: PlanRecord['phases'] = (
  [
    ['baseline', 'baseline', 0, 60_000],
    ['blackout', 'incident', 60_000, 240_000],
    ['writes-down', 'incident', 240_000, 420_000],
    ['recovery', 'recovery', 420_000, 600_000],
  ] as const
).map(([id, stage, startMs, endMs]) => ({
  id,
  title: id,
  stage,
  startMs,
  endMs,
  incidentFromMin: stage === 'incident' ? startMs / 60_000 : null,
  incidentToMin: stage === 'incident' ? endMs / 60_000 : null,
  notes: [],
}));

const plan: PlanRecord = {
  scenario: { name: 'bench', title: 'Ten minutes of outage', summary: '', lesson: '', sources: [] },
  clock: { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 577, speed: 60 },
  seed: '1',
  assumptions: [],
  regions: ['us-east-1', 'us-west-2'],
  target: { name: 'app', command: [], url: 'http://127.0.0.1:1', homeRegion: 'us-east-1' },
  patienceMs: 10_000,
  workload: {
    perSecond: 700,
    steps: [
      { id: 'view', class: 'read', weight: 3, does: 'GET /photos/:id' },
      { id: 'upload', class: 'write', weight: 1, does: 'PUT /photos/:id' },
      { id: 'about', class: 'control', weight: 1, does: 'GET /about' },
    ],
  },
  phases,
  windows: [
    {
      id: 'silence',
      phase: 'blackout',
      kind: 'silent',
      sentence: 'S3 in us-east-1 never answers',
      regions: ['us-east-1'],
      classes: [],
      startMs: 60_000,
      endMs: 240_000,
    },
    {
      id: 'no-writes',
      phase: 'writes-down',
      kind: 'error',
      sentence: 'S3 in us-east-1 answers writes with 500',
      regions: ['us-east-1'],
      classes: ['write'],
      startMs: 240_000,
      endMs: 420_000,
    },
  ],
  gate: null,
  weights: {},
  slo: { availability: { read: 0.999 }, latency: { read: { percentile: 95, ms: 500 } } },
};

const LOAD_MS = 600_000;
const digest = (index: number): string => index.toString(16).padStart(64, '0');

type Outcome = 'good' | 'hang' | 'wrong-status';

/** One request of a user with the S3 requests and ledger lines that it costs. */
function requestEntries(index: number, intended: number): readonly Entry[] {
  const cls = index % 5 === 4 ? 'control' : index % 5 === 3 ? 'write' : 'read';
  const phase = phases.findLast(({ startMs }) => startMs <= intended)?.id ?? '';
  const struck =
    cls === 'control'
      ? null
      : phase === 'blackout' && index % 3 !== 0
        ? 'silence'
        : phase === 'writes-down' && cls === 'write'
          ? 'no-writes'
          : null;
  const outcome: Outcome = struck === null ? 'good' : struck === 'silence' ? 'hang' : 'wrong-status';
  const latency = outcome === 'hang' ? 10_000 : 5 + ((index * 7919) % 300);
  const ended = intended + latency;
  const entry = cls === 'write' ? `w-${index}` : cls === 'read' ? `w-${index - (index % 5) - 2}` : null;
  const entries: Entry[] = [];
  const attempts = cls === 'control' ? 0 : outcome === 'wrong-status' ? 3 : 1;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    entries.push({
      t: ended - (attempts - attempt) * 2,
      type: 's3.exchange',
      started: intended + attempt,
      region: index % 3 === 0 ? 'us-west-2' : 'us-east-1',
      operation: cls === 'read' ? 'GetObject' : 'PutObject',
      class: cls === 'read' ? 'read' : 'write',
      bucket: 'photos',
      key: digest(index).slice(0, 16),
      invocation: `i-${index}`,
      attempt,
      attemptsMax: 3,
      status: outcome === 'hang' ? null : outcome === 'good' ? 200 : 500,
      outcome: outcome === 'hang' ? 'client-gone' : 'answered',
      fault: struck === null ? null : { window: struck, kind: 'k' },
      addedLatencyMs: 0,
      applied: outcome === 'good',
      requestBytes: 100,
      responseBytes: 16_384,
      upstreamMs: 3,
    });
  }
  const status = outcome === 'hang' ? null : outcome === 'good' ? 200 : 500;
  const step = { read: 'view', write: 'upload', control: 'about' }[cls];
  entries.push({
    t: ended,
    type: 'work.request',
    step,
    class: cls,
    intended,
    sent: intended + 1,
    ended,
    status,
    outcome,
    detail: '',
    entry,
  });
  if (cls === 'write' && outcome === 'good') {
    entries.push({ t: ended, type: 'ledger.acked', entry: `w-${index}`, step, digest: digest(index), bytes: 16_384 });
  }
  return entries;
}

/** The run that both journals tell of. */
const begun: Entry = {
  t: 0,
  type: 'run.started',
  version: 1,
  runId: 'bench',
  at: '2026-05-04T10:20:30.000Z',
  tool: { gameday: '0.1.0', node: 'v20', platform: 'linux' },
  plan,
};

const line = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/** A journal of at least so many entries, in chunks as a file would give them: ten minutes, told in the order of time. */
export function* journalChunks(entriesMin: number): Generator<string, void, undefined> {
  const requests = Math.ceil(entriesMin / 2.15);
  yield line(begun);
  yield line({ t: 0, type: 'phase.started', phase: 'baseline' });
  let reached = 'baseline';
  let second = 0;
  let buffer = '';
  const acked: string[] = [];
  for (let index = 0; index < requests; index += 1) {
    const intended = (index * LOAD_MS) / requests;
    for (const { id, startMs } of phases) {
      if (
        startMs > intended ||
        phases.findIndex((one) => one.id === id) <= phases.findIndex((one) => one.id === reached)
      )
        continue;
      buffer +=
        line({ t: startMs, type: 'phase.ended', phase: reached }) +
        line({ t: startMs, type: 'phase.started', phase: id });
      reached = id;
    }
    if (intended >= second * 1000) {
      buffer += line({
        t: intended,
        type: 'tool.reading',
        rssBytes: 1e8,
        loopDelayMsMax: second % 97 === 96 ? 300 : 10,
        inFlight: 3,
      });
      second += 1;
    }
    for (const entry of requestEntries(index, intended)) {
      if (entry.type === 'ledger.acked') acked.push(entry.entry);
      buffer += line(entry);
    }
    if (buffer.length > 65_536) {
      yield buffer;
      buffer = '';
    }
  }
  buffer += line({ t: LOAD_MS, type: 'phase.ended', phase: reached });
  for (const window of plan.windows) {
    buffer +=
      line({ t: LOAD_MS, type: 'fault.started', window: window.id }) +
      line({ t: LOAD_MS, type: 'fault.ended', window: window.id, fired: 1_000 });
  }
  for (const entry of acked) {
    for (const via of ['app', 's3'] as const) {
      buffer += line({
        t: LOAD_MS + 5_000,
        type: 'ledger.audited',
        entry,
        acked: true,
        via,
        found: 'present',
        detail: '',
      });
    }
    if (buffer.length > 65_536) {
      yield buffer;
      buffer = '';
    }
  }
  yield buffer + line({ t: LOAD_MS + 6_000, type: 'run.ended', reason: 'completed', detail: '' });
}

const REGISTERS = 16;
const idOf = (index: number): string => `bench1-${String(index + 1).padStart(6, '0')}`;
const isVersion = (index: number): boolean => index % 4 === 0;

/**
 * A journal of so many acknowledged writes, a quarter of them to registers, of which everything was read back: by the app,
 * and by S3 in two regions.
 */
export function* ledgerChunks(writes: number): Generator<string, void, undefined> {
  yield line(begun) + line({ t: 0, type: 'phase.started', phase: 'baseline' });
  let buffer = '';
  const atMs = (index: number): number => (index * LOAD_MS) / writes;
  for (let index = 0; index < writes; index += 1) {
    const t = atMs(index);
    const place = isVersion(index) ? { register: `bench1-register-${(index / 4) % REGISTERS}` } : {};
    const common = { entry: idOf(index), step: 'upload', sent: t, digest: digest(index), bytes: 1_024 };
    buffer += line({ t: t + 5, type: 'ledger.acked', ...common, ...place });
    if (buffer.length > 65_536) {
      yield buffer;
      buffer = '';
    }
  }
  buffer += line({ t: LOAD_MS, type: 'phase.ended', phase: 'baseline' });
  const t = LOAD_MS + 5_000;
  const ways = [
    { via: 'app' },
    { via: 's3', place: 'us-east-1/photos' },
    { via: 's3', place: 'us-west-2/photos' },
  ] as const;
  for (const way of ways) {
    for (let index = 0; index < writes; index += 1) {
      if (isVersion(index)) continue;
      buffer += line({
        t,
        type: 'ledger.audited',
        entry: idOf(index),
        acked: true,
        ...way,
        found: 'present',
        detail: '',
      });
      if (buffer.length > 65_536) {
        yield buffer;
        buffer = '';
      }
    }
  }
  for (let register = 0; register < REGISTERS; register += 1) {
    const newest = Math.floor((writes - 1) / 4 / REGISTERS) * REGISTERS + register;
    const seen = idOf(4 * (4 * newest < writes ? newest : newest - REGISTERS));
    const name = `bench1-register-${register}`;
    buffer += line({ t, type: 'ledger.state', kind: 'register', name, via: 'app', found: 'value', seen, detail: '' });
  }
  yield buffer + line({ t: LOAD_MS + 6_000, type: 'run.ended', reason: 'completed', detail: '' });
}
