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

const fired: Readonly<Record<string, readonly string[]>> = {
  'two-servers': [],
  'three-servers': ['region-lost'],
  'one-server-lost': ['server-lost-all-regions'],
};

/** Half of the time that the least patient of these apps gives S3. */
const STOOD_STILL_MS = 300;

/** Where the machine stood still for long, S3 was in truth that slow: an alarm that went off is no false one. */
const isDisturbed = (outcome: Outcome): boolean =>
  outcome instanceof Error ||
  outcome.report.letter === null ||
  (outcome.report.tool.loopDelayMsMax ?? 0) > STOOD_STILL_MS;

/** A run of the resilient form under another scenario than its own. */
const rehearsal = (example: Example, scenario: string): Task => ({
  example: { ...example, expected: { ...example.expected, scenario } },
  form: 'resilient',
  seed: '1',
});

async function rehearse(t: Test, tasks: readonly Task[]): Promise<readonly [Task, Report][]> {
  const out = mkdtempSync(join(tmpdir(), 'gameday-alert-rules-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  const outcomes = await runTasks(tasks, JOBS, out, { isDisturbed });
  return Array.from(outcomes, ([task, outcome]) => {
    if (outcome instanceof Error) throw outcome;
    return [task, outcome.report];
  });
}

const goneOff = ({ alarms }: Report): readonly string[] => [
  ...new Set(alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm)),
];

test('alert rules over the gauges of four servers', async (t) => {
  const example = findExamples().find(({ name }) => name === 'region-rotation');
  if (example === undefined) throw new Error('examples/region-rotation is not there');
  const tasks = Object.keys(fired).map((name) => rehearsal(example, `scenarios/${name}.yaml`));
  for (const [{ example: rehearsed }, report] of await rehearse(t, tasks)) {
    const name = basename(rehearsed.expected.scenario, '.yaml');
    t.strictSame(goneOff(report), fired[name], `${name}: what goes off`);
    const last = new Map(report.alarms.map(({ alarm, state }) => [alarm, state]));
    t.notOk([...last.values()].includes('firing'), `${name}: all is cleared at the end`);
    const detection = report.dimensions.find(({ id }) => id === 'detection');
    t.equal(detection?.verdict, 'pass', `${name}: as expected of every alarm`);
  }
});

test('no alarm goes off where S3 only stumbles', async (t) => {
  const withAlarms = findExamples().filter(({ expected }) => expected.resilient.alarms.length > 0);
  t.ok(withAlarms.length >= 5, `${withAlarms.length} examples have alarms`);
  for (const { name, missing } of withAlarms.filter(({ missing }) => missing.length > 0)) {
    t.ok(true, name, { skip: `needs ${missing.join(', ')}` });
  }
  const able = withAlarms.filter(({ missing }) => missing.length === 0);
  const tasks = able.map((example) => rehearsal(example, '../stumble.yaml'));
  for (const [{ example }, report] of await rehearse(t, tasks)) {
    t.ok(
      report.faults.some(({ fired: strikes }) => (strikes ?? 0) > 0),
      `${example.name}: S3 did stumble`,
    );
    t.strictSame(goneOff(report), [], `${example.name}: nobody is woken`);
  }
});
