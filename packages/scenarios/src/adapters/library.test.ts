import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTimeline, explainWindow } from '@gameday/injector';
import { test } from 'tap';
import { z } from 'zod';
import { planOf } from '../../test/read-scenario.ts';
import { describeAction } from '../core/planning/describe-action.ts';
import { drawTimeline } from '../core/planning/draw-timeline.ts';
import { formatDuration } from '../core/words/duration.ts';
import { explainPlan } from '../core/planning/explain-plan.ts';
import { formatProblem, InputError } from '../core/source/input-error.ts';
import { parseScenario, setAssumptions } from '../core/scenario/parse-scenario.ts';
import type { Plan } from '../core/plan.ts';
import { scenarioJsonSchema } from '../core/scenario/scenario-json-schema.ts';
import { scenarioTables } from '../core/scenario/scenario-tables.ts';
import { parseYaml } from '../core/source/yaml-document.ts';
import { findScenario, listScenarios, loadScenario } from './yaml-source.ts';

// From the compiled file's folder, dist/src/adapters, to the repository's own.
const library = join(import.meta.dirname, '../../../../../scenarios');
const goldens = join(import.meta.dirname, '../../../test/golden');

/** What the library has, in the order of the names. */
const NAMES = [
  'azure-2014-two-continents',
  'brownout',
  'capacity-removal',
  'chaos-monkey',
  'dns-2025-empty-record',
  'dynamodb-2015-metastable',
  'failover-drill',
  'flapping',
  'gcp-2025-all-regions',
  'gcs-2018-slow-burn',
  'gcs-2019-lookup-overload',
  'kinesis-2020-slow-recovery',
  'lost-acks',
  'network-2021-vpc-endpoints',
  'r2-2025-02-total-and-herd',
  'r2-2025-03-writes-only',
  'region-blackout',
  'replication-lag',
  'restart-during-outage',
  's3-2008-gossip-collapse',
  's3-2015-elevated-errors',
  's3-us-east-1-outage',
  's3-us-east-1-outage-outside',
  'silent-hang',
  'slow-down-throttling',
  'truncated-reads',
];

test('every scenario of the library holds', async (t) => {
  const scenarios = await listScenarios(library);
  t.same([...scenarios.keys()], NAMES);
  const published = z.fromJSONSchema(z.json().pipe(z.any()).parse(scenarioJsonSchema()));
  for (const [name, file] of scenarios) {
    const scenario = await loadScenario(file);
    t.equal(scenario.name, name, `${name}: its name is its file's`);
    t.ok(scenario.lesson.length > 40 && (scenario.survivor ?? '').length > 30, `${name}: has a lesson, and a survivor`);
    t.ok(scenario.sources.length > 0, `${name}: has sources`);
    t.ok(
      scenario.assumptions.every(({ why }) => why.length > 20),
      `${name}: every assumption has its reason`,
    );
    const plan = planOf(scenario);
    t.same(checkTimeline(plan.timeline), [], `${name}: the injector takes it`);
    const totalMs = plan.phases.at(-1)?.endMs ?? 0;
    t.ok(totalMs >= 50_000 && totalMs <= 110_000, `${name}: runs one to two minutes, audit included`);
    t.same(published.safeParse(scenario.source.data).error, undefined, `${name}: the published JSON Schema takes it`);
    t.match(explainPlan(plan, explainWindow), scenario.title, `${name}: is read aloud`);
  }
});

/** A scenario as one sees it, and as it is carried out. */
function portrait(plan: Plan): string {
  const lines = [
    drawTimeline(plan, { width: 100 }),
    ...plan.timeline.windows.map((window) => {
      const { from, to } = window.share;
      const share = from === to ? `${Number(from.toFixed(4))}` : `${Number(from.toFixed(4))}→${Number(to.toFixed(4))}`;
      const where = [...window.where.regions, ...(window.where.operations ?? window.where.classes ?? [])].join(' ');
      const when = `${formatDuration(window.startMs)}..${formatDuration(window.endMs)}`;
      return `${when}  ${window.id}  ${share} of ${where}${window.inFlight === 'cut' ? '  cut' : ''}`;
    }),
    ...(plan.events ?? []).map((event) => describeAction(event, formatDuration)),
    ...(plan.notes ?? []).map(({ startMs, text }) => `${formatDuration(startMs)}  ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

test('their timelines are as drawn: write them anew with GAMEDAY_GOLDEN=write, and read the difference', async (t) => {
  mkdirSync(goldens, { recursive: true });
  for (const [name, file] of await listScenarios(library)) {
    const text = portrait(planOf(await loadScenario(file)));
    const golden = join(goldens, `${name}.golden.txt`);
    if (process.env['GAMEDAY_GOLDEN'] === 'write') writeFileSync(golden, text);
    t.equal(text, readFileSync(golden, 'utf8'), name);
  }
});

/** What the sources say, as minutes since the zero that they give: [zero, ...boundaries, end]. */
const FACTS: Readonly<Record<string, readonly [zero: string, zone: string, ...boundaries: readonly string[]]>> = {
  's3-us-east-1-outage': ['09:37', 'PST', '11:37', '12:26', '13:18', '13:54'],
  's3-us-east-1-outage-outside': ['09:37', 'PST', '11:37', '12:35', '13:18', '13:54'],
  's3-2008-gossip-collapse': ['09:05', 'PDT', '10:32', '12:05', '14:03'],
  's3-2015-elevated-errors': ['00:36', 'PDT', '01:08', '01:52', '02:38', '04:36'],
  'dynamodb-2015-metastable': ['02:19', 'PDT', '02:37', '05:06', '07:10'],
  'kinesis-2020-slow-recovery': ['02:44', 'PST', '03:47', '05:15', '07:51', '10:07', '12:00', '22:23'],
  'network-2021-vpc-endpoints': ['07:30', 'PST', '08:22', '14:22', '18:40'],
  'dns-2025-empty-record': ['23:48', 'PDT', '02:25', '02:40', '10:36', '13:50', '14:20'],
  'gcs-2018-slow-burn': ['02:55', 'PDT', '08:33', '12:50'],
  'gcs-2019-lookup-overload': ['18:40', 'PDT', '18:56', '22:50'],
  'gcp-2025-all-regions': ['10:51', 'PDT', '11:31', '13:31', '18:18'],
  'r2-2025-02-total-and-herd': ['08:14', 'UTC', '09:13', '09:36'],
  'r2-2025-03-writes-only': ['21:38', 'UTC', '22:45'],
  'azure-2014-two-continents': ['00:51', 'UTC', '11:45'],
};

const minuteOfDay = (reading: string): number => {
  const [hours = '', minutes = ''] = reading.split(':');
  return Number(hours) * 60 + Number(minutes);
};

test('the days of the library have the boundaries of their sources', async (t) => {
  for (const [name, [zero, zone, ...boundaries]] of Object.entries(FACTS)) {
    const { clock, phases } = await loadScenario(await findScenario(name, library));
    t.match(clock, { zone, zeroMinuteOfDay: minuteOfDay(zero) }, name);
    const ends = new Set(phases.map(({ toMin }) => toMin));
    for (const reading of boundaries) {
      const minutes = (minuteOfDay(reading) - minuteOfDay(zero) + 1_440) % 1_440;
      t.ok(ends.has(minutes), `${name}: something changes at ${reading}`);
    }
  }
});

/** What a class of operations loses at the beginning and at the end of a phase, latency aside. */
function failing(plan: Plan, phase: string, operationClass: 'read' | 'write' | 'delete'): readonly number[] {
  return (['from', 'to'] as const).map((edge) => {
    const windows = plan.timeline.windows.filter(
      ({ id, where, fault }) =>
        id.startsWith(`${phase}/`) && fault.kind !== 'latency' && (where.classes?.includes(operationClass) ?? true),
    );
    const unharmed = windows.reduce((left, { share }) => left * (1 - share[edge]), 1);
    return Math.round((1 - unharmed) * 100_000) / 100_000;
  });
}

const plan = async (name: string): Promise<Plan> => planOf(await loadScenario(await findScenario(name, library)));

test('what the sources count fares as they say', async (t) => {
  t.same(failing(await plan('dynamodb-2015-metastable'), 'overload', 'read'), [0.55, 0.55]);
  t.same(failing(await plan('gcs-2018-slow-burn'), 'burning', 'read'), [0.0107, 0.0107]);
  t.same(failing(await plan('gcs-2018-slow-burn'), 'smouldering', 'read'), [0.00146, 0.00146]);
  const lookup = failing(await plan('gcs-2019-lookup-overload'), 'overload', 'read');
  t.same(lookup[0], 0.31);
  t.same(((lookup[0] ?? 0) + (lookup[1] ?? 0)) / 2, 0.2, 'a fifth on average');
  const writes = await plan('r2-2025-03-writes-only');
  t.same(failing(writes, 'no-writes', 'write'), [1, 1]);
  t.same(failing(writes, 'no-writes', 'read'), [0.35, 0.35]);
  t.same(failing(await plan('r2-2025-02-total-and-herd'), 'total', 'delete'), [1, 1]);
  const global = await plan('gcp-2025-all-regions');
  t.same(global.timeline.windows[0]?.where.regions, ['us-east-1', 'us-west-2'], 'no region of the target is left');
  const capacity = await plan('capacity-removal');
  t.same(failing(capacity, 'index-down-placement-down', 'read'), [1, 1]);
  t.same(failing(capacity, 'placement-down', 'read'), [0, 0]);
  t.same(failing(capacity, 'placement-down', 'write'), [1, 1]);
});

test('with its safeguards on the operator’s tool refuses', async (t) => {
  const scenario = await loadScenario(await findScenario('capacity-removal', library));
  const refused = (sets: Readonly<Record<string, string | number>>): readonly string[] => {
    try {
      setAssumptions(scenario, sets);
      return [];
    } catch (error) {
      if (error instanceof InputError) return error.problems.map(formatProblem);
      throw error;
    }
  };
  t.match(refused({ safeguards: 'on' }), [
    /capacity-removal\.yaml:\d+:\d+ capacity\.index\.removed: the safeguard refuses to remove so much: 40 % of the index would be left, and it needs 50 %/,
    /capacity\.placement\.removed/,
  ]);
  t.same(refused({ safeguards: 'on', index_removed: 0.2, placement_removed: 0.2 }), []);
  const slow = setAssumptions(scenario, { safeguards: 'on', index_removed: 0.2, placement_removed: 0.2 });
  t.match(slow.phases, [{ id: 'removal', faults: [] }], 'slowly, and not below the minimum, it is not even noticed');
});

test('another seed is another monkey', async (t) => {
  const scenario = await loadScenario(await findScenario('chaos-monkey', library));
  const strikes = (seed: string): string[] => {
    const { timeline, events = [] } = planOf(scenario, { seed });
    return [...timeline.windows, ...events].map(({ id, startMs }) => `${id} at ${startMs}`);
  };
  t.same(strikes('1'), strikes('1'));
  t.notSame(strikes('1'), strikes('2'));
});

test('the documents say what the code does', (t) => {
  const docs = join(library, '../docs');
  const page = readFileSync(join(docs, 'scenario-language.md'), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  t.equal(parseScenario(parseYaml(example, 'example.yaml')).phases.length, 2, 'its example is a scenario');
  t.ok(page.endsWith(`generated: pnpm generate -->\n\n${scenarioTables()}\n`), 'its tables: pnpm generate');
  const schema: unknown = JSON.parse(readFileSync(join(docs, 'scenario.schema.json'), 'utf8'));
  t.same(schema, scenarioJsonSchema(), 'the published JSON Schema: pnpm generate');
  t.end();
});
