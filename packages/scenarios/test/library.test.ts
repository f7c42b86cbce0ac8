import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { test } from 'tap';
import { chaos, entriesOf, processesOfRun, readEntries, repository, scratch } from './chaos-process.ts';

const library = join(repository, 'scenarios');
const gallery = join(repository, 'examples', 'photo-gallery');
/** All that is shortened is the incident and the calm around it; what fails, and in which order, is the scenario's. */
const LOAD_LASTS = '6s';
const AT_ONCE = 2;

test('every scenario of the library runs end to end', async (t) => {
  const folder = scratch(t);
  const names = readdirSync(library)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .values();
  const worker = async (): Promise<void> => {
    for (const name of names) {
      const file = join(folder, `${name}-quick.yaml`);
      const base = relative(folder, join(library, `${name}.yaml`));
      writeFileSync(file, `extends: ${base}\nname: ${name}-quick\nbaseline: 1500ms\nrecovery: 1500ms\n`);
      const out = join(folder, name);
      const run = await chaos(['run', file, '--target', gallery, '--duration', LOAD_LASTS, '--out', out]);
      const entries = readEntries(join(out, 'journal.ndjson'));
      const plan = entriesOf(entries, 'run.started')[0];
      // So short a run may be inconclusive, but it ran to its end.
      t.ok(run.code === 0 || run.code === 3, `${name}: exit code ${run.code}\n${run.stderr}`);
      t.match(entries.at(-1), { type: 'run.ended', reason: 'completed' }, `${name}: completed`);
      t.strictSame(
        entriesOf(entries, 'phase.ended').map(({ phase }) => phase),
        plan?.plan.phases.map(({ id }) => id) ?? [],
        `${name}: every phase came and went`,
      );
      const windows = new Set(plan?.plan.windows.map(({ id }) => id));
      const begun = entriesOf(entries, 'fault.started').map(({ window }) => window);
      t.strictSame(new Set(begun), windows, `${name}: every fault began`);
      t.strictSame(
        new Set(entriesOf(entries, 'fault.ended').map(({ window }) => window)),
        windows,
        `${name}: and ended`,
      );
      t.strictSame(processesOfRun(plan?.runId ?? 'none'), [], `${name}: no process is left`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
});
