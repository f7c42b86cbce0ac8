// The alarms of the examples, both ways. Invoca's two rules: two servers that lose a region wake nobody, three warn; one that
// lost them all is critical. That the others go off on the day itself, the kept journals show (journals.test.ts): here S3
// only stumbles, and they must keep silent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@gameday/reporter';
import { test, type Test } from 'tap';
import { type Example, findExamples } from './find-examples.ts';
import { runForm } from './run-form.ts';

const fired: Readonly<Record<string, readonly string[]>> = {
  'two-servers': [],
  'three-servers': ['region-lost'],
  'one-server-lost': ['server-lost-all-regions'],
};

function folderFor(t: Test): string {
  const out = mkdtempSync(join(tmpdir(), 'gameday-alert-rules-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  return out;
}

/** A run of the resilient form under another scenario than its own. */
async function rehearse(example: Example, scenario: string, out: string): Promise<Report> {
  const { report } = await runForm({ ...example, expected: { ...example.expected, scenario } }, 'resilient', '1', out);
  return report;
}

/** Half of the time that the least patient of these apps gives S3. */
const STOOD_STILL_MS = 300;

/** Where the machine stood still for so long, S3 was in truth that slow: an alarm that went off is no false one. */
const excuseOf = ({ tool: { loopDelayMsMax } }: Report): string | false =>
  (loopDelayMsMax ?? 0) > STOOD_STILL_MS ? `the machine stood still for ${loopDelayMsMax} ms` : false;

/** What is wanted must go off, and nothing else may. */
function checkAlarms(t: Test, name: string, report: Report, wanted: readonly string[]): void {
  const gone = goneOff(report);
  const [absent, besides] = [wanted.filter((one) => !gone.includes(one)), gone.filter((one) => !wanted.includes(one))];
  t.strictSame(absent, [], `${name}: what must go off does`);
  t.strictSame(besides, [], `${name}: nothing else goes off`, { skip: excuseOf(report) });
}

const goneOff = ({ alarms }: Report): readonly string[] => [
  ...new Set(alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm)),
];

test('alert rules over the gauges of four servers', async (t) => {
  const out = folderFor(t);
  const example = findExamples().find(({ name }) => name === 'region-rotation');
  if (example === undefined) throw new Error('examples/region-rotation is not there');
  await Promise.all(
    Object.entries(fired).map(async ([name, wanted]) => {
      const report = await rehearse(example, `scenarios/${name}.yaml`, join(out, name));
      checkAlarms(t, name, report, wanted);
      const last = new Map(report.alarms.map(({ alarm, state }) => [alarm, state]));
      t.notOk([...last.values()].includes('firing'), `${name}: all is cleared at the end`);
      const detection = report.dimensions.find(({ id }) => id === 'detection');
      t.equal(detection?.verdict, 'pass', `${name}: as expected of every alarm`, { skip: excuseOf(report) });
    }),
  );
});

test('no alarm goes off where S3 only stumbles', async (t) => {
  const out = folderFor(t);
  const withAlarms = findExamples().filter(({ expected }) => expected.resilient.alarms.length > 0);
  t.ok(withAlarms.length >= 5, `${withAlarms.length} examples have alarms`);
  for (const { name, missing } of withAlarms.filter(({ missing }) => missing.length > 0)) {
    t.ok(true, name, { skip: `needs ${missing.join(', ')}` });
  }
  await Promise.all(
    withAlarms
      .filter(({ missing }) => missing.length === 0)
      .map(async (example) => {
        const report = await rehearse(example, '../stumble.yaml', join(out, example.name));
        t.ok(
          report.faults.some(({ fired: strikes }) => (strikes ?? 0) > 0),
          `${example.name}: S3 did stumble`,
        );
        checkAlarms(t, example.name, report, []);
      }),
  );
});
