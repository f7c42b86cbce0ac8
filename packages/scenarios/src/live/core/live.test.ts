import type { Entry, PlanRecord } from '@gameday/reporter/journal';
import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { test } from 'tap';
import { LiveFold } from './fold-live.ts';
import { countsLine, phaseLines } from './plain-lines.ts';
import { terminalFrame } from './terminal-frame.ts';

const phase = (id: string, stage: 'baseline' | 'incident' | 'recovery', startMs: number, endMs: number) => ({
  id,
  title: `It is ${id}`,
  stage,
  startMs,
  endMs,
  incidentFromMin: stage === 'incident' ? 0 : null,
  incidentToMin: stage === 'incident' ? 60 : null,
  notes: stage === 'incident' ? ['09:37 Probes from outside lose every packet to S3, and nobody says why.'] : [],
});

const plan: PlanRecord = {
  scenario: { name: 'day', title: 'A day', summary: '', lesson: '', sources: [] },
  clock: { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 577, speed: 360 },
  seed: '1',
  assumptions: [],
  regions: ['us-east-1', 'us-west-2'],
  target: { name: 'shop', command: [], url: '', homeRegion: 'us-east-1' },
  patienceMs: 10_000,
  workload: { perSecond: 20, steps: [] },
  phases: [
    phase('baseline', 'baseline', 0, 2_000),
    phase('outage', 'incident', 2_000, 12_000),
    phase('recovery', 'recovery', 12_000, 15_000),
  ],
  windows: [
    {
      id: 'w1',
      phase: 'outage',
      kind: 'silent',
      sentence: 'All requests to us-east-1 are read and never answered.',
      regions: ['us-east-1'],
      classes: [],
      startMs: 2_000,
      endMs: 12_000,
    },
  ],
  gate: null,
  weights: {},
};
/** The load begins 1 s after the run. */
const request = (t: number, outcome: 'good' | 'hang' | 'wrong-status', detail = ''): Entry => ({
  t,
  type: 'work.request',
  step: 'view',
  class: 'read',
  intended: t - 10,
  sent: t - 10,
  ended: t,
  status: null,
  outcome,
  detail,
  entry: null,
});
const exchange = (t: number, window: string | null): Entry => ({
  t,
  type: 's3.exchange',
  started: t - 5,
  region: 'us-east-1',
  operation: 'GetObject',
  class: 'read',
  bucket: 'b',
  key: null,
  invocation: String(t),
  attempt: 1,
  attemptsMax: 3,
  status: window === null ? 200 : null,
  outcome: window === null ? 'answered' : 'cut',
  fault: window === null ? null : { window, kind: 'silent' },
  addedLatencyMs: 0,
  applied: window === null,
  requestBytes: 0,
  responseBytes: 0,
  upstreamMs: null,
});
const story: readonly Entry[] = [
  { t: 1_000, type: 'phase.started', phase: 'baseline' },
  request(1_500, 'good'),
  exchange(1_500, null),
  { t: 2_000, type: 'ledger.acked', entry: 'a', step: 'put', digest: '', bytes: 1 },
  { t: 3_000, type: 'phase.ended', phase: 'baseline' },
  { t: 3_001, type: 'phase.started', phase: 'outage' },
  { t: 3_001, type: 'fault.started', window: 'w1' },
  exchange(4_000, 'w1'),
  exchange(5_000, 'w1'),
  request(8_000, 'wrong-status', 'status 500: <!doctype html><title>Something\u001B[2J went wrong</title><p'),
  request(8_100, 'wrong-status', 'status 500: <!doctype html><title>Something\u001B[2J went wrong</title><p'),
  request(8_200, 'hang'),
  { t: 8_300, type: 'tool.reading', rssBytes: 1, loopDelayMsMax: 1, inFlight: 7 },
];
const rest: readonly Entry[] = [
  { t: 13_000, type: 'phase.ended', phase: 'outage' },
  { t: 13_000, type: 'fault.ended', window: 'w1', fired: 2 },
  { t: 13_001, type: 'phase.started', phase: 'recovery' },
  { t: 16_000, type: 'phase.ended', phase: 'recovery' },
  { t: 16_100, type: 'ledger.audited', entry: 'a', acked: true, via: 's3', found: 'absent', detail: '' },
  { t: 16_200, type: 'run.ended', reason: 'completed', detail: '' },
  request(17_000, 'hang'),
];

function folded(entries: readonly Entry[]): LiveFold {
  const fold = new LiveFold({
    t: 0,
    type: 'run.started',
    version: 1,
    runId: 'r',
    at: '2026-01-01T00:00:00Z',
    tool: { gameday: '0', node: '0', platform: '' },
    plan,
  });
  for (const entry of entries) fold.add(entry);
  return fold;
}

test('the view of a run: before it, in the outage, and after it', async (t) => {
  t.match(folded([]).view(500), { stage: 'starting', loadMs: 0, clock: null, points: [], end: null });
  const now = folded(story).view(8_500);
  t.match(now, {
    stage: 'incident',
    // Halfway and a half into an hour that began at 09:37.
    clock: '10:10 PST',
    loadMs: 7_500,
    waiting: 7,
    struck: 2,
    unanswered: 0,
    total: { read: { due: 4, good: 1 }, s3: { due: 3, good: 1 } },
    recent: { read: { due: 3, good: 0 }, s3: { due: 0 } },
    writes: { acked: 1 },
    errors: [
      { step: 'view', text: 'status 500: Something\u001B[2J went wrong', count: 2 },
      { step: 'view', text: 'hang', count: 1 },
    ],
    faults: [{ state: 'in force', fired: 2 }],
    phases: [{ state: 'over' }, { state: 'now', clock: '09:37 PST' }, { state: 'ahead' }],
  });
  t.strictSame(
    now.regions.map(({ name, faults }) => [name, faults.length]),
    [
      ['us-east-1', 1],
      ['us-west-2', 0],
    ],
  );
  t.equal(now.points.length, 8, 'a point a second, also where nothing ended');
  const after = folded([...story, ...rest]).view(20_000);
  t.match(after, { stage: 'ended', end: { reason: 'completed' }, waiting: 0, writes: { audited: 1, lost: 1 } });
  t.match(after.faults, [{ state: 'over', fired: 2 }]);
  t.equal(after.total.read.due, 4, 'what straggles in behind the end is left out');
  t.equal(now.total.read.due, 4, 'an older view stays as it was');
});

test('a frame fits every terminal, in colour and without, and passes no control code on', async (t) => {
  const views = [folded([]).view(0), folded(story).view(8_500), folded([...story, ...rest]).view(20_000)];
  const codes = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g');
  fc.assert(
    fc.property(
      fc.integer({ min: 21, max: 200 }),
      fc.integer({ min: 3, max: 60 }),
      fc.boolean(),
      (columns, rows, color) => {
        for (const view of views) {
          const lines = terminalFrame(view, { columns, rows, color });
          t.ok(lines.length < rows, `${lines.length} lines in ${rows}`);
          for (const line of lines) {
            const plain = color ? line.replaceAll(codes, '') : line;
            t.ok(stringWidth(plain) < columns, `${columns}: ${line}`);
            t.notMatch(plain, /\p{Cc}/u);
          }
        }
      },
    ),
    { numRuns: 40, seed: 20_170_228 },
  );
});

test('what a frame shows, wide and narrow', async (t) => {
  const view = folded(story).view(8_500);
  const wide = terminalFrame(view, { columns: 120, rows: 40, color: false });
  t.match(wide[0], /^█+░+$/);
  t.match(wide[1], /^10:10 PST {2}It is outage +0:08 of 0:15$/);
  t.match(wide[3], /^reads {3}·*█·+▁ +0 % +1 of 4 good$/);
  t.match(wide.join('\n'), /us-east-1 {2}failing {2}All requests to us-east-1 are read and never answered\./);
  t.match(wide.join('\n'), /us-west-2 {2}well/);
  t.match(wide.join('\n'), /view: status 500: Something \[2J went wrong \(x2\)/);
  const narrow = terminalFrame(view, { columns: 60, rows: 40, color: false });
  t.notMatch(narrow.join('\n'), / of 4 good/);
  t.match(narrow.join('\n'), /reads .* 0 %/);
});

test('a log gets a line a phase, its notes wrapped, and what users saw of it', async (t) => {
  const [before, view] = [folded(story.slice(0, 4)).view(2_500), folded(story).view(8_500)];
  const outage = view.phases[1];
  t.ok(outage);
  if (outage === undefined) return;
  t.strictSame(phaseLines(view, outage, false, 60), [
    '09:37 PST  outage    It is outage (10 s)',
    '           09:37 Probes from outside lose every packet to',
    '           S3, and nobody says why.',
  ]);
  t.equal(countsLine(before, view).trim(), 'reads 0 of 3 good; S3 2 exchanges, 2 struck');
  const dropped: Entry = {
    t: 8_400,
    type: 's3.unanswered',
    started: 8_000,
    region: 'us-east-1',
    window: 'w1',
    waiting: false,
  };
  t.match(countsLine(before, folded([...story, dropped]).view(8_500)), /2 struck, 1 connection unanswered$/);
  t.equal(countsLine(null, before).trim(), 'reads 1 of 1 good; S3 1 exchanges, 0 struck');
});
