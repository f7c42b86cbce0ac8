import * as fc from 'fast-check';
import { test } from 'tap';
import { type App, edited, good, journalOf, plan, type Reply, textOf } from '../test/journal-builder.ts';
import { reaches } from './grade.ts';
import { JournalError } from './history/history.ts';
import type { Entry, WorkOutcome } from './journal/entry.ts';
import { entryTypes } from './journal/read.ts';
import { renderJson } from './renderers/json.ts';
import { renderJunit } from './renderers/junit.ts';
import { renderMarkdown } from './renderers/markdown.ts';
import type { Report } from './report/report.ts';
import { reportFromJournal } from './report-from-journal.ts';

const RUNS = 30;
const REQUESTS = 500;
const runs = { numRuns: RUNS };

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
    { numRuns: 20 },
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
    { numRuns: 20 },
  );
});

/** Every string of an entry, however deep, replaced; the types of entries and what the schema fixes stay. */
function poisoned(value: unknown, poison: string, key = ''): unknown {
  if (typeof value === 'string')
    return [
      'type',
      'class',
      'outcome',
      'stage',
      'reason',
      'via',
      'found',
      'stream',
      'when',
      'gate',
      'id',
      'phase',
      'window',
      'entry',
    ].includes(key)
      ? value
      : `${poison}${value}`;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, poison, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, poison, name)]));
}

test('a hostile journal neither crashes the reporter nor writes markup', async (t) => {
  const poison = '<script>alert(1)</script>"\'`|[x](javascript:alert(1)) @here \u0000\uD800]]>&';
  const entries: readonly unknown[] = edited(
    journalOf(
      ({ phase, index }) =>
        phase === 'baseline'
          ? good
          : { outcome: 'wrong-status', status: 500, latencyMs: index, struckBy: struckIn(phase) ?? 'none' },
      {
        lost: (entry) => entry.endsWith('1'),
      },
    ),
    (entry) => poisoned(entry, poison),
  );
  const hostile = await report([
    ...entries.slice(0, 5),
    { t: 5, type: 'target.output', stream: 'stderr', line: poison },
    { t: 6, type: 'guardrail.tripped', guardrail: poison, detail: poison },
    { t: 7, type: 'target.exited', code: null, signal: poison, expected: false },
    ...entries.slice(5),
  ]);
  t.equal(hostile.journal.malformed, 0);
  t.ok(hostile.notes.length > 2);
  for (const text of [renderMarkdown(hostile), renderJunit(hostile)])
    t.notMatch(text, /<script|(?!\n)\p{Control}|\p{Surrogate}/u);
  t.notMatch(renderMarkdown(hostile), /[^\\]\]\(javascript/);
});

test('any values in any fields: the reporter answers, and writes all its outputs', async (t) => {
  const whole = journalOf(appOf([{ outcome: 'good', latencyMs: 5, attempts: 1, struck: true }]));
  const type = fc.constantFrom(...entryTypes);
  const wild = fc.oneof(
    fc
      .record({ type, t: fc.double() })
      .chain((base) => fc.dictionary(fc.string(), fc.anything()).map((rest) => Object.assign(rest, base))),
    fc.jsonValue(),
    fc
      .tuple(
        fc.nat(whole.length - 1),
        fc.constantFrom('t', 'started', 'ended', 'intended', 'attempt', 'bytes', 'fired', 'phase', 'window', 'entry'),
        fc.jsonValue(),
      )
      .map(([at, field, value]) => Object.assign({}, whole[at], { [field]: value })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(wild, { maxLength: 20 }), fc.nat(whole.length - 2), async (strangers, at) => {
      const hostile = await report([...whole.slice(0, at + 1), ...strangers, ...whole.slice(at + 1)]);
      t.ok(hostile.journal.malformed === 0 || hostile.letter === null);
      t.ok(renderJson(hostile).length + renderJunit(hostile).length + renderMarkdown(hostile).length > 0);
    }),
    runs,
  );
});
