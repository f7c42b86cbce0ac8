import { test } from 'tap';
import { complaints, head, read, readFiles } from '../../../test/read-scenario.ts';
import type { Sets } from './parse-scenario.ts';
import type { Scenario } from './scenario.ts';

const spans = ({ phases }: Scenario): unknown => phases.map(({ id, fromMin, toMin }) => [id, fromMin, toMin]);

const outline = ({ phases }: Scenario): unknown => [phases[0]?.toMin, phases[0]?.faults[0]];

test('phases may say how long they last', (t) => {
  const phases = `phases:
  - { id: a, title: a, for: 90s }
  - { id: b, title: b, to: T+3m }
  - { id: c, title: c, from: T+3m, for: 1m }
`;
  t.same(spans(read(phases)), [
    ['a', 0, 1.5],
    ['b', 1.5, 3],
    ['c', 3, 4],
  ]);
  t.same(
    complaints(() => read('phases:\n  - { id: a, title: a }\n  - { id: b, title: b, to: T+1m, for: 1m }\n')),
    [
      's.yaml:6:5 phases[0].to: is missing; say when it ends, to: "09:40" or T+3m, or how long it lasts, for: 3m',
      's.yaml:7:39 phases[1].for: says its length, but "to" says its end already; keep one of the two',
    ],
  );
  t.end();
});

test('variables have types and defaults, and can be set', (t) => {
  const text = `variables:
  where: { type: region, default: home, about: The region that fails. }
  hold: { type: duration, default: 40s, about: How long it fails. }
  part: { type: share, default: 50%, about: How much of it fails. }
phases:
  - id: a
    title: a
    for: \${hold}
    faults: [{ regions: ["\${where}"], share: "\${part}", fault: { kind: latency, delay: "\${hold}" } }]
`;
  t.match(outline(read(text)), [
    40 / 60,
    { regions: ['home'], share: 0.5, fault: { delay: { shape: 'constant', ms: 40_000 } } },
  ]);
  const set = read(text, { where: 'eu-west-1', hold: '1m', part: '0.25' });
  t.match(outline(set), [1, { regions: ['eu-west-1'], share: 0.25, fault: { delay: { ms: 60_000 } } }]);
  t.match(set.variables[0], { name: 'where', type: 'region', value: 'eu-west-1', overridden: true });
  const said = (sets: Sets): readonly string[] => complaints(() => read(text, sets));
  t.same(said({ part: 2 }), ['--set: part must be a share: a number from 0 to 1, or a percentage such as 90%']);
  t.same(said({ where: 'moon' }), ['--set: where must be an AWS region such as us-east-1, or home']);
  t.same(said({ hold: 40 }), ['--set: hold must be a duration such as "8s" or "2h49m"']);
  t.same(said({ hodl: '1s' }), ['--set: "hodl" is no assumption or variable of this scenario; did you mean "hold"?']);
  t.same(
    complaints(() =>
      read(`assumptions: { a: { value: 1, why: w } }
variables: { a: { type: share, default: 2, about: x }, b: { type: shar, default: 1, about: x } }
phases: [{ id: a, title: "\${a}", for: 1m }]
`),
    ),
    [
      's.yaml:6:14 variables.a: an assumption is named "a" already',
      's.yaml:6:41 variables.a.default: must be a share: a number from 0 to 1, or a percentage such as 90%',
      's.yaml:6:67 variables.b.type: "shar" is not allowed here; did you mean "share"?',
      's.yaml:7:26 phases[0].title: must be a text, not 1; that is the value of "a"',
    ],
  );
  t.end();
});

const base = `${head.replace('name: x', 'name: base')}assumptions: { half: { value: 0.5, why: nobody counted } }
phases:
  - { id: a, title: A, for: 1m, faults: [{ regions: [home], share: "\${half}", fault: silent }] }
  - { id: b, title: B, from: T+1m, to: T+2m }
`;

test('a scenario may extend another', (t) => {
  const variant = readFiles({
    variant: `extends: base
name: variant
viewpoint: outside
assumptions: { half: { value: 0.25 } }
phases:
  - { id: b, for: 5m, notes: [longer] }
  - { id: c, title: C, for: 1m }
`,
    base,
  });
  t.equal(variant.name, 'variant');
  t.equal(variant.viewpoint, 'outside');
  t.equal(variant.title, 'x', 'what it does not say is as in the file that it extends');
  t.match(variant.assumptions, [{ value: 0.25, why: 'nobody counted' }]);
  t.same(spans(variant), [
    ['a', 0, 1],
    ['b', 1, 6],
    ['c', 6, 7],
  ]);
  t.equal(variant.phases[0]?.faults[0]?.share, 0.25);
  t.match(variant.phases[1], { title: 'B', notes: [{ text: 'longer' }] });
  const other = readFiles({ other: 'extends: base\nname: other\nphases: [{ id: a, faults: [] }]\n', base });
  t.same(other.phases[0]?.faults, [], 'a list is replaced, and what only it used may stay declared');
  t.end();
});

test('what is wrong is told where it stands, whichever file that is', (t) => {
  t.same(
    complaints(() =>
      readFiles({
        variant: 'extends: base\nname: variant\nphases:\n  - { id: b, notes: [7] }\n  - { id: a, fro: T+0s }\n',
        base,
      }),
    ),
    [
      'variant.yaml:4:22 phases[1].notes[0]: must be a text, or {at: "12:26", text: ...}',
      'variant.yaml:5:14 phases[0].fro: no such field; did you mean "from"?',
    ],
  );
  t.same(
    complaints(() => readFiles({ variant: 'extends: base\nname: variant\n', base: base.replace('silent', 'silnt') })),
    ['base.yaml:7:86 phases[0].faults[0].fault.kind: "silnt" is no fault; did you mean "silent"?'],
  );
  t.same(
    complaints(() => readFiles({ a: 'name: a\nextends: b\n', b: 'extends: c\n', c: 'phases: [{ include: a }]\n' })),
    [
      'c.yaml:1:21 phases[0].include: a circle: a.yaml, which builds on b.yaml, which builds on c.yaml, which builds on a.yaml',
    ],
  );
  t.same(
    complaints(() => readFiles({ a: 'extends: a\n' })),
    ['a.yaml:1:10 extends: a circle: a.yaml, which builds on a.yaml'],
  );
  t.same(
    complaints(() => readFiles({ a: 'phases: [{ include: b, for: 3m }]\n', b: base })),
    ['a.yaml:1:24 phases[0].for: cannot stand beside "include"'],
  );
  t.same(
    complaints(() => readFiles({ a: 'phases: [{ repeat: 1.5, phases: [] }]\n' })),
    ['a.yaml:1:20 phases[0].repeat: must be a whole number from 1 to 100'],
  );
  t.end();
});

test('phases may be included and repeated', (t) => {
  const composed = readFiles({
    day: `${head}assumptions: { half: { value: 0.75, why: ours } }
phases:
  - { include: stretch, as: early }
  - { id: calm, title: calm, for: 1m }
  - repeat: 2
    phases:
      - { include: stretch }
      - { id: calm, title: calm, for: 30s }
`,
    stretch: `assumptions: { half: { value: 0.5, why: theirs } }
phases: [{ id: a, title: A, for: 1m, faults: [{ regions: [home], share: "\${half}", fault: silent }] }]
`,
  });
  t.same(spans(composed), [
    ['early-a', 0, 1],
    ['calm', 1, 2],
    ['a-1', 2, 3],
    ['calm-1', 3, 3.5],
    ['a-2', 3.5, 4.5],
    ['calm-2', 4.5, 5],
  ]);
  t.match(composed.assumptions, [{ value: 0.75, why: 'ours' }], 'the scenario’s own declaration goes before');
  t.equal(composed.phases[2]?.faults[0]?.share, 0.75);
  t.end();
});

test('the stretches of a track may be repeated too', (t) => {
  const { tracks } = readFiles({
    day: `${head}phases: [{ id: a, title: A, for: 1h }]
tracks:
  - id: health-checks
    phases:
      - { id: calm, from: T+10m, for: 1m }
      - { repeat: 2, phases: [{ id: flap, for: 5m }, { id: calm, for: 5m }] }
`,
  });
  t.same(
    tracks[0]?.phases.map(({ id, fromMin, toMin }) => [id, fromMin, toMin]),
    [
      ['calm', 10, 11],
      ['flap-1', 11, 16],
      ['calm-1', 16, 21],
      ['flap-2', 21, 26],
      ['calm-2', 26, 31],
    ],
  );
  t.end();
});
