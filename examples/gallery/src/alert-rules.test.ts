// Invoca's two rules, both ways: two servers that lose a region wake nobody, three warn; one that lost them all is critical.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import { findExamples } from './find-examples.ts';
import { runForm } from './run-form.ts';

const fired: Readonly<Record<string, readonly string[]>> = {
  'two-servers': [],
  'three-servers': ['region-lost'],
  'one-server-lost': ['server-lost-all-regions'],
};

test('alert rules over the gauges of four servers, proven both ways', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'gameday-alert-rules-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  const example = findExamples().find(({ name }) => name === 'region-rotation');
  if (example === undefined) throw new Error('examples/region-rotation is not there');
  await Promise.all(
    Object.entries(fired).map(async ([name, wanted]) => {
      const expected = { ...example.expected, scenario: `scenarios/${name}.yaml` };
      const { report } = await runForm({ ...example, expected }, 'resilient', '1', join(out, name));
      const seen = report.alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm);
      t.strictSame([...new Set(seen)], wanted, `${name}: what goes off`);
      const last = new Map(report.alarms.map(({ alarm, state }) => [alarm, state]));
      t.notOk([...last.values()].includes('firing'), `${name}: all is cleared at the end`);
      const detection = report.dimensions.find(({ id }) => id === 'detection');
      t.equal(detection?.verdict, 'pass', `${name}: as expected of every alarm`);
    }),
  );
});
