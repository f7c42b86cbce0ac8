import { test } from 'tap';
import { type App, good, journalOf, naiveApp, plan, rotatingApp, textOf } from '../../test/journal-builder.ts';
import type { Entry } from '../journal/entry.ts';
import type { PlanRecord } from '../journal/plan-record.ts';
import type { Dimension } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { reportFromJournal } from '../report-from-journal.ts';

const report = (entries: readonly unknown[]): Promise<Report> => reportFromJournal([textOf(entries)]);
const dimension = (of: Report, id: string): Dimension | undefined => of.dimensions.find((one) => one.id === id);
const judge = async (id: string, entries: readonly unknown[]): Promise<Dimension | undefined> =>
  dimension(await report(entries), id);
const withPlan = (changes: Partial<PlanRecord>): PlanRecord => ({ ...plan, ...changes });
const adding = (entries: readonly Entry[], more: readonly Entry[]): readonly Entry[] => [
  ...entries.slice(0, -1),
  ...more,
  ...entries.slice(-1),
];

/** Reads get the entry that was written in the baseline, or what `reply` makes of it. */
const readingBack = (
  reply: (entry: Extract<Entry, { type: 'work.request' }>) => Partial<Extract<Entry, { type: 'work.request' }>>,
): readonly Entry[] =>
  journalOf(rotatingApp).map((entry) =>
    entry.type === 'work.request' && entry.class === 'read' && entry.intended >= 20_000
      ? Object.assign({}, entry, { entry: 'e-000001' }, reply(entry))
      : entry,
  );

test('freshness: "not found" for a write that was acknowledged is an answer from before it', async (t) => {
  t.match(await judge('freshness', journalOf(rotatingApp)), { verdict: 'inconclusive', score: null });
  t.match(
    await judge(
      'freshness',
      readingBack(() => ({})),
    ),
    {
      verdict: 'pass',
      score: 100,
      summary: 'No answer was older than what had been acknowledged.',
    },
  );
  const gone = await judge(
    'freshness',
    readingBack((entry) => (entry.intended < 50_000 ? { outcome: 'wrong-status', status: 404 } : {})),
  );
  t.match(gone, {
    verdict: 'pass',
    causes: [
      { sentence: /^Between 09:37 and 11:3\d, 60 of 160 reads .* 60 of them said that there was no such thing/ },
    ],
  });
  // The write was acknowledged after 0.2 s, so each answer is as old as its moment: 20 to 50 s, 35 s in the mean.
  t.equal(gone?.score, 78.4);
  const failed = await judge(
    'freshness',
    readingBack(() => ({ outcome: 'wrong-status', status: 500 })),
  );
  t.match(failed, { verdict: 'inconclusive' }, 'an error is no stale answer');
});

test('freshness: an older version of a register is stale, bytes that nobody wrote are wrong', async (t) => {
  const versions: readonly Entry[] = ['old', 'new'].map((digest, index) => ({
    t: 1_000 + index * 9_000,
    type: 'ledger.acked',
    entry: `v-${digest}`,
    step: 'upload',
    digest,
    bytes: 10,
    register: 'profile',
  }));
  const reading = (digest: string): readonly Entry[] =>
    adding(
      readingBack((entry) => ({
        entry: 'v-new',
        ...(entry.intended < 40_000 ? { outcome: 'wrong-body' as const, status: 200, digest } : {}),
      })),
      versions,
    );
  const old = await report(reading('old'));
  t.match(dimension(old, 'freshness')?.summary, /^40 of 160 reads of acknowledged writes showed an older state/);
  t.notOk(old.grade.caps.find(({ id }) => id === 'wrong-answers')?.applied, 'a stale answer is no wrong answer');
  const foreign = await report(reading('nobody wrote this'));
  t.match(dimension(foreign, 'freshness'), { score: 100 });
  t.ok(foreign.grade.caps.find(({ id }) => id === 'wrong-answers')?.applied);
});

const never: App = (request) => (request.phase === 'baseline' ? good : naiveApp({ ...request, phase: 'blackout' }));
const switched: App = (request) =>
  request.phase === 'blackout' && request.index < 160 ? naiveApp(request) : rotatingApp(request);

test('time to mitigate: from the first fault that struck until success lasts', async (t) => {
  t.match(await judge('failover', journalOf(rotatingApp)), {
    verdict: 'pass',
    score: 100,
    summary: 'Reads never failed for long and writes never failed for long.',
    evidence: [
      { name: 'time to mitigate reads', value: 0 },
      { value: 0 },
      { name: 'S3 requests to other regions before the outage', value: 0 },
      { name: 'S3 requests to other regions during it' },
      { value: 2 },
    ],
  });
  const late = await judge('failover', journalOf(switched));
  t.match(late, { summary: /^Reads were good again after (11|12) s and writes were good again after (11|12) s\.$/ });
  t.ok((late?.score ?? 0) > 85 && (late?.score ?? 100) < 95);
  t.match(await judge('failover', journalOf(naiveApp)), {
    verdict: 'fail',
    causes: [
      {
        id: 'failover.read',
        sentence: 'Reads failed from 09:37 on and were not back for good until 11:37, 30 s of the run later.',
      },
      { id: 'failover.write' },
    ],
  });
  t.match((await judge('failover', journalOf(never)))?.causes[0]?.sentence, /never back for good/);
});

const alarm = (at: number, state: 'firing' | 'cleared'): Entry => ({
  t: at,
  type: 'alert.seen',
  alarm: 's3-down',
  source: 'webhook',
  state,
  detail: 'S3 in us-east-1 fails',
});
const watching = withPlan({ alarms: [{ id: 's3-down', does: 'POST /alerts' }] });

test('detection: noticed, quiet before, cleared after', async (t) => {
  const entries = journalOf(rotatingApp, { plan: watching });
  t.match(await judge('detection', journalOf(rotatingApp)), { verdict: 'inconclusive', score: null });
  t.match(await judge('detection', entries), {
    verdict: 'fail',
    score: 25,
    summary: 'No alarm of the app went off between 09:37 and the last heal.',
    causes: [{ remedy: { pattern: 'An alarm of your own' } }],
  });
  t.match(await judge('detection', adding(entries, [alarm(24_000, 'firing'), alarm(85_000, 'cleared')])), {
    verdict: 'pass',
    score: 100,
    summary: 'The first alarm went off at 09:53, 4 s of the run (17 min 8 s of the incident) after the first fault.',
  });
  t.match(await judge('detection', adding(entries, [alarm(55_000, 'firing')])), {
    verdict: 'fail',
    score: 50,
    summary: /1 alarm never cleared/,
  });
  const noisy = [alarm(5_000, 'firing'), alarm(6_000, 'cleared'), alarm(25_000, 'firing'), alarm(85_000, 'cleared')];
  t.match(await judge('detection', adding(entries, noisy)), { score: 75, summary: /1 alarm went off before/ });
  t.match(await judge('detection', adding(entries, [alarm(90_000, 'firing')])), { score: 25 }, 'too late to count');
});

const journey = (at: number, changes: Partial<Extract<Entry, { type: 'probe.reading' }>> = {}): Entry => ({
  t: at + 900,
  type: 'probe.reading',
  probe: 'gallery',
  kind: 'browser',
  started: at,
  usable: true,
  message: 'the gallery shows 12 photos',
  screenshot: 'probes/gallery-1.png',
  brokenImages: 0,
  consoleErrors: 0,
  lcpMs: 600,
  ...changes,
});

test('user experience: what a browser saw, against what it saw before', async (t) => {
  const entries = journalOf(rotatingApp);
  const before = journey(5_000, { consoleErrors: 1 });
  const during = [25_000, 35_000, 55_000, 65_000];
  t.match(await judge('user-experience', entries), {
    verdict: 'inconclusive',
    summary: 'No browser looked at the app.',
  });
  t.match(
    await judge(
      'user-experience',
      adding(
        entries,
        during.map((at) => journey(at)),
      ),
    ),
    {
      verdict: 'inconclusive',
      summary: /No browser journey succeeded before/,
    },
  );
  t.match(await judge('user-experience', adding(entries, [before, journey(30_000)])), {
    verdict: 'inconclusive',
    summary: /Only 1 browser journey/,
  });
  t.match(await judge('user-experience', adding(entries, [before, ...during.map((at) => journey(at))])), {
    verdict: 'pass',
    score: 100,
  });
  const [first = 0, second = 0, third = 0, fourth = 0] = during;
  const bad = await judge(
    'user-experience',
    adding(entries, [
      before,
      journey(first, { usable: false, message: 'no photo within 10 s' }),
      journey(second, { brokenImages: 7, lcpMs: 9_000 }),
      journey(third, { consoleErrors: 4 }),
      journey(fourth, { usable: null, message: 'the browser crashed' }),
    ]),
  );
  // Worth 0, 0.4 and 0.9; the probe that failed itself says nothing of the app.
  t.match(bad, {
    verdict: 'fail',
    score: 43.3,
    causes: [{ sentence: /1 could not be finished, 1 showed broken pictures .* The first said: no photo within 10 s/ }],
  });
});

test('availability: "not found" that S3 never said is a failure presented as an absence', async (t) => {
  const app: App = (request) =>
    request.cls === 'read' && request.phase === 'blackout'
      ? { ...good, outcome: 'wrong-status', status: 404, struckBy: 'silence' }
      : rotatingApp(request);
  const entries = journalOf(app).map((entry) =>
    entry.type === 'work.request' && entry.class === 'read' ? Object.assign({}, entry, { entry: 'e-000001' }) : entry,
  );
  const lie = await report(entries);
  const cause = dimension(lie, 'availability')?.causes.find(({ id }) => id === 'availability.not-found');
  t.match(cause?.sentence, /^60 readers of acknowledged writes were told "not found", which S3 itself said never/);
  t.ok(lie.grade.caps.find(({ id }) => id === 'wrong-answers')?.applied);
  const saidByS3 = await report(
    entries.flatMap((entry) =>
      entry.type === 's3.exchange' && entry.class === 'read'
        ? [entry, Object.assign({}, entry, { fault: null, status: 404 })]
        : [entry],
    ),
  );
  t.notOk(dimension(saidByS3, 'availability')?.causes.some(({ id }) => id === 'availability.not-found'));
  t.notOk(saidByS3.grade.caps.find(({ id }) => id === 'wrong-answers')?.applied, 'a replica that lags says so itself');
});

test('time to mitigate: a way out that refuses the app is none', async (t) => {
  const app: App = (request) =>
    request.phase === 'blackout' && request.cls !== 'control'
      ? { ...good, outcome: 'wrong-status', status: 500, region: 'us-west-2' }
      : rotatingApp(request);
  const struck = journalOf(app).flatMap((entry) =>
    entry.type === 's3.exchange' && entry.region === 'us-west-2'
      ? [
          Object.assign({}, entry, { region: 'us-east-1', fault: { window: 'silence', kind: 'kind' } }),
          Object.assign({}, entry, { status: 403 }),
        ]
      : [entry],
  );
  const denied = await report(struck);
  const cause = dimension(denied, 'failover')?.causes.find(({ id }) => id === 'failover.denied');
  t.match(cause?.sentence, /turned to us-west-2, and S3 there refused 120 of 120 .* a way out that nobody had tried/);
  t.match(
    denied.patterns.find(({ id }) => id === 'region-failover'),
    { state: 'not-shown', sentence: /which refused/ },
  );
});
