// The alarms of the examples, both ways. Invoca's two rules: two servers that lose a region wake nobody, three warn; one that
// lost them all is critical. That the others go off on the day itself, the kept journals show (journals.test.ts): here S3
// only stumbles, and they must keep silent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Report } from '@gameday/reporter';
import { test, type Test } from 'tap';
import { type Example, findExamples } from './find-examples.ts';
import { type Outcome, runTasks, type Task } from './run-tasks.ts';

/** A run mostly waits. */
const JOBS = 4;

/** What goes off under which scenario of region-rotation; under any other scenario, nothing. */
const rules: Readonly<Record<string, readonly string[]>> = {
  'two-servers': [],
  'three-servers': ['region-lost'],
  'one-server-lost': ['server-lost-all-regions'],
};

/** Half of the time that the least patient of these apps gives S3. */
const STOOD_STILL_MS = 300;

/** What is not as it must be. */
function problemsOf({ example }: Task, { alarms, dimensions, faults }: Report): readonly string[] {
  const rule = rules[basename(example.expected.scenario, '.yaml')];
  const goneOff = [...new Set(alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm))].join();
  const last = new Map(alarms.map(({ alarm, state }) => [alarm, state]));
  const detection = dimensions.find(({ id }) => id === 'detection')?.verdict;
  return [
    ...(goneOff === (rule ?? []).join() ? [] : [`what went off: ${goneOff || 'nothing'}`]),
    ...([...last.values()].includes('firing') ? ['not all is cleared at the end'] : []),
    ...(rule === undefined || detection === 'pass' ? [] : [`detection: ${detection ?? 'none'}`]),
    ...(faults.some(({ fired }) => (fired ?? 0) > 0) ? [] : ['S3 did not even stumble']),
  ];
}

/** Where the machine stood still for long, S3 was in truth that slow: an alarm that went off is no false one. */
function isDisturbed(outcome: Outcome, task: Task): boolean {
  if (outcome instanceof Error) return true;
  const { letter, tool } = outcome.report;
  const isBusy = letter === null || (tool.loopDelayMsMax ?? 0) > STOOD_STILL_MS;
  return isBusy && problemsOf(task, outcome.report).length > 0;
}

/** A run of the resilient form under another scenario than its own. */
const rehearsal = (example: Example, scenario: string): Task => ({
  example: { ...example, expected: { ...example.expected, scenario } },
  form: 'resilient',
  seed: '1',
});

async function rehearse(t: Test, tasks: readonly Task[]): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'gameday-alert-rules-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  for (const [task, outcome] of await runTasks(tasks, JOBS, out, { isDisturbed })) {
    const { name, expected } = task.example;
    const problems = outcome instanceof Error ? [outcome.message] : problemsOf(task, outcome.report);
    t.strictSame(problems, [], `${name} under ${expected.scenario}`);
  }
}

test('alert rules over the gauges of four servers', async (t) => {
  const example = findExamples().find(({ name }) => name === 'region-rotation');
  if (example === undefined) throw new Error('examples/region-rotation is not there');
  await rehearse(
    t,
    Object.keys(rules).map((name) => rehearsal(example, `scenarios/${name}.yaml`)),
  );
});

test('no alarm goes off where S3 only stumbles', async (t) => {
  const withAlarms = findExamples().filter(({ expected }) => expected.resilient.alarms.length > 0);
  t.ok(withAlarms.length >= 5, `${withAlarms.length} examples have alarms`);
  for (const { name, missing } of withAlarms.filter(({ missing }) => missing.length > 0)) {
    t.ok(true, name, { skip: `needs ${missing.join(', ')}` });
  }
  const able = withAlarms.filter(({ missing }) => missing.length === 0);
  await rehearse(
    t,
    able.map((example) => rehearsal(example, '../stumble.yaml')),
  );
});
