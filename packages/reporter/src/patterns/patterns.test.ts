import { test } from 'tap';
import {
  type App,
  good,
  journalOf,
  naiveApp,
  plan,
  type Reply,
  rotatingApp,
  textOf,
} from '../../test/journal-builder.ts';
import type { Entry } from '../journal/entry.ts';
import type { PlanRecord } from '../journal/plan-record.ts';
import { reportSchema } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { reportFromJournal } from '../report-from-journal.ts';
import { patterns } from './all.ts';

const report = (entries: readonly unknown[]): Promise<Report> => reportFromJournal([textOf(entries)]);
const stateOf = (of: Report, id: string): string | undefined => of.patterns.find((one) => one.id === id)?.state;
const stateFor = async (
  id: string,
  app: App,
  edit = (entries: readonly Entry[]) => entries,
): Promise<string | undefined> => stateOf(await report(edit(journalOf(app))), id);

const calm = (phase: string): boolean => phase === 'baseline' || phase === 'recovery';
const struckBy = (phase: string): string => (phase === 'blackout' ? 'silence' : 'no-writes');
/** The region of the outage fails every call, at once; what users get is the app's own affair. */
const dead =
  (reply: Partial<Reply>): App =>
  (request) =>
    request.cls === 'control' || calm(request.phase)
      ? rotatingApp(request)
      : {
          outcome: 'wrong-status',
          status: 500,
          latencyMs: 30,
          attempts: 1,
          struckBy: struckBy(request.phase),
          ...reply,
        };

/** Every S3 request fails in the main region, though users may be served. */
const s3Fails = (entries: readonly Entry[]): readonly Entry[] =>
  entries.map((entry) =>
    entry.type === 's3.exchange' && entry.fault !== null && entry.region === 'us-east-1'
      ? Object.assign({}, entry, { status: 500, applied: false })
      : entry,
  );

const served: App = dead({ outcome: 'good', status: 200 });
const failover: App = (request) =>
  request.cls === 'control' || calm(request.phase) || request.index % 10 < 2
    ? dead({})(request)
    : { ...good, region: 'us-west-2' };
const rotation: App = (request) => ({
  ...rotatingApp(request),
  region: request.index % 3 === 0 ? 'us-west-2' : 'us-east-1',
});
const replica: App = (request) =>
  request.cls === 'read' && !calm(request.phase) && request.index % 40 !== 3
    ? { ...good, region: 'us-west-2' }
    : dead({ attempts: 3 })(request);
/** Fails over late: a quarter of the reads are lost before. */
const lateReplica: App = (request) => (request.index % 4 === 1 ? dead({ attempts: 3 })(request) : replica(request));
const quick: App = (request) => {
  const reply = dead({ status: 503 })(request);
  return request.phase === 'blackout' && request.cls !== 'control' ? { ...reply, latencyMs: 900 } : reply;
};
const silentButQuick = (entries: readonly Entry[]): readonly Entry[] =>
  entries.map((entry) =>
    entry.type === 's3.exchange' && entry.fault?.window === 'silence'
      ? Object.assign({}, entry, { status: null, outcome: 'client-gone' })
      : entry,
  );
const breaker: App = (request) => {
  const reply = dead({ outcome: 'good', status: 200 })(request);
  return calm(request.phase) || request.index % 10 === 0
    ? reply
    : { outcome: 'good', status: 200, latencyMs: 2, attempts: 0 };
};
const switchedOff: App = (request) =>
  request.phase === 'writes-down' && request.cls !== 'control' && request.index < 350
    ? { outcome: 'good', status: 200, latencyMs: 2, attempts: 0 }
    : rotatingApp(request);
const isS3Audit = (entry: Entry): boolean => entry.type === 'ledger.audited' && entry.via === 's3';
const lost = (entry: Entry): Entry =>
  entry.type === 'ledger.audited' && entry.via === 's3' ? { ...entry, found: 'absent' } : entry;

const hedged = (entries: readonly Entry[]): readonly Entry[] =>
  entries.flatMap((entry): readonly Entry[] => {
    if (entry.type !== 's3.exchange' || entry.class !== 'read') return [entry];
    const own = { ...entry, key: entry.invocation };
    const loser = {
      ...own,
      t: own.t + 5,
      started: own.started + 1,
      invocation: `${own.invocation}b`,
      status: null,
      outcome: 'client-gone' as const,
    };
    return [own, loser];
  });
/**
 * One object that everybody reads: fifty answers a second, and users who give up whenever they please. Told in the order
 * of time, as a journal is.
 */
const hotKey =
  (traced: boolean) =>
  (entries: readonly Entry[]): readonly Entry[] => {
    const sample = entries.find((entry) => entry.type === 's3.exchange' && entry.class === 'read');
    if (sample?.type !== 's3.exchange') return entries;
    const reads = Array.from({ length: 500 }, (_, index): Entry => {
      const gone = index % 10 === 7;
      const at = 21_000 + index * 20 + ((index * 7) % 20);
      return {
        ...sample,
        t: at,
        started: at - (gone ? 2_000 : 60),
        key: 'hot',
        invocation: `hot-${index}`,
        status: gone ? null : 200,
        outcome: gone ? 'client-gone' : 'answered',
        ...(traced ? { traceparent: `00-${String(index).padStart(32, '0')}-0000000000000001-01` } : {}),
      };
    });
    return [...entries, ...reads].toSorted((a, b) =>
      a.type === 'run.ended' ? 1 : b.type === 'run.ended' ? -1 : a.t - b.t,
    );
  };
const keyed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.map((entry) => (entry.type === 's3.exchange' ? Object.assign({}, entry, { key: entry.invocation }) : entry));

test('each pattern: shown, not shown, and where nobody can tell', async (t) => {
  const table: readonly (readonly [
    id: string,
    state: string,
    app: App,
    edit?: (entries: readonly Entry[]) => readonly Entry[],
  ])[] = [
    ['region-failover', 'shown', failover, s3Fails],
    ['region-failover', 'not-shown', dead({}), s3Fails],
    ['region-failover', 'cannot-tell', rotation],
    ['region-rotation', 'shown', rotation],
    ['region-rotation', 'not-shown', naiveApp],
    ['stale-while-error-cache', 'shown', served, s3Fails],
    ['stale-while-error-cache', 'not-shown', naiveApp],
    ['stale-while-error-cache', 'cannot-tell', rotatingApp],
    ['write-behind', 'shown', served, s3Fails],
    ['write-behind', 'not-shown', naiveApp],
    ['write-behind', 'not-shown', served, (entries) => s3Fails(entries).map(lost)],
    ['write-behind', 'cannot-tell', served, (entries) => s3Fails(entries).filter((entry) => !isS3Audit(entry))],
    ['write-behind', 'not-shown', served, (entries) => s3Fails(entries).map((e, i) => (i % 5 === 0 ? lost(e) : e))],
    ['read-replica-only', 'shown', replica],
    ['read-replica-only', 'shown', lateReplica],
    ['read-replica-only', 'not-shown', dead({})],
    ['read-replica-only', 'cannot-tell', rotatingApp],
    ['fail-fast-timeouts', 'shown', quick, silentButQuick],
    ['fail-fast-timeouts', 'not-shown', naiveApp],
    ['fail-fast-timeouts', 'cannot-tell', dead({})],
    ['circuit-breaker', 'shown', breaker, s3Fails],
    ['circuit-breaker', 'not-shown', dead({ attempts: 3 })],
    ['circuit-breaker', 'cannot-tell', rotatingApp],
    ['hedging', 'shown', rotatingApp, hedged],
    ['hedging', 'not-shown', rotatingApp, keyed],
    ['hedging', 'cannot-tell', rotatingApp],
    ['hedging', 'cannot-tell', rotatingApp, hotKey(false)],
    ['hedging', 'not-shown', rotatingApp, hotKey(true)],
    ['kill-switch', 'shown', switchedOff],
    ['kill-switch', 'not-shown', naiveApp],
    ['load-shedding', 'shown', quick],
    ['load-shedding', 'not-shown', naiveApp],
    ['load-shedding', 'cannot-tell', rotatingApp],
  ];
  for (const [id, state, app, edit] of table) t.equal(await stateFor(id, app, edit), state, `${id}: ${state}`);
  t.same(
    patterns.map(({ id }) => id).filter((id) => !table.some(([tried]) => tried === id)),
    [],
  );
});

test('an outage that nobody felt shows no pattern, and a missing one names remedy, seed and figure', async (t) => {
  const felt = await report(journalOf(() => good));
  t.ok(felt.patterns.every(({ state }) => state === 'cannot-tell'));
  t.same([felt.diagnosis, felt.sdkAdvice], [[], []]);
  const naive = await report(journalOf(naiveApp));
  t.match(
    naive.patterns.find(({ id }) => id === 'write-behind'),
    {
      state: 'not-shown',
      remedy: { pattern: 'Buffer and replay', source: { title: /^TUNE/ } },
      improves: { dimension: 'availability', figure: { name: 'failed writes', text: '120 of 120 (100 %)' } },
    },
  );
  t.ok(naive.patterns.every(({ state, remedy }) => (state === 'not-shown') === (remedy !== null)));
  t.ok(
    naive.patterns.every(({ state, improves }) => state === 'not-shown' || improves === null),
    'what is not missing improves nothing',
  );
});

test('the diagnosis tells the story, and every sentence has its evidence', async (t) => {
  const naive = await report(journalOf(naiveApp, { lost: (entry) => entry === 'e-000001' }));
  const sentences = naive.diagnosis.map(({ sentence }) => sentence);
  t.equal(sentences[0], 'At 09:37 incident time S3 began to fail: S3 in us-east-1 accepts requests and never answers.');
  t.match(sentences.join('\n'), /At 11:37 incident time reads were back, after 30 s of the run, /);
  t.match(sentences.join('\n'), /1 of 80 acknowledged writes was lost or corrupted because the app said yes before/);
  t.match(
    sentences.join('\n'),
    /had no answer within 10 s, because S3 calls stayed open for up to 8 s and no deadline ended them/,
  );
  t.ok(naive.diagnosis.every(({ evidence }) => evidence.length > 0));
  const advised = naive.sdkAdvice.map(({ setting }) => setting).join('; ');
  t.match(advised, /requestTimeout with throwOnRequestTimeout.*socketTimeout.*maxAttempts/);
  t.match(naive.sdkAdvice[0]?.measured, 'S3 calls stayed open for up to 8 s, and 50.0 % of reads and writes hung.');
  const loop = journalOf(dead({})).flatMap((entry) =>
    entry.type === 's3.exchange' && entry.started >= 20_000 ? [entry, entry, entry] : [entry],
  );
  t.same((await report(loop)).sdkAdvice, [], 'more requests by themselves are no fault of the client');
  const fresh = loop.map((entry, connection) => Object.assign({}, entry, { connection }));
  t.match((await report(fresh)).sdkAdvice, [
    { setting: /one S3 client a process/, measured: /^3\.00 times the usual/ },
  ]);
});

test('objectives stand beside the letter and never change it', async (t) => {
  const slo: PlanRecord['slo'] = {
    availability: { read: 0.999, write: 0.4, control: 0.99 },
    latency: { read: { percentile: 50, ms: 400 }, control: { percentile: 99, ms: 50 } },
  };
  const without = await report(journalOf(naiveApp));
  const measured = await report(journalOf(naiveApp, { plan: { ...plan, slo } }));
  t.same([measured.letter, measured.score], [without.letter, without.score]);
  t.match(
    measured.objectives.map(({ id, verdict }) => `${id} ${verdict}`),
    [
      'availability.read fail',
      'latency.read pass',
      'availability.write fail',
      'availability.control pass',
      'latency.control pass',
    ],
  );
  t.match(measured.objectives[0], {
    wanted: '99.9 % of reads good',
    measured: '50.0 % of 120 reads',
    budgetBurned: 500,
  });
  t.same(without.objectives, []);
  t.equal(measured.merged, 'fail');
  t.doesNotThrow(() => reportSchema.parse(measured));
});

test('region rotation: a health check of another region is no sign that users are served from there', async (t) => {
  const state = await stateFor('region-rotation', naiveApp, (entries) =>
    entries.flatMap((entry): readonly Entry[] =>
      entry.type === 's3.exchange'
        ? [entry, { ...entry, region: 'us-west-2', operation: 'HeadBucket', fault: null }]
        : [entry],
    ),
  );
  t.equal(state, 'not-shown');
});
