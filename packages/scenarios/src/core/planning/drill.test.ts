import { checkTimeline, explainWindow } from '@gameday/injector';
import { test } from 'tap';
import { complaints, planOf, read } from '../../../test/read-scenario.ts';
import { drawTimeline } from './draw-timeline.ts';
import { explainPlan } from './explain-plan.ts';
import { parseTarget } from '../target/parse-target.ts';
import { planExperiment, type PlanOptions } from './plan-experiment.ts';
import { parseYaml } from '../source/yaml-document.ts';

const clock = 'clock: { date: 2017-02-28, zone: PST, zero: "09:37" }\n';

test('what happens beside S3 has its moment', (t) => {
  const scenario = read(`${clock}phases:
  - id: a
    title: A
    from: "09:37"
    to: "09:47"
    notes: [as such, { at: "09:40", text: nothing works }]
    events:
      - { do: status-page, at: "09:42", state: green, text: all is well }
      - { do: kill-target, after: 1m, replica: 2 }
      - { do: pause-replication }
      - { do: freeze-target, from: "09:39", for: 2m }
      - { do: alarm, name: pager }
`);
  const { events, notes, phases } = planOf(scenario, { speed: 60 });
  t.same(
    events?.map(({ id, startMs, endMs }) => [id, startMs, endMs]),
    [
      ['a/event-3-pause-replication', 8_000, 18_000],
      ['a/event-5-alarm', 8_000, null],
      ['a/event-2-kill-target', 9_000, null],
      ['a/event-4-freeze-target', 10_000, 12_000],
      ['a/event-1-status-page', 13_000, null],
    ],
  );
  t.match(events?.[0], { phase: 'a', action: { do: 'pause-replication', regions: ['us-east-1'] } });
  t.match(events?.[2]?.action, { do: 'kill-target', replica: 2 });
  t.same(notes, [{ phase: 'a', startMs: 11_000, text: 'nothing works' }]);
  t.same(phases[1]?.notes, ['as such', '09:40 nothing works']);
  const spoken = explainPlan(planOf(scenario, { speed: 60 }), explainWindow);
  t.match(spoken, '* At 13s the provider\'s status page is green: "all is well".');
  t.match(spoken, '* From 10s to 12s the app is frozen (SIGSTOP).');
  t.match(drawTimeline(planOf(scenario), { width: 80 }), /^events +\^\^? /m);
  t.same(
    complaints(() =>
      read(`${clock}phases:
  - id: a
    title: A
    to: "09:40"
    notes: [{ at: "09:50", text: late }]
    events:
      - { do: status-page, state: gren }
      - { do: kil-target }
      - { do: alarm, nam: x }
`),
    ),
    [
      's.yaml:12:35 phases[0].events[0].state: "gren" is not allowed here; did you mean "green"?',
      's.yaml:13:15 phases[0].events[1].do: "kil-target" is no event; did you mean "kill-target"?',
      's.yaml:14:22 phases[0].events[2].nam: no such field; did you mean "name"?',
    ],
  );
  t.same(
    complaints(() =>
      read(
        'phases:\n  - { id: a, title: A, for: 1m, notes: [{ at: T+2m, text: x }], events: [{ do: alarm, name: x, after: 3m }] }\n',
      ),
    ),
    [
      's.yaml:6:47 phases[0].notes[0].at: T+2m lies outside of its phase, T+0s to T+1m',
      's.yaml:6:103 phases[0].events[0].after: T+3m lies outside of its phase, T+0s to T+1m',
    ],
  );
  t.end();
});

test('an app that runs elsewhere cannot be killed, and the user is told so', (t) => {
  const scenario = read(
    'phases: [{ id: a, title: A, for: 1m, events: [{ do: kill-target }, { do: restart-target }] }]\n',
  );
  const running = parseTarget(parseYaml('name: far\nurl: http://127.0.0.1:8080\n', 'chaos.yaml'));
  const { warnings } = planExperiment({ scenario, target: running, targetFolder: '/srv', options: { seed: 's' } });
  t.match(warnings[0], 'The scenario stops or starts the app 2 times, but Gameday has not started it');
  t.notMatch(planOf(scenario).warnings.join(), 'has not started it');
  t.end();
});

test('a part of a track that is too short for the speed is left out', (t) => {
  const scenario = read(`phases: [{ id: a, title: A, for: 10m }]
tracks:
  - id: x
    phases:
      - { id: blink, from: T+1m, for: 1ms, faults: [{ regions: [home], fault: reset }] }
      - { id: stays, for: 1m, faults: [{ regions: [home], fault: reset }] }
`);
  const { timeline } = planOf(scenario, { speed: 60 });
  t.same(
    timeline.windows.map(({ id }) => id),
    ['x.stays/1-reset'],
  );
  t.same(checkTimeline(timeline), []);
  t.end();
});

test('what is to hold, and what is too much', (t) => {
  const plan = planOf(
    read(`cooldown: 10s
hypothesis: { before: { class: read, good: 0.99 }, after: [{ class: read, good: 0.9, within: 2s }] }
guardrails: { abortWhen: { class: control, goodBelow: 0.5 }, minutes: 5, stopFile: stop }
phases: [{ id: a, title: A, for: 1m, expect: { class: control, good: 0.99 } }]
`),
  );
  t.same(
    plan.expectations?.map(({ when, phase, class: of, goodShareMin, withinMs }) => [
      when,
      phase,
      of,
      goodShareMin,
      withinMs,
    ]),
    [
      ['before', 'baseline', 'read', 0.99, null],
      ['during', 'a', 'control', 0.99, null],
      ['after', 'recovery', 'read', 0.9, 2_000],
    ],
  );
  t.same(plan.guardrails, {
    runMsMax: 300_000,
    abortWhen: [{ class: 'control', goodShareMin: 0.5, forMs: 5_000 }],
    stopFile: 'stop',
  });
  t.equal(plan.cooldownMs, 10_000);
  const spoken = explainPlan(plan, explainWindow).replaceAll(/\s+/g, ' ');
  t.match(spoken, 'less than 50 % of control requests are answered well for 5s, or the file stop appears');
  t.match(spoken, 'Expected: at least 99 % of control requests are answered well.');
  t.end();
});

test('tracks run beside the phases', (t) => {
  const scenario = read(`phases:
  - { id: a, title: A, for: 1m, faults: [{ regions: [home], share: 0.5, fault: SlowDown }] }
  - { id: b, title: B, for: 1m }
tracks:
  - id: west
    phases:
      - { id: slow, from: T+30s, for: 1m, faults: [{ regions: [us-west-2], share: { from: 0, to: 1 }, fault: silent }] }
`);
  const plan = planOf(scenario);
  t.same(
    plan.timeline.windows.map(({ id, startMs, endMs }) => [id, startMs, endMs, plan.windowPhases[id]]),
    [
      ['a/1-http-error', 8_000, 68_000, 'a'],
      ['west.slow/1-silent', 38_000, 98_000, 'a'],
    ],
  );
  const onlyB = planOf(scenario, { only: ['b'] });
  t.match(
    onlyB.timeline.windows,
    [{ id: 'west.slow/1-silent@1', startMs: 8_000, endMs: 38_000, share: { from: 0.5, to: 1 }, inFlight: 'cut' }],
    'what is cut off of a ramp is missing from it',
  );
  const spreading = read(`phases:
  - { id: a, title: A, for: 30s }
  - { id: b, title: B, for: 30s }
tracks:
  - id: west
    phases:
      - { id: slow, for: 1m, faults: [{ regions: [home], share: { from: 0, to: 1, curve: exponential }, fault: silent }] }
`);
  const { windows } = planOf(spreading, { only: ['b'] }).timeline;
  t.match(windows, [{ id: 'west.slow/1-silent@0.5', share: { to: 1, curve: 'exponential' } }]);
  t.match(windows[0]?.share.from, (2 ** 3.5 - 1) / 127, 'half of the time is far less than half of the way');
  t.same(
    complaints(() =>
      read('phases: [{ id: a, title: A, for: 1m }]\ntracks: [{ id: x, phases: [{ id: y, for: 2m }] }]\n'),
    ),
    ["s.yaml:6:42 tracks[0].phases[0].for: T+2m is after the incident's end, T+1m"],
  );
  t.end();
});

test('a part of a scenario can be run, in a given time', (t) => {
  const scenario = read(`phases:
  - { id: a, title: A, for: 1m, faults: [{ regions: [home], fault: silent }] }
  - { id: b, title: B, for: 2m, faults: [{ regions: [home], fault: silent }] }
  - { id: c, title: C, for: 3m }
`);
  const outline = (options: Partial<PlanOptions>): unknown =>
    planOf(scenario, options)
      .phases.slice(1, -1)
      .map(({ id, startMs, endMs, incidentFromMin }) => [id, startMs, endMs, incidentFromMin]);
  t.same(outline({ from: 'b' }), [
    ['b', 8_000, 128_000, 1],
    ['c', 128_000, 308_000, 3],
  ]);
  t.same(outline({ only: ['c', 'a'] }), [
    ['a', 8_000, 68_000, 0],
    ['c', 68_000, 248_000, 3],
  ]);
  t.match(planOf(scenario, { from: 'b' }).timeline.windows, [{ id: 'b/1-silent', inFlight: 'cut' }]);
  t.equal(planOf(scenario, { durationMs: 83_000 }).clock.speed, 6);
  t.equal(planOf(scenario, { durationMs: 83_000, only: ['a'] }).clock.speed, 1);
  const refused = (options: Partial<PlanOptions>): readonly string[] => complaints(() => planOf(scenario, options));
  t.same(refused({ from: 'd' }), ['--from: the scenario has no phase "d"; there is a, b, c']);
  t.same(refused({ only: [] }), ['--only: names no phase; there is a, b, c']);
  t.same(refused({ only: ['a'], from: 'b' }), ['--from: says nothing beside --only; keep one']);
  t.same(refused({ durationMs: 20_000 }), [
    '--duration: 20s leaves nothing for the incident; baseline and recovery alone take 23s',
  ]);
  t.same(refused({ durationMs: 60_000, speed: 2 }), ['--duration: says nothing beside --speed; keep one of the two']);
  t.end();
});

test('what this speed cannot show is said, with the speed that could', (t) => {
  const scenario = read(`phases:
  - id: a
    title: A
    for: 20s
    expect: { class: control, good: 1 }
    faults: [{ regions: [home], share: 0.1, fault: { kind: http-error, code: SlowDown, after: 2s..5s } }]
`);
  t.same(planOf(scenario).warnings, []);
  const { warnings } = planOf(scenario, { speed: 20 });
  t.same(warnings, [
    '"a" lasts 1s at speed 20: about 1 request would meet its faults, and 5 are needed to grade it. --speed 4 or less would do.',
    '"a" is to keep up control requests, but only about 10 of them are due in its 1s, and 20 are needed. --speed 10 or less would do.',
    'The answers of a/1-http-error come 2s late or later, but it is over after 1s: they cannot show. --speed 10 or less would do.',
  ]);
  t.same(planOf(scenario, { speed: 4 }).warnings, [], 'and it could');
  t.end();
});

test('everywhere is every region of the run', (t) => {
  const plan = planOf(
    read('phases: [{ id: a, title: A, for: 1m, faults: [{ regions: [everywhere], fault: silent }] }]\n'),
  );
  t.same(plan.timeline.windows[0]?.where.regions, ['us-east-1', 'us-west-2']);
  t.end();
});
