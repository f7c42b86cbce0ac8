import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { entriesOf, readEntries, scratch } from './chaos-process.ts';
import { all, begin, healed, server, struck, targetFile } from './interrupted-run.ts';

/** A module for `--import`: code that runs inside of the runner and of its target. */
function preload(t: Test, code: string): { readonly NODE_OPTIONS: string } {
  const file = join(scratch(t), 'preload.mjs');
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--import ${file}` };
}

test('the surroundings fail', async (t) => {
  await t.test('nobody reads the output any more', async (t) => {
    const run = begin(t, { incident: '2s', faults: all('ServiceUnavailable') });
    await struck(run);
    run.started.child.stdout?.destroy();
    run.started.child.stderr?.destroy();
    await healed(t, run, 'completed', 0);
  });

  await t.test('the result cannot be written', { skip: !existsSync('/dev/full') && 'no /dev/full' }, async (t) => {
    const stdout = openSync('/dev/full', 'w');
    t.teardown(() => closeSync(stdout));
    const run = begin(t, { incident: '1s', faults: all('ServiceUnavailable'), surroundings: { stdout } });
    await healed(t, run, 'completed', 4);
    t.match(run.started.stderr(), /could not be written: ENOSPC/);
  });

  const disk = smallDisk(t);
  await t.test('the disk is full', { skip: disk === null && 'a small disk takes root to make' }, async (t) => {
    const run = begin(t, { out: join(disk ?? '', 'out') });
    await healed(t, run, 'tool-error', 4);
    t.match(run.started.stderr(), /disk is full/);
    t.match(run.started.stdout(), /journal could not be written/, 'the result is shown all the same');
  });

  await t.test('the wall clock jumps back and forth', async (t) => {
    const env = preload(
      t,
      // Runner and target jump at the same instants, as processes of one machine do.
      `const real = Date.now, Real = Date;
       const now = () => { const ms = real(); return ms + [0, 7_200_000, -86_400_000][Math.max(0, Math.min(2, Math.floor((ms - ${Date.now()}) / 3_500)))]; };
       globalThis.Date = class extends Real { constructor(...all) { all.length ? super(...all) : super(now()); } static now() { return now(); } };`,
    );
    // Node's own Date header does not jump with a patched Date, and an SDK would correct its signatures by it.
    const target = targetFile(t, `${server} app.listen(process.env.PORT);`);
    const faults = all('{ kind: latency, delay: 50ms }');
    const run = begin(t, { incident: '4s', faults, target, surroundings: { env } });
    await run.started.exit;
    await healed(t, run, 'completed', 0);
    const times = readEntries(run.journal).map(({ t: at }) => at);
    t.ok(Math.max(...times) < 60_000 && Math.min(...times) >= 0, 'no time in the journal has jumped');
    const phases = entriesOf(readEntries(run.journal), 'phase.started');
    const lengthMs = (phases[2]?.t ?? 0) - (phases[1]?.t ?? 0);
    t.ok(lengthMs > 3_900 && lengthMs < 30_000, `the outage took its 4 s: ${lengthMs} ms`);
  });

  await t.test('an error that nobody caught', async (t) => {
    const env = preload(t, `process.on('SIGUSR2', () => { throw new Error('out of the blue'); });`);
    const run = begin(t, { surroundings: { env } });
    await struck(run);
    run.started.child.kill('SIGUSR2');
    await healed(t, run, 'tool-error', 4);
    t.match(readEntries(run.journal).at(-1), { detail: /out of the blue/ });
  });
});

/** A disk of 128 KB; null where this machine does not let us make one. */
function smallDisk(t: Test): string | null {
  const folder = join(scratch(t), 'disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  t.teardown(() => spawnSync('umount', ['-l', folder]));
  return folder;
}
