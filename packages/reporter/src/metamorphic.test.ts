import * as fc from 'fast-check';
import tap, { test } from 'tap';
import {
  type App,
  good,
  journalOf,
  plan,
  type Reply,
  rotatingApp as rotating,
  textOf,
} from '../test/journal-builder.ts';
import { reaches } from './grade.ts';
import { JournalError } from './history/history.ts';
import type { Entry } from './journal/entry.ts';
import type { WorkOutcome } from './journal/traffic-entries.ts';
import { renderJson } from './renderers/json.ts';
import type { Report } from './report/report.ts';
import { reportFromJournal } from './report-from-journal.ts';

/** `GAMEDAY_FUZZ=50` tries fifty times as many, `GAMEDAY_FUZZ_SEED=7` draws others. */
const LONGER = Number(process.env['GAMEDAY_FUZZ'] ?? 1);
const seed = Number(process.env['GAMEDAY_FUZZ_SEED'] ?? 20_170_228);
const RUNS = 30 * LONGER;
const REQUESTS = 500;
const runs = { numRuns: RUNS, seed };
tap.comment(`seed ${seed}`);
tap.setTimeout(600_000 * LONGER);

const report = (entries: readonly unknown[]): Promise<Report> => reportFromJournal([textOf(entries)]);

const outcomes: readonly WorkOutcome[] = [
  'good',
  'good',
  'good',
  'wrong-status',
  'wrong-body',
  'connection',
  'hang',
  'unsent',
];

const struckIn = (phase: string): string | undefined => plan.windows.find((window) => window.phase === phase)?.id;

/** An app that answers the incident in any way, drawn for each request; the baseline is good. */
const replies = fc.array(
  fc.record({
    outcome: fc.constantFrom(...outcomes),
    latencyMs: fc.integer({ min: 1, max: 9_000 }),
    attempts: fc.integer({ min: 1, max: 4 }),
    struck: fc.boolean(),
  }),
  { minLength: 20, maxLength: 60 },
);
type Drawn = {
  readonly outcome: WorkOutcome;
  readonly latencyMs: number;
  readonly attempts: number;
  readonly struck: boolean;
};

const lost = (count: number) => (entry: string) => Number(entry.slice(2)) % 100 < count;

const isLoose = (entry: Entry): boolean =>
  entry.type === 'work.request' || entry.type.startsWith('ledger.') || entry.type === 'tool.reading';

const appOf =
  (drawn: readonly Drawn[]): App =>
  ({ phase, index }) => {
    const one = drawn[index % drawn.length];
    if (one === undefined || phase === 'baseline') return good;
    const window = one.struck ? struckIn(phase) : undefined;
    const latencyMs = one.outcome === 'hang' ? plan.patienceMs : one.latencyMs;
    const reply: Reply = {
      outcome: one.outcome,
      status: one.outcome === 'good' ? 200 : 500,
      latencyMs,
      attempts: one.attempts,
    };
    return window === undefined ? reply : { ...reply, struckBy: window };
  };

/** The dimensions that the worse trace was given a better score for. */
const betterIn = (worse: Report, before: Report): readonly string[] =>
  worse.dimensions.flatMap(({ id, score }) => {
    const was = before.dimensions.find((dimension) => dimension.id === id)?.score ?? null;
    return score !== null && was !== null && score > was ? [`${id}: ${was}, then ${score}`] : [];
  });

const isNoBetter = (worse: Report, before: Report): boolean => {
  if (before.letter === null || before.score === null) return true;
  if (worse.letter === null || worse.score === null) return true;
  return worse.score <= before.score && (worse.letter === before.letter || !reaches(worse.letter, before.letter));
};

/** How each outcome can get worse; from left to right for a user. */
const worseThan: Readonly<Record<WorkOutcome, readonly WorkOutcome[]>> = {
  good: ['good', 'wrong-status', 'connection', 'hang', 'unsent'],
  'wrong-status': ['wrong-status', 'wrong-body', 'hang', 'unsent'],
  connection: ['connection', 'wrong-body', 'hang', 'unsent'],
  'wrong-body': ['wrong-body'],
  hang: ['hang', 'unsent'],
  unsent: ['unsent', 'hang'],
};

test('a worse trace never scores better', async (t) => {
  let graded = 0;
  await fc.assert(
    fc.asyncProperty(
      replies,
      fc.array(fc.record({ at: fc.nat(REQUESTS - 1), pick: fc.nat(9), slower: fc.nat(5_000), more: fc.nat(2) }), {
        minLength: 1,
        maxLength: 80,
      }),
      async (drawn, changes) => {
        const app = appOf(drawn);
        const changeAt = new Map(changes.map((change) => [change.at, change]));
        const worseApp: App = (request) => {
          const reply = app(request);
          const change = changeAt.get(request.index);
          if (change === undefined || request.phase === 'baseline') return reply;
          const options = worseThan[reply.outcome];
          const outcome = options[change.pick % options.length] ?? reply.outcome;
          const latencyMs = outcome === 'hang' ? plan.patienceMs : Math.min(9_900, reply.latencyMs + change.slower);
          return {
            ...reply,
            outcome,
            status: outcome === 'good' ? 200 : 500,
            latencyMs,
            attempts: (reply.attempts ?? 1) + change.more,
          };
        };
        const [before, worse] = [await report(journalOf(app)), await report(journalOf(worseApp))];
        if (before.letter !== null && worse.letter !== null) graded += 1;
        t.same(betterIn(worse, before), []);
        t.ok(isNoBetter(worse, before), `${before.letter} ${before.score} then ${worse.letter} ${worse.score}`);
      },
    ),
    runs,
  );
  t.ok(graded > RUNS / 2, `the property was tested on ${graded} graded pairs`);
});

test('losing more acknowledged writes never scores better', async (t) => {
  await fc.assert(
    fc.asyncProperty(replies, fc.nat(20), fc.nat(20), async (drawn, few, more) => {
      const before = await report(journalOf(appOf(drawn), { lost: lost(few) }));
      const worse = await report(journalOf(appOf(drawn), { lost: lost(few + more) }));
      t.ok(isNoBetter(worse, before));
    }),
    runs,
  );
});

test('removing a fault, and what it did, never scores worse', async (t) => {
  let graded = 0;
  await fc.assert(
    fc.asyncProperty(replies, fc.constantFrom('blackout', 'writes-down'), async (drawn, mended) => {
      const app: App = (request) => (request.phase === 'recovery' ? good : appOf(drawn)(request));
      const mendedApp: App = (request) => (request.phase === mended ? good : app(request));
      const fewer = { ...plan, windows: plan.windows.filter((window) => window.phase !== mended) };
      const before = await report(journalOf(app));
      const after = await report(journalOf(mendedApp, { plan: fewer }));
      if (before.letter !== null && after.letter !== null) graded += 1;
      t.ok(isNoBetter(before, after), `${before.letter} ${before.score} then ${after.letter} ${after.score}`);
    }),
    runs,
  );
  t.ok(graded > RUNS / 2, `the property was tested on ${graded} graded pairs`);
});

test('a staler answer, a slower alarm, a worse page never scores better', async (t) => {
  const watched = { ...plan, alarms: [{ id: 'a', does: 'GET /health' }] };
  const ackedAt = 200;
  const journal = (staleFrom: number, alarmAt: number, broken: number): readonly Entry[] => {
    const entries = journalOf(rotating, { plan: watched }).map((entry) =>
      entry.type === 'work.request' && entry.class === 'read' && entry.intended >= ackedAt + 1_000
        ? Object.assign(
            {},
            entry,
            { entry: 'e-000001' },
            entry.intended < staleFrom ? {} : { outcome: 'wrong-status', status: 404 },
          )
        : entry,
    );
    const probes = [5_000, 25_000, 40_000, 60_000].map((started): Entry => ({
      t: started + 500,
      type: 'probe.reading',
      probe: 'p',
      kind: 'browser',
      started,
      usable: started < 20_000 || broken < 8,
      message: '',
      brokenImages: started < 20_000 ? 0 : broken,
    }));
    const alarm: Entry = { t: alarmAt, type: 'alert.seen', alarm: 'a', source: 'health', state: 'firing', detail: '' };
    return [...entries.slice(0, -1), alarm, ...probes, ...entries.slice(-1)];
  };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 20_000, max: 80_000 }),
      fc.integer({ min: 20_000, max: 79_000 }),
      fc.nat(9),
      fc.nat(20_000),
      fc.nat(20_000),
      fc.nat(9),
      async (stale, alarm, broken, staler, later, more) => {
        const before = await report(journal(stale, alarm, broken));
        const worse = await report(journal(stale - staler, alarm + later, broken + more));
        t.ok(isNoBetter(worse, before), `${before.letter} ${before.score} then ${worse.letter} ${worse.score}`);
      },
    ),
    runs,
  );
});

test('the order of independent entries makes no difference', async (t) => {
  await fc.assert(
    fc.asyncProperty(replies, fc.infiniteStream(fc.nat(1_000)), async (drawn, keys) => {
      const entries = journalOf(appOf(drawn), { lost: (entry) => entry.endsWith('3') });
      // Between two entries that frame the run, loose ones may stand in any order among each other.
      let block = 0;
      const keyed = Array.from(entries, (entry, at) => {
        if (!isLoose(entry)) block += 1;
        const [key] = keys.take(1);
        return { entry, block, key: isLoose(entry) ? (key ?? 0) : -1, at };
      });
      const shuffled = keyed.toSorted((a, b) => a.block - b.block || a.key - b.key || a.at - b.at);
      const again = await report(shuffled.map(({ entry }) => entry));
      t.equal(renderJson(again), renderJson(await report(entries)));
    }),
    { numRuns: 20, seed },
  );
});

test('truncation gives no letter, never a better one', async (t) => {
  const text = textOf(journalOf(appOf([{ outcome: 'good', latencyMs: 5, attempts: 1, struck: true }])));
  t.equal((await reportFromJournal([text])).letter, 'A');
  const head = text.indexOf('\n') + 1;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: head, max: text.length - 2 }), async (length) => {
      const cut = await reportFromJournal([text.slice(0, length)]);
      t.match(cut, { letter: null, verdict: 'inconclusive', inconclusive: [{ id: 'journal-truncated' }] });
    }),
    runs,
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(head - 2), async (length) => {
      await t.rejects(reportFromJournal([text.slice(0, length)]), JournalError);
    }),
    { numRuns: 20, seed },
  );
});
