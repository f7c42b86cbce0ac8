import { checkTimeline } from '@gameday/injector';
import * as fc from 'fast-check';
import { test } from 'tap';
import { complaints, planOf, read } from '../../../test/read-scenario.ts';
import { capacityFailures, type CapacityModel } from './capacity-model.ts';
import { compileTimeline } from '../planning/compile-timeline.ts';
import { monkeySchema, monkeyStrikes } from './monkey.ts';

test('a monkey keeps to its menu, to its part of the phase, and to the seed', (t) => {
  const menu = [
    { weight: 2, fault: { regions: ['home'], fault: { kind: 'silent' } } },
    { fault: { regions: ['us-west-2'], fault: { kind: 'reset' } } },
    { target: 'kill' },
    { target: 'freeze', replica: 2 },
  ];
  const monkey = monkeySchema.parse({ strikes: 10, lasting: { from: '1s', to: '9s' }, menu });
  const strikes = (seed: string): ReturnType<typeof monkeyStrikes> =>
    monkeyStrikes(monkey, { fromMin: 1, toMin: 2 }, seed, 'a');
  t.same(strikes('x'), strikes('x'));
  t.notSame(strikes('x'), strikes('y'));
  fc.assert(
    fc.property(fc.string(), (seed) =>
      strikes(seed).every(({ fromMin, toMin }, index) => {
        const partFrom = 1 + index / 10;
        return fromMin >= partFrom - 1e-9 && toMin > fromMin && toMin <= partFrom + 0.1 + 1e-9;
      }),
    ),
  );
  const scenario = read(
    `phases: [{ id: a, title: A, for: 1m, monkey: ${JSON.stringify({ strikes: 40, lasting: { from: '1s', to: '1s' }, menu })} }]\n`,
  );
  const plan = planOf(scenario);
  t.same(planOf(scenario), plan);
  t.same(checkTimeline(plan.timeline), []);
  const kinds = plan.timeline.windows.map(({ where, fault }) => `${fault.kind} ${where.regions.join()}`);
  t.same([...new Set(kinds)].toSorted(), ['reset us-west-2', 'silent us-east-1']);
  const events = plan.events ?? [];
  const killed = events.filter(({ action }) => action.do === 'kill-target');
  t.ok(killed.length > 0 && kinds.length + killed.length < 40);
  t.equal(events.filter(({ action }) => action.do === 'restart-target').length, killed.length, 'it is started again');
  t.ok(plan.regions.includes('us-west-2'));
  t.same(
    complaints(() =>
      read(
        'phases: [{ id: a, title: A, for: 1m, monkey: { strikes: 1, lasting: { from: 1s, to: 2s }, menu: [{ weight: 1 }] } }]\n',
      ),
    ),
    ['s.yaml:5:98 phases[0].monkey.menu[0]: must have either a fault or a target'],
  );
  t.end();
});

const states = (model: CapacityModel): unknown =>
  capacityFailures(model).map(({ subsystem, state, fromMin, toMin }) => [subsystem, state, fromMin, toMin]);

const day: CapacityModel = {
  index: { removed: 0.8, minimum: 0.5, restart: 166, ramp: 52 },
  placement: { removed: 0.8, minimum: 0.5, restart: 29, ramp: 7 },
  removal: 3,
  rebalance: 60,
  load: 0.6,
  restored: 30,
  safeguards: 'off',
};

test('what fails follows from the servers that are left', (t) => {
  t.same(
    states(day),
    [
      ['index', 'orphaned', 0, 1.875],
      ['index', 'down', 1.875, 169],
      ['index', 'returning', 169, 221],
      ['placement', 'orphaned', 0, 1.875],
      ['placement', 'down', 1.875, 250],
      ['placement', 'returning', 250, 257],
    ],
    'the restarts of the day come out at 12:26, 13:18 and 13:54',
  );
  const spare = { ...day.index, removed: 0.1 };
  t.same(
    states({ ...day, index: spare, placement: { ...day.placement, removed: 0 } }),
    [
      ['index', 'orphaned', 0, 3],
      ['index', 'orphaned', 3, 60],
    ],
    'too fast a removal orphans what it removes for a while',
  );
  t.same(states({ ...day, index: spare, placement: spare, removal: 60 }), [], 'a slow one is not noticed');
  t.same(
    states({ ...day, index: { ...spare, removed: 0.45 }, placement: spare, removal: 60 }),
    [
      ['index', 'overloaded', (60 * (1 - 0.6)) / 0.45, 60],
      ['index', 'overloaded', 60, 90],
    ],
    'too few that are left are overloaded until the others are put back',
  );
  const placementOnly = capacityFailures({ ...day, index: { ...day.index, removed: 0 } });
  t.same(
    placementOnly.find(({ state }) => state === 'returning')?.fromMin,
    32,
    'with its index placement is back soon',
  );
  const shares = fc.double({ min: 0, max: 0.95, noNaN: true });
  fc.assert(
    fc.property(shares, shares, fc.boolean(), (index, placement, guarded) => {
      const model: CapacityModel = {
        ...day,
        index: { ...day.index, removed: index },
        placement: { ...day.placement, removed: placement },
        safeguards: guarded ? 'on' : 'off',
      };
      return capacityFailures(model).every(
        ({ fromMin, toMin, from, to }) =>
          fromMin >= 0 && toMin > fromMin && Math.min(from, to) >= 0 && Math.max(from, to) <= 1,
      );
    }),
  );
  t.end();
});

test('a scenario’s phases may follow from a model of capacity', (t) => {
  const text = `variables:
  guard: { type: text, default: "off", about: AWS's safeguards. }
  removed: { type: share, default: 80%, about: How much of the index is removed. }
capacity:
  index: { removed: "\${removed}", minimum: 0.5, restart: 166m, ramp: 52m }
  placement: { removed: 0.8, minimum: 0.5, restart: 29m, ramp: 7m }
  removal: 3m
  rebalance: 1h
  load: 0.6
  restored: 30m
  safeguards: \${guard}
`;
  const scenario = read(text);
  t.same(
    scenario.phases.map(({ id, toMin }) => [id, toMin]),
    [
      ['index-orphaned-placement-orphaned', 1.875],
      ['index-down-placement-down', 169],
      ['index-returning-placement-down', 221],
      ['placement-down', 250],
      ['placement-returning', 257],
    ],
  );
  t.same(checkTimeline(compileTimeline(scenario, { homeRegion: 'us-east-1', speed: 200 }).timeline), []);
  t.same(
    complaints(() => read(text, { guard: 'on', removed: '40%' })),
    [
      's.yaml:10:25 capacity.placement.removed: the safeguard refuses to remove so much: 20 % of the placement would be left, and it needs 50 %; remove less, or switch safeguards off and see what happened on 28 February 2017',
    ],
  );
  t.match(
    complaints(() => read(text, { guard: 'maybe' })),
    [/capacity\.safeguards: "maybe" is not allowed here; there is on, off/],
  );
  t.same(
    complaints(() => read(`${text}phases: [{ id: a, title: A, for: 1m }]\n`)),
    [
      's.yaml:16:1 phases: the phases follow from capacity: they cannot be written as well; put what else fails into tracks',
    ],
  );
  t.end();
});
