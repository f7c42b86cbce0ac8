import { entrySchema } from '@gameday/reporter/journal';
import { test } from 'tap';
import { parseScenario } from '../core/scenario/parse-scenario.ts';
import { parseYaml } from '../core/source/yaml-document.ts';
import { journalPlan } from '../core/planning/journal-plan.ts';
import { complaints, planOf, read } from '../../test/read-scenario.ts';
import { importExperiment, readExperiment } from './core/import-experiment.ts';
import { toolkitJournal } from './core/toolkit-journal.ts';

const experiment = {
  version: '1.0.0',
  title: 'Does the gallery survive a slow S3?',
  description: 'Toxiproxy slows S3 down, then takes it away.',
  tags: ['s3'],
  'steady-state-hypothesis': {
    title: 'The gallery answers',
    probes: [
      { type: 'probe', name: 'home', tolerance: 200, provider: { type: 'http', url: 'http://localhost:8080/health' } },
      { type: 'probe', name: 'count', tolerance: [1, 2], provider: { type: 'python', module: 'm', func: 'count' } },
    ],
  },
  method: [
    {
      type: 'action',
      name: 'slow',
      provider: {
        type: 'python',
        module: 'chaostoxi.toxic.actions',
        func: 'create_latency_toxic',
        arguments: { toxic_name: 'l', for_proxy: 's3', latency: 2500 },
      },
      pauses: { after: 30 },
    },
    {
      type: 'action',
      name: 'away',
      provider: { type: 'python', module: 'chaostoxi.proxy.actions', func: 'disable_proxy' },
      pauses: { before: 5, after: 20 },
    },
    { type: 'probe', name: 'look', provider: { type: 'process', path: 'curl' } },
    {
      type: 'action',
      name: 'restart',
      provider: { type: 'python', module: 'chaosk8s.pod.actions', func: 'terminate_pods' },
    },
    { type: 'action', name: 'mystery', provider: { type: 'python', module: 'chaosmystery', func: 'act' } },
  ],
  rollbacks: [{ type: 'action', name: 'undo', provider: { type: 'process', path: 'true' } }],
};

test('an experiment of Chaos Toolkit becomes a scenario, and what is left out is named', async (t) => {
  const given = readExperiment(experiment);
  if (typeof given === 'string') throw new Error(given);
  const { yaml, notes, name } = importExperiment(given);
  t.equal(name, 'does-the-gallery-survive-a-slow-s3');
  t.strictSame(
    complaints(() => parseScenario(parseYaml(yaml, 's.yaml'))),
    [],
  );
  const { phases, lesson, hypothesis } = parseScenario(parseYaml(yaml, 's.yaml'));
  t.equal(lesson, 'The gallery answers');
  t.equal(hypothesis.before.length, 1);
  t.match(
    phases.map(({ fromMin, toMin, faults, events }) => [
      Math.round(fromMin * 60),
      Math.round(toMin * 60),
      faults[0]?.fault.kind ?? null,
      events[0]?.action.do ?? null,
    ]),
    [
      [0, 30, 'latency', null],
      [30, 35, null, null],
      [35, 55, 'refuse', null],
      [55, 60, null, 'restart-target'],
    ],
  );
  for (const word of ['home', 'count', 'look', 'restart', 'mystery', 'undo']) {
    t.ok(
      notes.some((note) => note.startsWith(word)),
      `${word} is named`,
    );
    t.ok(yaml.includes(`# - ${word}`), `${word} is named in the file`);
  }
  t.match(readExperiment({ method: [] }), /title/);
  t.match(readExperiment([]), /./);
});

test('a run as a journal.json', async (t) => {
  const plan = planOf(
    read('phases:\n  - { id: dark, title: x, for: 1m, faults: [{ regions: [home], fault: silent }] }\n'),
  );
  const [window] = plan.timeline.windows;
  const entries = [
    {
      t: 0,
      type: 'run.started',
      version: 1,
      runId: 'r',
      at: '2026-01-01T00:00:00.000Z',
      tool: { gameday: '0.1.0', node: 'v20', platform: 'linux x64' },
      plan: journalPlan(plan, () => 'S3 is silent.'),
    },
    { t: 8_000, type: 'hypothesis.checked', when: 'before', held: true, detail: 'all well' },
    { t: 8_000, type: 'fault.started', window: window?.id },
    { t: 68_000, type: 'fault.ended', window: window?.id, fired: 7 },
    { t: 80_000, type: 'hypothesis.checked', when: 'after', held: false, detail: 'not well' },
    { t: 90_000, type: 'run.ended', reason: 'completed', detail: '' },
  ].map((entry) => entrySchema.parse(entry));
  const startedMs = Date.parse('2026-01-01T00:00:00Z');
  const toIso = (ms: number): string => new Date(ms).toISOString();
  t.match(toolkitJournal(entries, startedMs, toIso), {
    'chaoslib-version': 'gameday 0.1.0',
    experiment: { title: 'x', method: [{ type: 'action' }] },
    start: '2026-01-01T00:00:00.000Z',
    end: '2026-01-01T00:01:30.000Z',
    duration: 90,
    status: 'completed',
    deviated: true,
    steady_states: { before: { steady_state_met: true }, after: { steady_state_met: false }, during: [] },
    run: [{ status: 'succeeded', duration: 60, output: { struck: 7 }, start: '2026-01-01T00:00:08.000Z' }],
    rollbacks: [],
  });
  t.match(toolkitJournal(entries.slice(0, 3), startedMs, toIso), { status: 'interrupted', deviated: false });
  t.equal(toolkitJournal([], startedMs, toIso), null);
});
