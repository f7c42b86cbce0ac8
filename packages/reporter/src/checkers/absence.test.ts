import { test } from 'tap';
import { type App, good, journalOf, rotatingApp, textOf } from '../../test/journal-builder.ts';
import type { Entry } from '../journal/entry.ts';
import { downtimesOf } from '../history/downtime.ts';
import { reportFromJournal } from '../report-from-journal.ts';

const started = (t: number, replica?: number): Entry => ({
  t,
  type: 'target.started',
  pid: 7,
  command: ['node'],
  ...(replica === undefined ? {} : { replica }),
});
const exited = (t: number, expected: boolean, replica?: number): Entry => ({
  t,
  type: 'target.exited',
  code: null,
  signal: 'SIGTERM',
  expected,
  ...(replica === undefined ? {} : { replica }),
});
const ready = (t: number, replica?: number): Entry => ({
  t,
  type: 'target.ready',
  afterMs: 1,
  ...(replica === undefined ? {} : { replica }),
});

const refused = { ...good, outcome: 'connection', status: null, latencyMs: 1, attempts: 0 } as const;

/** Everything is refused from 30 s on, for so long; else it rotates. */
const refusing =
  (forMs: number): App =>
  (request) => {
    const at = request.index * 200;
    return at >= 30_000 && at < 30_000 + forMs ? refused : rotatingApp(request);
  };

async function reportOf(app: App, lives: readonly Entry[]) {
  const [first, ...rest] = journalOf(app);
  const body = [...rest.slice(0, -1), ...lives].toSorted((a, b) => a.t - b.t);
  return reportFromJournal([textOf([first, ...body, rest.at(-1)])]);
}

async function causeOf(id: string, app: App, lives: readonly Entry[]) {
  const { dimensions } = await reportOf(app, lives);
  return dimensions.flatMap(({ causes }) => causes).find((cause) => cause.id === id);
}

test('no fault of S3 is behind requests that met no app', async (t) => {
  const slow = [started(0), exited(29_900, true), started(30_000), ready(40_000)];
  for (const id of ['availability.read', 'availability.write', 'blast-radius.control']) {
    const cause = await causeOf(id, refusing(10_000), slow);
    t.match(cause, { remedy: { pattern: 'Start without S3' } }, id);
    t.match(
      cause?.sentence,
      /All of them met an app that was down, from .* to .*, which Gameday had stopped as planned\.$/,
    );
  }
  const quick = [started(0), exited(29_900, true), started(30_000), ready(31_000)];
  t.match(await causeOf('availability.read', refusing(1_000), quick), { remedy: { pattern: 'More than one process' } });

  const crashed = await causeOf('availability.read', refusing(10_000), [started(0), exited(29_900, false)]);
  t.match(crashed?.sentence, /met an app that was down, from .* to [^,]*\./, 'down to the end');
  t.notMatch(crashed?.sentence, /planned/);

  const replicas = [started(0, 1), started(0, 2), exited(29_900, true, 1), started(30_000, 1), ready(40_000, 1)];
  t.notMatch((await causeOf('availability.read', refusing(10_000), replicas))?.sentence, /down/, 'another was up');
  t.notMatch((await causeOf('availability.read', refusing(10_000), []))?.sentence, /down/, 'nothing is known of it');
});

test('a kill during a start, and replicas that were down at once', async (t) => {
  const life = (replica: number | null, startedAt: number, readyAt: number | null, exitAt: number | null) => ({
    replica,
    startedAt,
    readyAt,
    exit: exitAt === null ? null : { at: exitAt, expected: true },
    readings: [],
  });
  t.strictSame(
    downtimesOf([life(null, 0, 1, 10), life(null, 11, null, 12), life(null, 13, 20, null)], 99),
    [{ from: 10, to: 20, planned: true }],
    'one stretch, to the first start that was ready',
  );
  t.strictSame(downtimesOf([life(1, 0, 1, 10), life(1, 11, 30, null), life(2, 0, 1, 25), life(2, 26, 40, null)], 99), [
    { from: 25, to: 30, planned: true },
  ]);
  t.strictSame(downtimesOf([life(null, 0, 1, null)], 99), []);
});

test('what was under way when the baseline ended, and failed after it, was struck by the incident', async (t) => {
  const cut: App = (request) =>
    request.index >= 80 && request.index < 100 && request.cls !== 'control'
      ? { ...good, outcome: 'connection', status: null, latencyMs: 5_000 }
      : rotatingApp(request);
  const { letter, table } = await reportOf(cut, []);
  t.type(letter, 'string', 'the app was in its steady state');
  const reads = (phase: string) => table.find((row) => row.phase === phase && row.class === 'read');
  t.match(reads('baseline'), { due: 32, good: 32 });
  t.match(reads('blackout'), { due: 68, good: 60 });
});

test('a remedy is never what was seen at work', async (t) => {
  const few: App = (request) =>
    request.phase === 'blackout' && request.cls === 'read' && request.index % 10 === 0
      ? { ...good, outcome: 'wrong-status', status: 500, struckBy: 'silence', region: 'us-west-2' }
      : rotatingApp(request);
  t.match(await causeOf('availability.read', few, []), { remedy: { pattern: 'Close the gaps of the fallback' } });
  const all: App = (request) =>
    request.phase === 'blackout' && request.cls === 'read'
      ? { ...good, outcome: 'wrong-status', status: 500, struckBy: 'silence', region: 'us-west-2' }
      : rotatingApp(request);
  t.match(await causeOf('availability.read', all, []), { remedy: { pattern: /^Region rotation/ } });
});
