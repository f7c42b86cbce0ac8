import { checkTimeline, explainWindow, type FaultWindow } from '@gameday/injector';
import { planRecordSchema } from '@gameday/reporter/journal';
import * as fc from 'fast-check';
import { test } from 'tap';
import { compileTimeline } from './compile-timeline.ts';
import { drawTimeline } from './draw-timeline.ts';
import { explainPlan } from './explain-plan.ts';
import { journalPlan } from './journal-plan.ts';
import { parseScenario } from '../scenario/parse-scenario.ts';
import { defaultTargetForCommand, parseTarget, type Target } from '../target/parse-target.ts';
import { planExperiment, type PlanOptions } from './plan-experiment.ts';
import type { Plan } from '../plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseYaml } from '../source/yaml-document.ts';

function scenarioOf(phases: readonly unknown[], rest: Readonly<Record<string, unknown>> = {}): Scenario {
  const words = { name: 'drill', title: 'A drill', summary: 'It fails.', lesson: 'Wait less.' };
  return parseScenario(parseYaml(JSON.stringify({ ...words, ...rest, phases }), 'drill.yaml'));
}

const phase = (id: string, from: string, to: string, ...faults: readonly unknown[]): unknown => ({
  id,
  title: `Phase ${id}`,
  from,
  to,
  faults,
});

const silent = { regions: ['home'], fault: 'silent', share: 0.5 };

const gallery: Target = parseTarget(
  parseYaml(
    `name: gallery
command: node server.mjs
env: { WEST: "\${S3_ENDPOINT_US_WEST_2}" }
buckets: [photos]
gate: C
workload:
  rate: 20/s
  steps:
    - { id: upload, class: write, weight: 3, request: { method: PUT, path: "/photos/\${new}", body: { random: 16KB } } }
    - { id: view, class: read, weight: 6, request: "GET /photos/\${known}", expect: { body: entry } }
    - { id: about, class: control, request: GET /about }
`,
    'chaos.yaml',
  ),
);

function planOf(scenario: Scenario, options: Partial<PlanOptions> = {}, target: Target = gallery): Plan {
  return planExperiment({ scenario, target, targetFolder: '/srv/gallery', options: { seed: 's', ...options } });
}

const outline = (windows: readonly FaultWindow[]): unknown =>
  windows.map(({ id, startMs, endMs, inFlight }) => [id, startMs, endMs, inFlight]);

const stages = (plan: Plan): unknown => plan.phases.map(({ id, stage, startMs, endMs }) => [id, stage, startMs, endMs]);

test('the incident is compressed, the baseline and the recovery are not', (t) => {
  const scenario = scenarioOf([phase('a', 'T+0s', 'T+1m', silent), phase('b', 'T+1m', 'T+4m')], {
    baseline: '5s',
    recovery: '20s',
    speed: 6,
  });
  t.same(stages(planOf(scenario)), [
    ['baseline', 'baseline', 0, 5_000],
    ['a', 'incident', 5_000, 15_000],
    ['b', 'incident', 15_000, 45_000],
    ['recovery', 'recovery', 45_000, 65_000],
  ]);
  const fast = planOf(scenario, { speed: 60 });
  t.same(stages(fast), [
    ['baseline', 'baseline', 0, 5_000],
    ['a', 'incident', 5_000, 6_000],
    ['b', 'incident', 6_000, 9_000],
    ['recovery', 'recovery', 9_000, 29_000],
  ]);
  t.equal(fast.clock.speed, 60);
  t.throws(() => planOf(scenario, { speed: 0 }), { message: '--speed: must be a number above 0' });
  t.throws(() => planOf(scenario, { speed: 1e9 }), {
    message: /^--speed: at 1000000000 nothing is left of the phase "a"/,
  });
  t.end();
});

test('whatever the phases, they leave no gap and every window lies within them', (t) => {
  const shares = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.record({ from: fc.constant(0), to: fc.constant(1) }),
  );
  const kinds = fc.constantFrom('silent', 'reset', 'SlowDown', 'blackout');
  const faults = fc.array(fc.record({ regions: fc.constant(['home']), fault: kinds, share: shares }), { maxLength: 3 });
  const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), faults), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.double({ min: 0.1, max: 500, noNaN: true }), (given, speed) => {
      let at = 0;
      const phases = given.map(([seconds, entries], index) => {
        const from = `T+${at}s`;
        at += seconds;
        return phase(`p${index}`, from, `T+${at}s`, ...entries);
      });
      const {
        phases: planned,
        timeline,
        windowPhases,
      } = compileTimeline(scenarioOf(phases), { homeRegion: 'eu-west-1', speed });
      const gapless = planned.every((one, index) => one.startMs === (planned[index - 1]?.endMs ?? 0));
      const whole = planned.every((one) => Number.isInteger(one.endMs) && one.endMs > one.startMs);
      const ids = new Set(timeline.windows.map((window) => window.id));
      const within = timeline.windows.every((window) => {
        const first = planned.find(({ id }) => id === windowPhases[window.id]);
        return (
          window.startMs === first?.startMs &&
          planned.some(({ endMs, stage }) => stage === 'incident' && endMs === window.endMs)
        );
      });
      return gapless && whole && within && ids.size === timeline.windows.length && checkTimeline(timeline).length === 0;
    }),
    { numRuns: 60, seed: 20_170_228 },
  );
  t.end();
});

test('a plan is decided by its input alone, plain and frozen', (t) => {
  const scenario = scenarioOf([phase('a', 'T+0s', 'T+1m', silent)]);
  const plan = planOf(scenario);
  t.same(planOf(scenario), plan);
  t.same(JSON.parse(JSON.stringify(plan)), plan, 'it is plain JSON');
  t.ok(
    Object.isFrozen(plan) &&
      Object.isFrozen(plan.timeline.windows[0]?.where.regions) &&
      Object.isFrozen(plan.target.env),
  );
  t.equal(plan.seed, 's');
  t.equal(plan.gate, 'C');
  t.equal(planOf(scenario, { gate: 'A' }).gate, 'A');
  t.same(plan.regions, ['us-east-1', 'us-west-2'], 'the home region and that whose endpoint the app asks for');
  t.same(plan.timeline.windows[0]?.where.regions, ['us-east-1'], 'home is the target’s own region');
  t.end();
});

const windows = (...phases: readonly unknown[]): unknown =>
  outline(
    compileTimeline(scenarioOf(phases, { baseline: '1s' }), { homeRegion: 'us-east-1', speed: 60 }).timeline.windows,
  );

test('a hang that goes on unchanged is one window, any other ends with its phase', (t) => {
  t.same(
    windows(phase('a', 'T+0s', 'T+1m', silent), phase('b', 'T+1m', 'T+2m', silent), phase('c', 'T+2m', 'T+3m', silent)),
    [['a/1-silent', 1_000, 4_000, 'cut']],
  );
  t.same(
    windows(phase('a', 'T+0s', 'T+1m', silent), phase('b', 'T+1m', 'T+2m', { ...silent, share: 0.4 })),
    [
      ['a/1-silent', 1_000, 2_000, 'cut'],
      ['b/1-silent', 2_000, 3_000, 'spare'],
    ],
    'another share is another window, but no new outbreak',
  );
  t.same(
    windows(phase('a', 'T+0s', 'T+1m', silent), phase('b', 'T+1m', 'T+2m'), phase('c', 'T+2m', 'T+3m', silent)),
    [
      ['a/1-silent', 1_000, 2_000, 'cut'],
      ['c/1-silent', 3_000, 4_000, 'cut'],
    ],
    'after a calm phase it breaks out anew',
  );
  const slow = { regions: ['home'], fault: 'SlowDown', share: 0.5 };
  t.same(
    windows(phase('a', 'T+0s', 'T+1m', silent), phase('b', 'T+1m', 'T+2m', slow, silent)),
    [
      ['a/1-silent', 1_000, 2_000, 'cut'],
      ['b/1-http-error', 2_000, 3_000, 'spare'],
      ['b/2-silent', 2_000, 3_000, 'spare'],
    ],
    'it never comes to be judged before a fault that stands before it',
  );
  t.same(windows(phase('a', 'T+0s', 'T+1m', { ...silent, inFlight: 'spare' })), [
    ['a/1-silent', 1_000, 2_000, 'spare'],
  ]);
  t.end();
});

test('the user is warned of what the grade could not show', (t) => {
  const scenario = scenarioOf([
    phase('a', 'T+0s', 'T+10s', { ...silent, share: { from: 0, to: 1 } }),
    phase('b', 'T+10s', 'T+40s', silent),
  ]);
  t.same(planOf(scenario).warnings, []);
  t.same(planOf(scenario, { speed: 5 }).warnings, [
    'From "a" on S3 is silent for 8s at speed 5, shorter than the 10s that users wait: hangs cannot show. --speed 4 or less would do.',
  ]);
  const away = scenarioOf([phase('a', 'T+0s', 'T+40s', { ...silent, regions: ['eu-west-1'] })]);
  t.match(planOf(away).warnings, [/^The scenario strikes eu-west-1, but the target lives in us-east-1/]);
  t.ok(planOf(away).regions.includes('eu-west-1'));
  const bare = defaultTargetForCommand(['node', 'x.js'], null, '/srv/x');
  t.match(planOf(scenario, {}, bare).warnings, [/^The target declares no workload/]);
  t.equal(planOf(scenario, {}, bare).workload.steps.length, 1);
  t.end();
});

test('a guardrail that would end the run before its plan is refused', (t) => {
  const scenario = scenarioOf([phase('a', 'T+0s', 'T+2m', silent)]);
  t.equal(planOf(scenario).guardrails.runMsMax, 8_000 + 120_000 + 15_000 + 30_000 + 180_000);
  t.equal(planOf(scenario, {}, { ...gallery, runMinutesMax: 4 }).guardrails.runMsMax, 240_000);
  t.throws(() => planOf(scenario, {}, { ...gallery, runMinutesMax: 2 }), {
    message: /^guardrails\.minutes: 2 minutes would end the run before its plan does \(2m53s\)/,
  });
  t.end();
});

test('the plan is read aloud, whole', (t) => {
  const scenario = scenarioOf(
    [
      phase('a', '09:37', '09:40', { ...silent, share: '${half}' }),
      phase('b', '09:40', '10:00', { ...silent, share: '${half}' }),
    ],
    {
      clock: { date: '2017-02-28', zone: 'PST', zero: '09:37' },
      speed: 60,
      assumptions: { half: { value: 0.5, why: 'Nobody counted.' } },
      sources: [{ title: 'The account', url: 'https://example.com/account' }],
    },
  );
  const plan = planOf(scenario, { sets: { half: 0.75 } });
  const spoken = explainPlan(plan, explainWindow);
  for (const part of [
    'Nothing has been started, nothing is touched.',
    '09:37 to 10:00 PST on 2017-02-28, 60 times as fast: a minute here is 1h there',
    'gallery is started in /srv/gallery with: node server.mjs',
    '20 requests a second',
    '30 % upload (write): PUT /photos/${new} with 16 KB; good is 200 or 201 or 202 or 204.',
    'every acknowledged write is read back through the app (GET /photos/${entry})',
    '8s to 11s  a (09:37 to 09:40): Phase a',
    '11s to 31s  b (09:40 to 10:00): Phase b',
    '75 % of requests to us-east-1',
    'goes on: ',
    'half = 0.75  Set by you.',
    'https://example.com/account',
  ]) {
    t.ok(spoken.replaceAll(/\s+/g, ' ').includes(part.replaceAll(/\s+/g, ' ')), part);
  }
  t.ok(
    spoken.split('\n').every((line) => line.length <= 100),
    'no line is longer than the terminal',
  );
  t.end();
});

test('the plan is written into the journal in the reporter’s words', (t) => {
  const plan = planOf(scenarioOf([phase('a', 'T+0s', 'T+1m', silent, { ...silent, classes: ['read'] })]));
  const record = journalPlan(plan, explainWindow);
  t.same(planRecordSchema.parse(record), record);
  t.same(planRecordSchema.parse(JSON.parse(JSON.stringify(record))), record);
  t.same(
    record.windows.map(({ id, phase: inPhase, kind, classes, regions }) => [id, inPhase, kind, classes, regions]),
    [
      ['a/1-silent', 'a', 'silent', [], ['us-east-1']],
      ['a/2-silent', 'a', 'silent', ['read'], ['us-east-1']],
    ],
  );
  t.match(record.windows[0]?.sentence, /^50 % of requests to us-east-1/);
  t.equal(record.workload.steps[0]?.does, 'PUT /photos/${new}');
  t.end();
});

test('the timeline is drawn', (t) => {
  const slow = { regions: ['home'], classes: ['read'], fault: { kind: 'latency', delay: '2s' } };
  const scenario = scenarioOf([
    phase('a', 'T+0s', 'T+20s', { regions: ['home', 'us-west-2'], fault: 'silent', share: { from: 0, to: 1 } }),
    phase('b', 'T+20s', 'T+30s', slow),
  ]);
  t.same(drawTimeline(planOf(scenario), { width: 60 }).split('\n'), [
    '                            T+0s                T+20s T+30s',
    '                            a                   b',
    'us-east-1 read              ░░░░░▒▒▒▒▒▓▓▓▓▓█████~~~~~~~~~~~',
    'us-east-1 write+delete      ░░░░░▒▒▒▒▒▓▓▓▓▓█████···········',
    'us-west-2 read+write+delete ░░░░░▒▒▒▒▒▓▓▓▓▓█████···········',
    '',
    '  a  T+0s     a: Phase a',
    '  b  T+20s    b: Phase b',
    '',
    '  · well   ~ slow   ░ up to 25 % fail   ▒ up to 50 %   ▓ up to 75 %   █ more',
    '',
  ]);
  t.end();
});
