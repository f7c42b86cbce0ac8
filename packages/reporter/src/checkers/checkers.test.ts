import * as fc from 'fast-check';
import { test } from 'tap';
import {
  type App,
  edited,
  good,
  journalOf,
  naiveApp,
  plan,
  type Reply,
  rotatingApp,
  textOf,
} from '../../test/journal-builder.ts';
import { gradeOf } from '../grade.ts';
import { BackOffs } from '../history/back-offs.ts';
import { foldHistory } from '../history/fold-history.ts';
import { dimensionIds, type PlanRecord } from '../journal/plan-record.ts';
import { readJournal } from '../journal/read.ts';
import type { Dimension } from '../report/basics.ts';
import { buildReport } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import { worstVerdict } from '../verdict.ts';
import { checkers } from './all.ts';
import type { Checker } from './checker.ts';

fc.configureGlobal({ seed: 20_170_228 });

const foldOf = (entries: readonly unknown[]) => foldHistory(readJournal([textOf(entries)]));
const report = async (entries: readonly unknown[]): Promise<Report> => buildReport(await foldOf(entries));
const dimension = (of: Report, id: string): Dimension | undefined => of.dimensions.find((one) => one.id === id);
const withPlan = (changes: Partial<PlanRecord>): PlanRecord => ({ ...plan, ...changes });

const eager: App = (request) =>
  request.cls === 'control'
    ? rotatingApp(request)
    : { ...rotatingApp(request), attempts: request.phase === 'baseline' ? 1 : 4 };
const patientRetries: App = (request) =>
  request.phase === 'blackout' && request.index % 10 === 0 && request.cls !== 'control'
    ? { ...good, latencyMs: 70_000, attempts: 2, struckBy: 'silence' }
    : rotatingApp(request);
const threeQuarters: App = (request) =>
  request.index % 4 === 0 && request.phase !== 'baseline' && request.phase !== 'recovery'
    ? { ...good, outcome: 'wrong-status', status: 503 }
    : rotatingApp(request);
const manyOperations: App = ({ cls, phase, index }) =>
  cls === 'control'
    ? rotatingApp({ cls, phase, index })
    : { ...good, attempts: 1, struckBy: phase === 'blackout' ? 'silence' : 'no-writes' };

const stray = {
  t: 110_000,
  type: 'work.request',
  step: 'view',
  class: 'read',
  intended: 110_000,
  sent: 110_000,
  ended: 110_000,
  status: 500,
  outcome: 'wrong-status',
  detail: '',
  entry: null,
};

test('the worst verdict wins, a failure over a doubt, and none of none', (t) => {
  t.equal(worstVerdict(['pass', 'inconclusive', 'fail', 'pass']), 'fail');
  t.equal(worstVerdict(['pass', 'inconclusive']), 'inconclusive');
  t.equal(worstVerdict(['pass', 'pass']), 'pass');
  t.equal(worstVerdict([]), 'inconclusive');
  t.end();
});

test('a checker that throws is inconclusive, and the others stand', async (t) => {
  const broken: Checker = {
    id: 'broken',
    title: 'Broken',
    question: '',
    formula: '',
    weight: 10,
    check: () => {
      throw new Error('no such thing');
    },
  };
  const built = buildReport(await foldOf(journalOf(rotatingApp)), [...checkers, broken]);
  t.match(dimension(built, 'broken'), { verdict: 'inconclusive', score: null, summary: /no such thing/ });
  t.match(built, { letter: 'A', verdict: 'pass' });
});

test('each dimension publishes its formula and weight; the eyes beside the workload weigh less than half', (t) => {
  const sum = (of: typeof checkers): number => of.reduce((total, { weight }) => total + weight, 0);
  const beside = new Set(['resources', 'restart', 'detection', 'user-experience']);
  t.ok(sum(checkers.filter(({ id }) => beside.has(id))) < sum(checkers) / 2);
  t.ok(checkers.every(({ question, formula }) => question.endsWith('?') && formula.length > 20));
  t.end();
});

test('availability: too few samples of a class leave the dimension in doubt, none at all leave the run without a letter', async (t) => {
  const scarce = edited(journalOf(rotatingApp), (entry) =>
    entry.type === 'work.request' && entry.class === 'write' && entry.intended > 22_000
      ? { ...entry, class: 'control' }
      : entry,
  );
  t.match(dimension(await report(scarce), 'availability'), {
    verdict: 'inconclusive',
    score: 100,
    summary: '100 % of reads succeeded during the incident.',
  });
  const onlyControl = withPlan({
    workload: { perSecond: 5, steps: plan.workload.steps.filter((step) => step.class === 'control') },
  });
  t.match(await report(journalOf(rotatingApp, { plan: onlyControl })), {
    letter: null,
    inconclusive: [{ id: 'availability-unknown' }],
  });
  const slow = withPlan({ workload: { ...plan.workload, perSecond: 0.5 } });
  t.match(await report(journalOf(rotatingApp, { plan: slow })), {
    letter: null,
    inconclusive: [{ id: 'baseline-too-small' }],
  });
});

test('a dimension passes from 70 points on', async (t) => {
  t.match(dimension(await report(journalOf(threeQuarters)), 'availability'), { verdict: 'pass', score: 75 });
  const worse: App = (request) =>
    request.index % 8 === 1 && request.phase === 'blackout'
      ? { ...good, outcome: 'connection' }
      : threeQuarters(request);
  t.match(dimension(await report(journalOf(worse)), 'availability'), { verdict: 'fail' });
});

test('retry discipline: attempts per operation, requests per user request, and runs too short to tell', async (t) => {
  t.match(dimension(await report(journalOf(eager)), 'retry-discipline'), {
    verdict: 'fail',
    summary: '4.00 attempts per S3 operation during the incident, 4.00 times the usual S3 requests per user request.',
    causes: [{ remedy: { pattern: 'Retry budget' } }],
  });
  // A retry loop of the app's own makes new invocations: the SDK's headers show one attempt each.
  const loop = journalOf(manyOperations).flatMap((entry) =>
    entry.type === 's3.exchange' && entry.started >= 20_000 ? [entry, entry, entry] : [entry],
  );
  t.match(dimension(await report(loop), 'retry-discipline'), {
    verdict: 'fail',
    summary: /^1\.00 attempts .* 3\.00 times/,
  });
  const unhurried = dimension(await report(journalOf(patientRetries)), 'retry-discipline');
  t.match(unhurried, {
    verdict: 'inconclusive',
    score: null,
    summary:
      /Not gradeable at this speed: the incident lasts 1 min, less than 10 times the longest back-off seen \(7 s\)\. A --speed of 220 or less would do\./,
  });
});

test('a retry that waits for a free connection is no back-off', (t) => {
  const sending = new BackOffs();
  for (let at = 0; at < 20_000; at += 200) sending.addStart(at);
  sending.addPause({ from: 1_000, to: 9_000 });
  t.equal(sending.slowestMs, 8_000, 'others were sent meanwhile, so it waited of its own will');
  const blocked = new BackOffs();
  for (const at of [0, 900, 1_000, 8_900, 9_000]) blocked.addStart(at);
  blocked.addPause({ from: 1_000, to: 9_000 });
  blocked.addPause({ from: 100, to: 400 });
  t.equal(blocked.slowestMs, 300);
  t.end();
});

test('recovery and blast radius say what they lack', async (t) => {
  const short = withPlan({
    phases: plan.phases.map((phase) => (phase.id === 'recovery' ? Object.assign({}, phase, { endMs: 83_000 }) : phase)),
  });
  t.match(dimension(await report(journalOf(rotatingApp, { plan: short })), 'recovery'), {
    verdict: 'inconclusive',
    summary: /went on for 3 s/,
  });
  const steps = plan.workload.steps.filter((step) => step.class !== 'control');
  t.match(
    dimension(
      await report(journalOf(rotatingApp, { plan: withPlan({ workload: { perSecond: 5, steps } }) })),
      'blast-radius',
    ),
    {
      verdict: 'inconclusive',
      summary: /no step of class control/,
    },
  );
});

test("what the app does after the load, or before it, is nobody's experience", async (t) => {
  const entries = journalOf(rotatingApp);
  const last = entries.length - 1;
  const strayed = await report([
    ...entries.slice(0, last),
    ...Array.from({ length: 50 }, () => stray),
    ...entries.slice(last),
  ]);
  const clean = await report(entries);
  t.strictSame(strayed.table, clean.table);
  t.equal(strayed.letter, 'A');
});

test('an app that was not in its steady state beforehand has no letter, though the run went on', async (t) => {
  const unsteady = edited(journalOf(rotatingApp), (entry) =>
    entry.type === 'hypothesis.checked' ? { ...entry, held: false, detail: 'GET / answered 503' } : entry,
  );
  const built = await report(unsteady);
  t.match(built, { letter: null, inconclusive: [{ id: 'steady-state-failed' }] });
  t.match(built.notes[0], {
    kind: 'hypothesis',
    text: 'The app was not in its steady state before anything was broken: GET / answered 503',
  });
});

test('recovery is no sooner where a late answer turns into an error', async (t) => {
  const since = (of: Reply): App => {
    let late = 0;
    return (request) => {
      const isLate =
        request.phase === 'recovery' && request.cls !== 'control' && (late += 1) <= 40 && [1, 2].includes(late % 20);
      return isLate ? of : rotatingApp(request);
    };
  };
  const recoveryOf = async (of: Reply) => dimension(await report(journalOf(since(of))), 'recovery')?.score ?? 0;
  const slow = await recoveryOf({ ...good, latencyMs: 6_000 });
  t.ok((await recoveryOf({ ...good, outcome: 'wrong-status', status: 503 })) <= slow);
});

test('a retry counts where its operation began, though it runs past the end of the incident', async (t) => {
  const retrying =
    (latencyMs: number): App =>
    (request) =>
      request.phase === 'writes-down' && request.cls === 'write'
        ? { ...good, outcome: 'wrong-status', status: 500, latencyMs, attempts: 3, struckBy: 'no-writes' }
        : rotatingApp(request);
  const of = async (latencyMs: number) => dimension(await report(journalOf(retrying(latencyMs))), 'retry-discipline');
  t.equal((await of(9_000))?.score, (await of(200))?.score);
});

test('sensitivity: the lowest and highest score of every mix of weights, a fifth up or down', (t) => {
  const scores = fc.array(
    fc.record({ score: fc.integer({ min: 0, max: 100 }), weight: fc.integer({ min: 1, max: 40 }) }),
    { minLength: 1, maxLength: 7 },
  );
  fc.assert(
    fc.property(scores, (drawn) => {
      const judged = drawn.map(({ score, weight }, index) => ({
        checker: { id: `c${index}`, title: '', question: '', formula: '', weight, check: () => finding },
        finding: { verdict: 'pass' as const, score, summary: '', evidence: [], causes: [], caps: [] },
        weight,
      }));
      const { sensitivity } = gradeOf(judged).grade;
      const means = Array.from({ length: 2 ** drawn.length }, (_, mix) => {
        const weights = drawn.map(({ weight }, index) => weight * (Math.floor(mix / 2 ** index) % 2 === 0 ? 0.8 : 1.2));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        return drawn.reduce((total, { score }, index) => total + score * (weights[index] ?? 0), 0) / sum;
      });
      return (
        sensitivity !== null &&
        Math.abs(sensitivity.scoreLow - Math.min(...means)) <= 0.051 &&
        Math.abs(sensitivity.scoreHigh - Math.max(...means)) <= 0.051
      );
    }),
  );
  t.end();
});

const finding = { verdict: 'pass', score: 100, summary: '', evidence: [], causes: [], caps: [] } as const;

test("the incident's clock passes midnight", async (t) => {
  const late = await report(
    journalOf(naiveApp, { plan: withPlan({ clock: { ...plan.clock, zeroMinuteOfDay: 1_400 } }) }),
  );
  t.same(
    late.phases.map(({ incidentClock }) => incidentClock),
    [null, '23:20 to 01:20 (+1 d)', '01:20 (+1 d) to 03:37 (+1 d)', null],
  );
  const drill = await report(
    journalOf(naiveApp, { plan: withPlan({ clock: { date: '', zone: '', zeroMinuteOfDay: 0, speed: 1 } }) }),
  );
  t.same(
    drill.phases.map(({ incidentClock }) => incidentClock),
    [null, 'T+0s to T+120m', 'T+120m to T+257m', null],
    'a drill has no clock',
  );
});

test('a chaos.yaml can weigh every dimension, and nothing else', async (t) => {
  t.strictSame(
    checkers.map(({ id }) => id),
    [...dimensionIds],
  );
});
