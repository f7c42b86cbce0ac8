import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import { z } from 'zod';
import { compileTimeline } from '../core/planning/compile-timeline.ts';
import { drawTimeline } from '../core/planning/draw-timeline.ts';
import { InputError } from '../core/source/input-error.ts';
import { scenarioJsonSchema } from '../core/scenario/scenario-json-schema.ts';
import { targetJsonSchema } from '../core/target/target.ts';
import { findScenario, loadScenario, loadTarget } from './yaml-source.ts';

// From the compiled file's folder, dist/src/adapters, to the repository's own.
const library = join(import.meta.dirname, '../../../../../scenarios');

test('the day of the outage has the boundaries of its sources', async (t) => {
  const scenario = await loadScenario(await findScenario('s3-us-east-1-outage', library));
  t.same(scenario.clock, { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 9 * 60 + 37 });
  t.equal(scenario.viewpoint, 'inside');
  t.same(
    scenario.phases.map(({ id, fromMin, toMin }) => [id, fromMin, toMin]),
    [
      ['cliff', 0, 3],
      ['blackout', 3, 120],
      ['blackout-late', 120, 169],
      ['reads-ramp', 169, 221],
      ['writes-down', 221, 250],
      ['writes-ramp', 250, 257],
    ],
  );
  const { timeline, phases } = compileTimeline(scenario, { homeRegion: 'us-east-1', speed: scenario.speed });
  t.ok(
    timeline.windows.every((window) => window.where.regions.join() === 'us-east-1'),
    'no other region is touched',
  );
  const lengthMs = (id: string): number => {
    const found = phases.find((phase) => phase.id === id);
    return (found?.endMs ?? 0) - (found?.startMs ?? 0);
  };
  t.ok(lengthMs('blackout') >= 30_000, 'the blackout lasts three times the patience of a user');
  t.ok(lengthMs('blackout-late') >= 10_000, 'and its end no less than the patience');
  t.same(drawTimeline({ timeline, phases, clock: scenario.clock }, { width: 100 }).split('\n').slice(0, 4), [
    '2017-02-28 PST              09:37                          11:37        12:26         13:18   13:47',
    '                            a b                            c            d             e       f',
    'us-east-1 read+delete       ▓███████████████████████████████████████████████▓▓▓▓▒▒▒░░░···········',
    'us-east-1 write             ▓██████████████████████████████████████████████████████████████████▒░',
  ]);
});

test('in each phase of the outage each class of operations fares as the sources say', async (t) => {
  const scenario = await loadScenario(await findScenario('s3-us-east-1-outage', library));
  const { timeline } = compileTimeline(scenario, { homeRegion: 'us-east-1', speed: scenario.speed });
  /** The share that fails at the beginning and at the end of a phase. */
  const failing = (phase: string, operationClass: 'read' | 'write' | 'delete'): readonly number[] =>
    (['from', 'to'] as const).map((edge) => {
      const windows = timeline.windows.filter(
        ({ id, where, fault }) =>
          id.startsWith(`${phase}/`) && fault.kind !== 'latency' && (where.classes?.includes(operationClass) ?? true),
      );
      const unharmed = windows.reduce((left, { share }) => left * (1 - share[edge]), 1);
      return Math.round((1 - unharmed) * 100) / 100;
    });
  for (const operationClass of ['read', 'write', 'delete'] as const) {
    t.equal(failing('cliff', operationClass)[1], 1);
    t.same(failing('blackout', operationClass), [1, 1]);
    t.same(failing('blackout-late', operationClass), [1, 1]);
  }
  t.same(failing('reads-ramp', 'read'), [0.95, 0]);
  t.same(failing('reads-ramp', 'delete'), [0.95, 0]);
  t.same(failing('reads-ramp', 'write'), [1, 1]);
  t.same(failing('writes-down', 'read'), [0, 0]);
  t.same(failing('writes-down', 'write'), [1, 1]);
  t.same(failing('writes-ramp', 'read'), [0, 0]);
  t.same(failing('writes-ramp', 'write'), [1, 0]);
  const applied = timeline.windows.filter(({ fault }) => fault.kind === 'http-error' && fault.applied);
  t.same(
    applied.map(({ id, where }) => [id.split('/')[0], where.classes]),
    [
      ['cliff', ['write']],
      ['reads-ramp', ['write']],
    ],
    'some writes are applied though they are refused',
  );
});

test('files that cannot be read are named with the reason', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gameday-yaml-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const missing = join(folder, 'missing.yaml');
  await t.rejects(
    loadScenario(missing),
    new InputError([{ file: missing, line: null, column: null, path: '', message: 'no such file', hint: null }]),
  );
  await t.rejects(loadTarget(folder), { message: `${folder}: a folder, not a file` });
  const huge = join(folder, 'huge.yaml');
  await writeFile(huge, `name: ${'x'.repeat(2_000_000)}`);
  await t.rejects(loadTarget(huge), { message: /huge\.yaml: larger than 1048576 bytes/ });
  const target = join(folder, 'chaos.yaml');
  await writeFile(target, 'name: x\ncommand: node x.js\nbuckets: [photos]\n');
  t.equal((await loadTarget(target)).name, 'x');
  await t.rejects(findScenario('s3-us-east-outage', library), {
    message: 's3-us-east-outage: no such scenario; did you mean "s3-us-east-1-outage"?',
  });
  t.equal(await findScenario('./own.yaml', library), './own.yaml');
});

test('files that a scenario builds on are found, or named with the line that asks for them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gameday-extends-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const mine = await write(
    'mine.yaml',
    'extends: region-blackout\nname: mine\nphases: [{ id: blackout, to: T+20s }]\n',
  );
  const scenario = await loadScenario(mine);
  t.match(scenario, { name: 'mine', title: 'The home region of S3 goes silent', phases: [{ toMin: 1 / 3 }] });
  await write('region-blackout.yaml', 'phases: [{ id: blackout, title: My own, from: T+0s }]\n');
  await t.rejects(loadScenario(mine), { message: /mine\.yaml:\d+:\d+ lesson|mine\.yaml:1:1/ }, 'beside it goes before');
  const wrong = await write('wrong.yaml', 'extends: region-blakout\nname: wrong\n');
  await t.rejects(loadScenario(wrong), {
    message: /wrong\.yaml:1:10 extends: .*region-blakout\.yaml: no such file; did you mean "region-blackout"\?/,
  });
  const broken = await write('broken.yaml', 'a: [');
  const onBroken = await write('on-broken.yaml', 'phases: [{ include: ./broken.yaml }]\n');
  await t.rejects(loadScenario(onBroken), { message: new RegExp(`^${broken}:1:\\d+: not valid YAML`) });
  const itself = await write('itself.yaml', 'extends: ./itself.yaml\n');
  await t.rejects(loadScenario(itself), { message: /itself\.yaml:1:10 extends: a circle/ });
});

test('the published schemas describe every field', (t) => {
  const undescribed: string[] = [];
  const look = (schema: unknown, path: string): void => {
    const parsed = z.object({ properties: z.record(z.string(), z.looseObject({})) }).safeParse(schema);
    if (!parsed.success) return;
    for (const [name, property] of Object.entries(parsed.data.properties)) {
      if (property['description'] === undefined) undescribed.push(`${path}${name}`);
      look(property, `${path}${name}.`);
      look(property['items'], `${path}${name}[].`);
    }
  };
  look(scenarioJsonSchema(), '');
  look(targetJsonSchema(), '');
  t.same(undescribed, []);
  t.match(scenarioJsonSchema(), {
    additionalProperties: false,
    required: ['name'],
  });
  t.match(targetJsonSchema(), { additionalProperties: false, required: ['name'] });
  t.end();
});
