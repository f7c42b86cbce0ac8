import { test } from 'tap';
import { edited, journalOf, naiveApp, plan, rotatingApp, textOf, type App, good } from '../test/journal-builder.ts';
import { gateReport } from './gate.ts';
import { JournalError } from './history/history.ts';
import { type Entry, entrySchema } from './journal/entry.ts';
import type { PlanRecord } from './journal/plan-record.ts';
import { renderHtml } from './renderers/html.ts';
import { renderJson } from './renderers/json.ts';
import { reportSchema } from './report/report.ts';
import { reportFromJournal } from './report-from-journal.ts';

const report = (entries: readonly unknown[]) => reportFromJournal([textOf(entries)]);
const isAudited = (entry: unknown, of: (index: number) => boolean): boolean => {
  const parsed = entrySchema.parse(entry);
  return parsed.type === 'ledger.audited' && of(Number(parsed.entry.slice(2)));
};
const withPlan = (changes: Partial<PlanRecord>): PlanRecord => ({ ...plan, ...changes });

const stuck: App = (request) =>
  request.phase === 'recovery' && request.cls !== 'control'
    ? { ...good, outcome: 'wrong-status', status: 500 }
    : rotatingApp(request);

const slowStart: App = (request) =>
  request.index >= 400 && request.index < 450 && request.cls !== 'control'
    ? { ...good, latencyMs: 1_900 }
    : rotatingApp(request);

const hanging: App = ({ cls, phase }) =>
  phase !== 'baseline' && phase !== 'recovery' && cls === 'read'
    ? { outcome: 'hang', status: null, latencyMs: 10_000, struckBy: phase === 'blackout' ? 'silence' : 'no-writes' }
    : rotatingApp({ cls, phase, index: 0 });

const controlDown: App = (request) =>
  request.cls === 'control' && request.phase === 'blackout'
    ? { outcome: 'connection', latencyMs: 1 }
    : rotatingApp(request);

const wrong: App = (request) =>
  request.index === 100 ? { ...good, outcome: 'wrong-body', struckBy: 'silence' } : rotatingApp(request);

const bystander: App = () => ({ outcome: 'good', status: 200, latencyMs: 5, attempts: 0 });

const lucky: App = () => good;

const half: App = (request) => (request.phase === 'writes-down' ? good : rotatingApp(request));

const broken: App = (request) =>
  request.phase === 'baseline' && request.index % 5 === 0
    ? { ...good, outcome: 'wrong-status', status: 404 }
    : rotatingApp(request);

const audit = (found: string, via: string) => (entry: Entry) =>
  entry.type === 'ledger.audited' && entry.entry === 'e-000104' && entry.via === via ? { ...entry, found } : entry;

test('an app that rotates regions gets an A without a cause', async (t) => {
  const rotating = await report(journalOf(rotatingApp));
  t.match(rotating, { letter: 'A', score: 100, verdict: 'pass', inconclusive: [], topCauses: [] });
  t.equal(
    rotating.headline,
    'Gallery rode out the outage. From 09:37 to 13:54, every read and write succeeded, and no acknowledged write was lost. Grade A.',
  );
  t.doesNotThrow(() => reportSchema.parse(rotating));
});

test('an app with one region and no timeout gets a D, and the report says why', async (t) => {
  const naive = await report(journalOf(naiveApp));
  t.match(naive, { letter: 'D', verdict: 'fail', score: 61.7 });
  t.same(
    naive.topCauses.map(({ id, pointsLost }) => [id, pointsLost]),
    [
      ['availability.write', 20.5],
      ['availability.read', 10.1],
      ['latency.read-hangs', 5.8],
    ],
  );
  const hangs = naive.topCauses[2];
  t.match(
    hangs?.sentence,
    'From 09:37 to 11:37, 60 of 120 reads (50.0 %) had no answer when their users gave up after 10 s.',
  );
  t.match(hangs?.sentence, 'The fault behind most of them: "S3 in us-east-1 accepts requests and never answers".');
  t.match(hangs?.sentence, '60 of 120 writes (50.0 %) had no answer', 'one remedy, told once');
  t.equal(hangs?.sentence.split('The fault behind most of them').length, 2);
  t.equal(new Set(naive.topCauses.map(({ remedy }) => remedy.pattern)).size, 3);
  t.match(hangs?.remedy, { pattern: 'Fail-fast timeouts', advice: /requestTimeout with throwOnRequestTimeout/ });
  t.same(hangs?.windows, ['silence']);
  t.match(naive.dimensions.find(({ id }) => id === 'retry-discipline')?.summary, '1.50 attempts per S3 operation');
  t.doesNotThrow(() => reportSchema.parse(naive));
});

test('the table, the series and the clock tell the run as it was', async (t) => {
  const naive = await report(journalOf(naiveApp));
  const row = naive.table.find(({ phase, class: cls }) => phase === 'blackout' && cls === 'read');
  t.match(row, { due: 60, good: 0, hangs: 60, errors: 0, p50Ms: 10_000, p99Ms: 10_000 });
  t.equal(naive.series.bucketMs, 500);
  t.equal(
    naive.series.points.reduce((sum, { app }) => sum + app.read.due + app.write.due + app.control.due, 0),
    500,
  );
  t.match(naive.series.points[0], { at: { atMs: 0, clock: 'baseline +0 s' }, phase: 'baseline' });
  t.match(naive.series.points[40], { at: { atMs: 20_000, clock: '09:37' }, phase: 'blackout' });
  t.match(naive.series.points[70], { at: { clock: '10:37' } });
  t.same(
    naive.phases.map(({ incidentClock, graded }) => [incidentClock, graded]),
    [
      [null, true],
      ['09:37 to 11:37', true],
      ['11:37 to 13:54', true],
      [null, true],
    ],
  );
  t.same(
    naive.faults.map(({ id, fired }) => [id, fired]),
    [
      ['silence', 120],
      ['no-writes', 180],
    ],
  );
});

test('a lost or corrupted write is an F, whatever the score', async (t) => {
  const lost = await report(journalOf(rotatingApp, { lost: (entry) => entry === 'e-000104' }));
  t.match(lost, { letter: 'F', score: 82.4, verdict: 'fail', ledger: { lost: 1, acked: 200, ok: 199 } });
  t.match(lost.headline, 'Gallery lost data in the outage.');
  t.match(lost.topCauses[0], {
    id: 'durability.lost',
    cap: 'lost-writes',
    sentence: /1 of 200 acknowledged writes is gone/,
  });
  t.match(lost.ledger.firstLost, [
    { entry: 'e-000104', fate: 'lost', app: 'absent', s3: 'absent', acked: { clock: '09:41' } },
  ]);

  const corrupted = await report(edited(journalOf(rotatingApp), audit('corrupted', 's3')));
  t.match(corrupted, { letter: 'F', ledger: { corrupted: 1 } });
  const denied = await report(edited(journalOf(rotatingApp), audit('absent', 'app')));
  t.match(denied, { letter: 'F', ledger: { lost: 1 } }, 'the app denies a write that it acknowledged');
  const appOnly = await report(edited(journalOf(rotatingApp), audit('absent', 's3')));
  t.match(appOnly, { letter: 'A', ledger: { ok: 200, appOnly: 1 } });
});

test('writes that nobody read back are no evidence: durability is inconclusive and the letter at most B', async (t) => {
  const unread = await report(journalOf(rotatingApp).filter((entry) => entry.type !== 'ledger.audited'));
  t.match(unread, { letter: 'B', score: 100, ledger: { notAudited: 200 } });
  t.match(
    unread.dimensions.find(({ id }) => id === 'durability'),
    { verdict: 'inconclusive', score: null },
  );
  t.ok(unread.grade.caps.some(({ id, applied }) => id === 'writes-unproven' && applied));
});

test('where the app gives the ids, one that it gave twice loses a write, and a yes without one proves nothing', async (t) => {
  const received = 'no id in JSON at "id"; received {"ok":true}';
  const graded = (givenTo: (index: number) => string | null) =>
    report(
      edited(journalOf(rotatingApp), (entry) => {
        if (entry.type !== 'ledger.acked') return entry;
        const given = givenTo(Number(entry.entry.slice(2)));
        return given === null ? { ...entry, given, received } : { ...entry, given };
      }).filter((entry) => !isAudited(entry, (index) => givenTo(index) === null)),
    );
  const own = await graded((index) => `id-${index}`);
  t.match(own, { letter: 'A', ledger: { lost: 0, sharedIds: 0, unnamed: 0, received: null } });
  const shared = await graded((index) => (index === 206 || index === 209 ? 'same' : `id-${index}`));
  t.match(shared, { letter: 'F', ledger: { lost: 1, sharedIds: 1, taken: 1 } });
  t.match(shared.ledger.firstLost[0], { given: 'same', id: 'shared' });
  t.match(shared.topCauses[0]?.sentence, /^The app gave 1 id to more than one write/);
  t.match(shared.diagnosis.find(({ id }) => id === 'shared-ids')?.sentence, /1 acknowledged write was lost because/);
  t.match(renderHtml(shared), /<code>same<\/code> <span class="small">e-000206<\/span>/);
  const nameless = await graded((index) => (index === 206 ? null : `id-${index}`));
  t.match(nameless, { letter: 'B', ledger: { lost: 0, unnamed: 1, notAudited: 1, received } });
  const durability = nameless.dimensions.find(({ id }) => id === 'durability');
  t.match(durability, { verdict: 'inconclusive', causes: [{ id: 'durability.unnamed' }] });
  t.match(durability?.causes[0]?.sentence, received);
  t.match(renderHtml(nameless), 'Acknowledged without an id');
});

test('never back at baseline: at most D', async (t) => {
  t.match(await report(journalOf(stuck)), {
    letter: 'D',
    score: 82.4,
    topCauses: [{ id: 'recovery.slow', cap: 'never-back' }],
  });
  const late = await report(journalOf(slowStart));
  t.match(late.dimensions.find(({ id }) => id === 'recovery')?.summary, /Back at baseline (9|10) s after/);
});

test('the majority hanging, control routes down, and wrong bodies each hold the letter down', async (t) => {
  const hung = await report(journalOf(hanging));
  t.match(
    hung.grade.caps.filter(({ applied }) => applied),
    [{ id: 'hangs', letter: 'D' }],
  );

  t.match(await report(journalOf(controlDown)), { letter: 'C', score: 97.1 });

  t.match(await report(journalOf(wrong)), { letter: 'C', topCauses: [{ id: 'availability.wrong-answers' }] });
});

test('exposure first: an outage that the app did not feel is not graded', async (t) => {
  const unwired = await report(journalOf(bystander));
  t.match(unwired, { letter: null, score: null, verdict: 'inconclusive' });
  t.match(
    unwired.headline,
    /no grade\. The app sent no S3 request through Gameday\. Point its S3 client at .*AWS_ENDPOINT_URL_S3/,
  );

  t.match(await report(journalOf(lucky)), { letter: null, inconclusive: [{ id: 'exposure-unknown' }] });

  const partly = await report(journalOf(half));
  t.match(partly.phases[2], { graded: false, whyNot: /Only 1 of the app's S3 requests/ });
  t.match(partly.dimensions[0], { id: 'exposure', verdict: 'inconclusive', score: 50 });
  t.ok(partly.notes.some(({ text }) => text.includes('Planned, but it never struck')));
});

test('a run without faults has nothing to grade, and says so', async (t) => {
  const calm = await report(journalOf(() => good, { plan: withPlan({ windows: [] }) }));
  t.match(calm, {
    letter: null,
    inconclusive: [{ sentence: 'The plan breaks nothing, so there is nothing to grade.' }],
  });
});

test('a run that did not complete has no letter, and its reason is the headline', async (t) => {
  for (const reason of ['interrupted', 'guardrail', 'steady-state-failed', 'target-failed', 'tool-error'] as const) {
    const ended = await report(journalOf(rotatingApp, { end: reason }));
    t.match(ended, { letter: null, verdict: 'inconclusive', inconclusive: [{ id: reason }] }, reason);
    t.ok(ended.headline.startsWith(`Gallery: no grade. ${ended.run.endSentence}`), ended.headline);
  }
});

test('a run that ended before its load began is reported all the same', async (t) => {
  const [started] = journalOf(rotatingApp);
  const early = await report([
    started,
    { t: 900, type: 'target.output', stream: 'stderr', line: 'Error: listen EADDRINUSE' },
    { t: 1_000, type: 'target.exited', code: 1, signal: null, expected: false },
    { t: 1_001, type: 'run.ended', reason: 'target-failed', detail: 'It exited with code 1 before it was ready.' },
  ]);
  t.equal(
    early.headline,
    'Gallery: no grade. The app did not start, or ended by itself. It exited with code 1 before it was ready.',
  );
  t.match(early, { letter: null, table: [], series: { points: [] }, run: { durationMs: 1_001 } });
  t.match(early.notes, [
    { kind: 'target', text: 'The app wrote 1 line to its error output; the first: Error: listen EADDRINUSE' },
    { kind: 'target', text: 'The app exited by itself: exit code 1.' },
  ]);
  t.doesNotThrow(() => reportSchema.parse(early));
});

test('a tool that fell behind, a broken baseline and an unreadable line stand against a letter', async (t) => {
  const slept = edited(journalOf(rotatingApp), (entry) =>
    entry.type === 'tool.reading' ? { ...entry, loopDelayMsMax: 4_000 } : entry,
  );
  t.match(await report(slept), {
    letter: null,
    inconclusive: [{ id: 'tool-health' }],
    tool: { verdict: 'inconclusive' },
  });
  const lagging = edited(journalOf(rotatingApp), (entry) =>
    entry.type === 'work.request' && entry.sent !== null ? { ...entry, sent: entry.sent + 900 } : entry,
  );
  t.match(await report(lagging), { letter: null, inconclusive: [{ id: 'tool-health' }] });
  t.match(await report(journalOf(broken)), { letter: null, inconclusive: [{ id: 'baseline-broken' }] });
  const text = textOf(journalOf(rotatingApp)).split('\n');
  text.splice(50, 0, '{"t":1,"type":"work.request"');
  t.match(await reportFromJournal([text.join('\n')]), {
    letter: null,
    inconclusive: [{ id: 'journal-malformed', sentence: /first: line 51: not JSON/ }],
    journal: { malformed: 1 },
  });
});

test('the gate decides the verdict by the letter, and an inconclusive run reaches none', async (t) => {
  const naive = await report(journalOf(naiveApp));
  t.match(gateReport(naive, 'C'), { verdict: 'fail', gate: { letter: 'C', verdict: 'fail' } });
  t.match(gateReport(naive, 'D'), {
    verdict: 'pass',
    gate: { sentence: 'The gate asks for D or better; the app got D.' },
  });
  t.same(gateReport(gateReport(naive, 'D'), null), naive);
  const planned = await report(journalOf(naiveApp, { plan: withPlan({ gate: 'B' }) }));
  t.match(planned, { verdict: 'fail', gate: { letter: 'B' } });
  const cut = await report(journalOf(rotatingApp, { end: 'interrupted' }));
  t.match(gateReport(cut, 'F'), { verdict: 'inconclusive', gate: { verdict: 'inconclusive' } });
});

test("the plan's weights replace the default ones, and the default letter is shown beside", async (t) => {
  const custom = await report(
    journalOf(naiveApp, { plan: withPlan({ weights: { availability: 0, durability: 60, nonsense: 5 } }) }),
  );
  t.match(custom, { letter: 'A', grade: { defaultWeights: { letter: 'D', score: 61.7 } } });
  t.ok(custom.notes.some(({ text }) => text === 'Weights for unknown dimensions were ignored: nonsense.'));
  const none = Object.fromEntries(custom.dimensions.map(({ id }) => [id, 0]));
  t.match(await report(journalOf(naiveApp, { plan: withPlan({ weights: none }) })), {
    letter: null,
    inconclusive: [{ id: 'no-weight' }],
  });
});

test('regrading is byte-identical', async (t) => {
  const text = textOf(journalOf(naiveApp));
  const chunks = text.match(/[\s\S]{1,777}/g) ?? [];
  t.equal(renderJson(await reportFromJournal(chunks)), renderJson(await reportFromJournal([text])));
});

test('what is no journal is one clear error', async (t) => {
  await t.rejects(
    reportFromJournal([]),
    new JournalError('the journal is empty; a run writes journal.ndjson into its folder under runs/'),
  );
  await t.rejects(reportFromJournal(['hello\n']), {
    name: 'JournalError',
    message: /line 1: not JSON; give the journal\.ndjson/,
  });
  await t.rejects(report(journalOf(rotatingApp).slice(1)), {
    message: /the first entry is target\.ready, not run\.started/,
  });
  const future = edited(journalOf(rotatingApp), (entry) =>
    entry.type === 'run.started' ? { ...entry, version: 2 } : entry,
  );
  await t.rejects(report(future), { message: /line 1: run\.started: version: / });
});
