import * as fc from 'fast-check';
import { test } from 'tap';
import { type App, good, journalOf, naiveApp, plan, rotatingApp, textOf } from '../../test/journal-builder.ts';
import { readPage } from '../../test/page-check.ts';
import { emptyReport, hostileReport } from '../../test/report-variants.ts';
import { exampleReport } from '../../test/example-report.ts';
import { renderJson } from '../renderers/json.ts';
import type { Report } from '../report/report.ts';
import { reportFromJournal } from '../report-from-journal.ts';
import { differenceOf } from '../statistics/newcombe.ts';
import { compareReports, renderComparison } from './compare.ts';
import { applyPolicy, gatePolicySchema } from './policy.ts';
import { readReport } from './read-report.ts';
import { renderTrend, renderTrendText, trendOf } from './trend.ts';

const reportOf = (app: App, changes: Partial<typeof plan> = {}): Promise<Report> =>
  reportFromJournal([textOf(journalOf(app, { plan: { ...plan, ...changes } }))]);
const unlucky: App = (request) =>
  request.index === 151 ? { ...good, outcome: 'wrong-status', status: 500, struckBy: 'silence' } : rotatingApp(request);

const rotating = await reportOf(rotatingApp);
const naive = await reportOf(naiveApp);
const blip = await reportOf(unlucky);
const policy = (of: unknown) => gatePolicySchema.parse(of);

test("Newcombe's interval: his own worked example, and what it never does", (t) => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table II: 56/70 against 48/80 gives 0.0524 to 0.3339.
  const known = differenceOf({ count: 48, of: 80 }, { count: 56, of: 70 });
  t.equal(known?.value.toFixed(4), '0.2000');
  t.equal(known?.low.toFixed(4), '0.0524');
  t.equal(known?.high.toFixed(4), '0.3339');
  t.equal(differenceOf({ count: 0, of: 0 }, { count: 1, of: 1 }), null);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (m, n, share) => {
        const found = differenceOf({ count: Math.round(m * share), of: m }, { count: Math.round(n * share), of: n });
        return (
          found !== null && found.low <= found.value && found.value <= found.high && found.low >= -1 && found.high <= 1
        );
      },
    ),
  );
  t.end();
});

test('compare: what changed beyond chance, and no verdict on noise', (t) => {
  const same = compareReports(rotating, rotating);
  t.same([same.better, same.worse, same.doubts], [[], [], []]);
  t.match(same.sentence, 'No difference beyond chance.');
  t.same(compareReports(rotating, blip).worse, [], 'one request in 240 is noise');
  const worse = compareReports(rotating, naive);
  t.same(worse.better, []);
  t.match(worse.worse, ['good reads', 'hung reads']);
  t.match(
    worse.figures.find(({ id }) => id === 'availability.read'),
    {
      a: '100 %',
      b: '50.0 %',
      change: 'worse',
      sentence: /good reads: 100 %, then 50\.0 % \(−50\.0 points, 95 % interval −\d+\.\d to −\d+\.\d\): worse\./,
    },
  );
  t.match(
    worse.figures.find(({ id }) => id === 'latency.read.p95'),
    { b: '10 s', change: 'worse', sentence: /^p95 of reads: .*, then 10 s \(\+.*95 % interval \+.*\): worse\.$/ },
  );
  const back = compareReports(naive, rotating);
  t.same(back.better, worse.worse, 'the other way round it is an improvement');
  t.match(
    worse.figures.find(({ id }) => id === 'mitigation.read'),
    { change: 'unclear', difference: null },
  );
  t.match(renderComparison(worse), /^A \(100\), then D/);
  const other = compareReports(rotating, { ...rotating, letter: null, run: { ...rotating.run, seed: 'other' } });
  t.match(other.doubts, ['The runs differ in their seed: seed-1, then other.', 'Run run-1 has no letter.']);
  t.same(other.unlike, []);
  const elsewhere = compareReports(rotating, { ...rotating, target: { ...rotating.target, name: 'Shop' } });
  t.match(elsewhere.unlike, ['The runs differ in their app: Gallery, then Shop.']);
  t.match(renderComparison(elsewhere), /^These are no two runs of one experiment[^]*app: Gallery, then Shop\./);
  for (const odd of [emptyReport, hostileReport, exampleReport]) t.ok(renderComparison(compareReports(odd, rotating)));
  t.end();
});

test('gate: letter, floors, regression, exceptions with a last day', (t) => {
  const letter = policy({ letter: 'B' });
  t.equal(applyPolicy(rotating, letter, '2026-11-21', null).verdict, 'pass');
  t.match(applyPolicy(naive, letter, '2026-11-21', null), {
    verdict: 'fail',
    rules: [{ rule: 'letter', sentence: 'At least B is asked for; the app got D.' }],
  });
  t.equal(applyPolicy(emptyReport, letter, '2026-11-21', null).verdict, 'inconclusive');
  t.equal(applyPolicy(rotating, policy({}), '2026-11-21', null).verdict, 'inconclusive', 'no rule is no pass');
  const floors = policy({ dimensions: { availability: 90, 'user-experience': 50 } });
  t.match(
    applyPolicy(rotating, floors, '2026-11-21', null).rules.map(({ rule, verdict }) => `${rule} ${verdict}`),
    ['availability pass', 'user-experience inconclusive'],
  );
  const regression = policy({ regression: { baseline: 'stored/report.json' } });
  t.equal(applyPolicy(blip, regression, '2026-11-21', rotating).verdict, 'pass', 'noise is no regression');
  t.match(applyPolicy(naive, regression, '2026-11-21', rotating).rules, [
    { verdict: 'fail', sentence: /^Worse than run run-1: good reads/ },
  ]);
  t.equal(applyPolicy(naive, regression, '2026-11-21', null).verdict, 'inconclusive');
  const elsewhere = { ...rotating, scenario: { ...rotating.scenario, name: 'another' } };
  const otherApp = { ...rotating, target: { ...rotating.target, name: 'Shop' } };
  const otherPhases = { ...rotating, phases: rotating.phases.filter(({ id }) => id !== 'blackout') };
  for (const [baseline, why] of [
    [elsewhere, /scenario: another, then small-outage/],
    [otherApp, /Not compared: run run-1 .* app: Shop, then Gallery\..*unlike/],
    [otherPhases, /phases: writes-down, then blackout, writes-down/],
  ] as const) {
    t.match(applyPolicy(rotating, regression, '2026-11-21', baseline).rules, [
      { verdict: 'inconclusive', sentence: why },
    ]);
  }
  const unlike = (choice: string) => policy({ regression: { baseline: 'stored', unlike: choice } });
  t.match(applyPolicy(naive, unlike('pass'), '2026-11-21', otherApp).rules, [
    { verdict: 'pass', sentence: /lets that pass/ },
  ]);
  t.match(applyPolicy(naive, unlike('compare'), '2026-11-21', otherApp).rules, [
    { verdict: 'fail', sentence: /^Worse than run run-1: good reads.*app: Shop, then Gallery/ },
  ]);
  const faster = { ...rotating, clock: { ...rotating.clock, speed: 9 } };
  t.match(applyPolicy(rotating, regression, '2026-11-21', faster).rules, [
    { verdict: 'pass', sentence: /speed: 9, then 257/ },
  ]);
  const excused = policy({
    letter: 'B',
    exceptions: [{ rule: 'letter', until: '2026-11-30', reason: 'cache ships next week' }],
  });
  t.match(applyPolicy(naive, excused, '2026-11-30', null), {
    verdict: 'pass',
    rules: [{ excuse: 'Excused until 2026-11-30: cache ships next week' }],
  });
  t.match(applyPolicy(naive, excused, '2026-12-01', null), {
    verdict: 'fail',
    rules: [{ sentence: /expired on 2026-11-30 \(cache ships next week\)/, excuse: null }],
  });
  for (const wrong of [
    { leter: 'B' },
    { letter: 'E' },
    { dimensions: { speed: 1 } },
    { exceptions: [{ rule: 'letter', until: 'soon', reason: 'x' }] },
  ]) {
    t.notOk(gatePolicySchema.safeParse(wrong).success);
  }
  t.end();
});

test('trend: by app and scenario, in the order of time, on a page that holds nothing foreign', (t) => {
  const later = { ...naive, patienceMs: 5_000, run: { ...naive.run, id: 'run-2', at: '2026-05-05T10:00:00.000Z' } };
  const lines = trendOf([later, exampleReport, rotating]);
  t.same(
    lines.map(({ target, runs }) => [target, runs.map(({ id, letter }) => `${id} ${letter}`)]),
    [
      ['Gallery', ['run-1 A', 'run-2 D']],
      ['Photo gallery', ['2026-05-04T10-20-30Z-7f3a F']],
    ],
  );
  const page = renderTrend(trendOf([later, rotating, emptyReport, hostileReport]), ['<b>x</b>: not JSON']);
  t.same(readPage(page).faults, []);
  t.notMatch(page, /<script|NaN|undefined/);
  t.match(
    renderTrendText(lines),
    /A {7}100  run-1\n.* D .* run-2\n +unlike the one before in its patience of a user: 10000, then 5000\n/,
  );
  t.match(page, /Unlike the one before[^]*patience of a user: 10000, then 5000/);
  t.same(readPage(renderTrend([], [])).faults, []);
  t.end();
});

test('a report.json is read back, or says why not', (t) => {
  t.match(readReport(renderJson(naive)), { ok: true, report: { letter: 'D' } });
  t.match(readReport('{'), { ok: false, why: 'not JSON' });
  t.match(readReport('{"version":1}'), { ok: false, why: /version 1, .*chaos report/ });
  t.match(readReport('{"version":3}'), { ok: false, why: /^no report: / });
  t.end();
});
