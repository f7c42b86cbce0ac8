// Connections that S3 leaves without an answer never become S3 requests; they are felt, and told of, all the same.
import { test } from 'tap';
import { type App, journalOf, rotatingApp, textOf } from '../test/journal-builder.ts';
import type { Entry, EntryOf } from './journal/entry.ts';
import { reportFromJournal } from './report-from-journal.ts';
import type { Report } from './report/report.ts';

const WAITS_MS = 12_000;

/** In the blackout no connection is made, so S3 sees no request; users give up. */
const withoutConnections: App = (request) =>
  request.cls !== 'control' && request.phase === 'blackout'
    ? { outcome: 'hang', status: null, latencyMs: 10_000, attempts: 0 }
    : rotatingApp(request);

const attempts: readonly EntryOf<'s3.unanswered'>[] = Array.from({ length: 40 }, (_, index) => ({
  t: 21_000 + index * 400 + WAITS_MS,
  type: 's3.unanswered',
  started: 21_000 + index * 400,
  region: 'us-east-1',
  window: 'silence',
  waiting: index === 39,
}));

/** The journal of a black hole, by which window, with what was seen of it. */
function blackHole(seen: readonly EntryOf<'s3.unanswered'>[]): readonly Entry[] {
  const entries = Array.from(journalOf(withoutConnections), (entry) =>
    entry.type === 'fault.ended' && entry.window === 'silence'
      ? { ...entry, fired: seen.length, uncounted: 'proved' as const }
      : entry,
  );
  const [first, ...rest] = entries;
  return first === undefined ? [] : [first, ...[...rest, ...seen].toSorted((a, b) => a.t - b.t)];
}

const report = (entries: readonly Entry[]): Promise<Report> => reportFromJournal([textOf(entries)]);
const phaseOf = ({ phases }: Report) => phases.find(({ id }) => id === 'blackout');
const stateOf = ({ patterns }: Report, id: string) => patterns.find((one) => one.id === id)?.state;

test('a black hole in which nothing was seen is not graded', async (t) => {
  const unseen = await report(blackHole([]));
  t.equal(phaseOf(unseen)?.graded, false);
  t.match(phaseOf(unseen)?.whyNot, /Connections were turned away, as one of our own was, but no more/);
  t.notOk(unseen.diagnosis.some(({ id }) => id === 'unanswered'));
});

test('connection attempts without an answer count as S3 requests that met the fault', async (t) => {
  const seen = await report(blackHole(attempts));
  t.match(phaseOf(seen), { graded: true, struck: 40 });
  t.match(
    seen.faults.find(({ id }) => id === 'silence'),
    { fired: 40, proved: true },
  );
  t.equal(
    seen.diagnosis.find(({ id }) => id === 'unanswered')?.sentence,
    '40 connection attempts to S3 got no answer; the longest waited 12 s.',
  );
  t.match(
    seen.diagnosis.find(({ id }) => id === 'hangs')?.sentence,
    /had no answer within 10 s, because S3 calls stayed open for up to 12 s and no deadline ended them/,
  );
  t.match(
    seen.sdkAdvice.map(({ measured }) => measured).join('\n'),
    /40 S3 calls that met a fault never got the head of an answer, 40 of them not even a connection\./,
  );
  const hangs = seen.dimensions.flatMap(({ causes }) => causes).find(({ id }) => id === 'latency.read-hangs');
  t.match(hangs?.sentence, /The fault behind most of them: "S3 in us-east-1 accepts requests and never answers"\./);
  t.match(
    seen.retries.rows.find(({ phase }) => phase === 'blackout'),
    { gaveUp: 39, heldMaxMs: 12_000 },
  );
  t.equal(stateOf(seen, 'fail-fast-timeouts'), 'not-shown');
  t.not(stateOf(seen, 'kill-switch'), 'shown', 'an app that tries to connect has not stopped to call S3');
});

test('an attempt counts in each phase that it waits in, and one of no phase in none', async (t) => {
  const late = Array.from(attempts, (attempt) => ({ ...attempt, started: 48_000, t: 52_000 }));
  const seen = await report(blackHole(late));
  const struckLater = ({ phases }: Report): number => phases.find(({ id }) => id === 'writes-down')?.struck ?? 0;
  const unseen = struckLater(await report(blackHole([])));
  t.equal(struckLater(seen), unseen + 40, 'where it was under way still');
  const before = Array.from(attempts, (attempt) => ({ ...attempt, started: -5_000, t: -1_000 }));
  t.notOk((await report(blackHole(before))).diagnosis.some(({ id }) => id === 'unanswered'));
});
