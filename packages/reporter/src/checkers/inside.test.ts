import { test } from 'tap';
import { journalOf, plan, rotatingApp, textOf } from '../../test/journal-builder.ts';
import type { Entry, EntryOf } from '../journal/entry.ts';
import { growthOf } from '../statistics/growth.ts';
import { reportFromJournal } from '../report-from-journal.ts';

const judge = async (id: string, entries: readonly unknown[]) =>
  (await reportFromJournal([textOf(entries)])).dimensions.find((one) => one.id === id);

const MB = 1024 * 1024;
const started = (t: number): Entry => ({ t, type: 'target.started', pid: 7, command: ['node'] });

/** The run with one life of the app and a reading every half second. The outage lasts from 20 s to 80 s. */
function withReadings(
  at: (t: number) => Partial<EntryOf<'process.reading'>>,
  ofPlan: typeof plan = plan,
): readonly unknown[] {
  const readings = Array.from({ length: 200 }, (_, index): Entry => {
    const t = index * 500;
    // Garbage collection saws at it.
    const rssBytes = 90 * MB + (index % 7) * MB;
    return {
      t,
      type: 'process.reading',
      processes: 1,
      rssBytes,
      threads: 11,
      openFiles: 30,
      sockets: 10,
      cpuMs: t / 10,
      ...at(t),
    };
  });
  const [first, ...rest] = journalOf(rotatingApp, { plan: ofPlan });
  return [first, started(0), ...[...rest.slice(0, -1), ...readings].toSorted((a, b) => a.t - b.t), rest.at(-1)];
}

const sinceFault = (t: number): number => Math.max(0, Math.min(60, (t - 20_000) / 1_000));

test('what grows as long as S3 fails is a finding; a saw, a step and a warm-up are none', async (t) => {
  t.match(await judge('resources', journalOf(rotatingApp)), { verdict: 'inconclusive', summary: /Fewer than 20/ });
  t.match(
    await judge(
      'resources',
      withReadings(() => ({})),
    ),
    { verdict: 'pass', score: 100 },
  );
  const leak = await judge(
    'resources',
    withReadings((at) => ({ rssBytes: 90 * MB + sinceFault(at) * 2 * MB + ((at / 500) % 7) * MB })),
  );
  t.match(leak, {
    verdict: 'fail',
    score: 40,
    summary: /^Memory of the app grew as long as S3 failed: .*93 MB to 2\d\d MB, 1\d\d MB a minute/,
    causes: [{ cap: 'unbounded-growth', remedy: { pattern: 'Bounded queues' } }],
  });
  const both = await judge(
    'resources',
    withReadings((at) => ({ sockets: 10 + 5 * sinceFault(at), openFiles: 30 + 5 * sinceFault(at) })),
  );
  t.match(both, { score: 0, summary: /^Sockets and open files of the app grew/ });
  const threads = await judge(
    'resources',
    withReadings((at) => ({ threads: 11 + Math.round(sinceFault(at)) })),
  );
  t.match(threads, {
    score: 40,
    summary: /^Threads of the app grew as long as S3 failed: .*11 to \d\d, \d\d a minute/,
  });
  const full = await judge(
    'resources',
    withReadings((at) => ({ sockets: 10 + Math.min(200, 20 * sinceFault(at)) })),
  );
  t.match(full, { verdict: 'pass' }, 'a pool that fills up and stays full');
  const warm = await judge(
    'resources',
    withReadings((at) => ({ rssBytes: 90 * MB + at * 1_000 })),
  );
  t.match(warm, { verdict: 'pass' }, 'it grew as fast before');
  const patient = await judge(
    'resources',
    withReadings((at) => ({ sockets: 10 + 5 * sinceFault(at) }), { ...plan, patienceMs: 40_000 }),
  );
  t.match(patient, { verdict: 'inconclusive', summary: /these may be the ones who wait/ });
  const elsewhere = journalOf(rotatingApp).map((entry) =>
    entry.type === 'run.started'
      ? Object.assign({}, entry, { tool: { ...entry.tool, platform: 'darwin arm64' } })
      : entry,
  );
  t.match(await judge('resources', elsewhere), { verdict: 'inconclusive', summary: /on Linux only/ });
});

test("Theil-Sen and Mann-Kendall: Sen's own properties", async (t) => {
  const line = Array.from({ length: 30 }, (_, index) => ({ t: index, value: 3 * index }));
  t.match(growthOf(line), { slope: 3, total: 87 });
  const peaks = line.map((point, index) => (index % 10 === 5 ? { ...point, value: 1e9 } : point));
  t.ok(Math.abs((growthOf(peaks)?.slope ?? 0) - 3) < 0.5, 'peaks do not bend it');
  t.match(growthOf(line.map((point) => ({ ...point, value: 5 }))), { slope: 0, z: 0 });
  t.equal(growthOf(line.slice(0, 2)), null);
});

test('a restart while S3 fails: up before it is back, too late, never, or no evidence', async (t) => {
  const ready = (at: number): Entry => ({ t: at, type: 'target.ready', afterMs: 0 });
  const exited = (at: number, expected: boolean): Entry => ({
    t: at,
    type: 'target.exited',
    code: 1,
    signal: null,
    expected,
  });
  const run = (...more: readonly Entry[]) => {
    const [first, ...rest] = journalOf(rotatingApp);
    return judge('restart', [
      first,
      started(0),
      ...[...rest.slice(0, -1), ...more].toSorted((a, b) => a.t - b.t),
      rest.at(-1),
    ]);
  };
  t.match(await run(), { verdict: 'inconclusive' });
  t.match(await run(exited(30_000, true), started(30_100), ready(32_000)), { verdict: 'pass', score: 100 });
  t.match(await run(exited(30_000, true), started(30_100), ready(85_000)), {
    verdict: 'fail',
    score: 0,
    summary: /^Started at 10:17 without S3, the app was ready only after 54.9 s\./,
    causes: [{ remedy: { pattern: 'Start without S3' } }],
  });
  t.match(
    await run(exited(30_000, true), started(30_100), ready(40_000)),
    { score: 0, summary: /ready only after 9.9 s/ },
    'S3 is not whole yet, but the start waited for a part of it',
  );
  t.match(await run(exited(30_000, true), started(30_100), exited(31_000, false)), {
    summary: /ended by itself after 900 ms/,
  });
  t.match(await run(exited(30_000, true), started(30_100), exited(31_000, true)), { verdict: 'inconclusive' });
  t.match(await run(exited(85_000, true), started(85_100)), { verdict: 'inconclusive' }, 'S3 was back already');
});
