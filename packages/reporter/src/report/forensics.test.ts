import { test } from 'tap';
import { good, type App, journalOf, rotatingApp, textOf } from '../../test/journal-builder.ts';
import type { Entry, EntryOf } from '../journal/entry.ts';
import { fitBackOff } from '../statistics/back-off-fit.ts';
import { reportFromJournal } from '../report-from-journal.ts';

type Exchange = EntryOf<'s3.exchange'>;

const ask = async (id: string, entries: readonly unknown[]) =>
  (await reportFromJournal([textOf(entries)])).forensics.find((one) => one.id === id);

/** The small outage with more S3 requests in it, or with those that it has told differently. */
const withMore = (more: readonly Entry[], tell: (entry: Exchange, index: number) => Exchange = (entry) => entry) => {
  const entries = journalOf(rotatingApp).map((entry, index) =>
    entry.type === 's3.exchange' ? tell(entry, index) : entry,
  );
  return [
    ...entries.slice(0, 1),
    ...[...entries.slice(1, -1), ...more].toSorted((a, b) => a.t - b.t),
    ...entries.slice(-1),
  ];
};

const exchange = (started: number, changes: Partial<Exchange>): Exchange => ({
  t: started + 5,
  type: 's3.exchange',
  started,
  region: 'us-east-1',
  operation: 'PutObject',
  class: 'write',
  bucket: 'photos',
  key: null,
  invocation: `x-${started}`,
  attempt: 1,
  attemptsMax: 3,
  status: 200,
  outcome: 'answered',
  fault: null,
  addedLatencyMs: 0,
  applied: true,
  requestBytes: 0,
  responseBytes: 0,
  upstreamMs: null,
  ...changes,
});

/** A hundred operations that are tried three times; `wait` is the pause before the try. */
const tried = (wait: (operation: number, after: number) => number, changes: Partial<Exchange> = {}): Exchange[] =>
  Array.from({ length: 100 }, (_, index) => {
    const first = 21_000 + index * 250;
    const second = first + 5 + wait(index, 1);
    const third = second + 5 + wait(index, 2);
    return [first, second, third].map((started, before) =>
      exchange(started, { invocation: `o-${index}`, attempt: before + 1, status: 503, applied: false, ...changes }),
    );
  }).flat();

/** Evenly from nothing to one, the same in each run. */
const even = (index: number): number => ((index * 61) % 100) / 100;

test('the back-off has a name: none, fixed, exponential, full jitter, or none that is known', async (t) => {
  t.match(await ask('back-off', withMore([])), { state: 'cannot-tell', sentence: /^Only 0 waits/ });
  t.match(await ask('back-off', withMore(tried(() => 1))), { state: 'finding', sentence: /^No back-off/ });
  t.match(await ask('back-off', withMore(tried(() => 200))), { state: 'finding', sentence: /^A fixed back-off/ });
  t.match(await ask('back-off', withMore(tried((_, after) => 100 * 2 ** after))), {
    state: 'finding',
    sentence: /^An exponential back-off without jitter \(200 waits, median 300 ms, each 2\.0 times/,
  });
  const jitter = tried((index, after) => 100 * 2 ** after * even(index));
  t.match(await ask('back-off', withMore(jitter)), { state: 'fine', sentence: /^Full jitter/ });
  const partial = tried((index) => 100 + 60 * even(index));
  t.match(await ask('back-off', withMore(partial)), { state: 'cannot-tell', sentence: /neither equal waits nor full/ });
  t.match(fitBackOff(new Map([[1, Array.from({ length: 40 }, () => 200)]])), { name: 'one-retry', growth: null });
  t.match(fitBackOff(new Map()), { name: 'too-few', samples: 0 });
});

test('layers of retries, bursts, and retries of what no retry mends', async (t) => {
  const renewed = (attempt: number) =>
    Array.from({ length: 30 }, (_, index) =>
      [0, 1, 2].map((again) =>
        exchange(21_000 + index * 500 + again * 10, {
          key: `k-${index}`,
          invocation: `r-${index}-${again}`,
          status: again === 2 ? 200 : 500,
          attempt,
        }),
      ),
    ).flat();
  t.match(await ask('attempts', withMore([])), { state: 'fine', sentence: /tried a second time/ });
  t.match(await ask('attempts', withMore(renewed(2))), {
    state: 'finding',
    sentence: /up to 3 tries of one write\. 60 writes were begun anew by the app itself, beside what the SDK does/,
  });
  t.match(await ask('attempts', withMore(renewed(1))), {
    state: 'fine',
    sentence: /60 writes were begun anew by the app itself, which alone tries again/,
  });

  t.match(await ask('bursts', withMore(tried((index) => 200 + 400 * even(index)))), { state: 'fine' });
  const together = tried((index) => 60_000 - 21_000 - index * 250 - 5);
  t.match(await ask('bursts', withMore(together)), {
    state: 'finding',
    sentence: /the largest .* with 100 in a tenth/,
  });

  t.match(await ask('useless-retries', withMore(tried(() => 100))), { state: 'fine' }, '503 may pass');
  t.match(await ask('useless-retries', withMore(tried(() => 100, { status: 403 }))), {
    state: 'finding',
    sentence: 'Tried again after HTTP 403 (200 times): no retry mends that.',
  });
});

test('connections, healthy buckets, regions, uploads and the backlog', async (t) => {
  t.match(await ask('client-per-request', withMore([])), { state: 'cannot-tell' });
  t.match(
    await ask(
      'client-per-request',
      withMore([], (entry, index) => ({ ...entry, connection: index })),
    ),
    {
      state: 'finding',
      sentence: /100 % of the S3 requests came on a connection of their own/,
    },
  );
  t.match(
    await ask(
      'client-per-request',
      withMore([], (entry, index) => ({ ...entry, connection: index % 5 })),
    ),
    {
      state: 'fine',
    },
  );

  const other = (perSecond: (second: number) => number) =>
    Array.from({ length: 100 }, (_, second) =>
      Array.from({ length: perSecond(second) }, (__, index) => exchange(second * 1_000 + index, { bucket: 'other' })),
    ).flat();
  t.match(await ask('head-of-line', withMore(other(() => 5))), { state: 'fine', sentence: /^1 healthy bucket got/ });
  t.match(await ask('head-of-line', withMore(other((second) => (second < 20 ? 5 : 1)))), {
    state: 'finding',
    sentence: /"other" fell to 20\.0 % of its usual rate/,
  });

  t.match(await ask('regions-before', withMore([])), {
    state: 'finding',
    sentence: /us-west-2 was first asked in the outage/,
  });
  const both = withMore([], (entry, index) => ({ ...entry, region: index % 2 === 0 ? 'us-east-1' : 'us-west-2' }));
  t.match(await ask('regions-before', both), { state: 'fine' });

  const upload = (at: number, operation: string) => exchange(at, { operation, key: `u-${at % 10}` });
  const begun = [21_001, 21_002, 21_003].map((at) => upload(at, 'CreateMultipartUpload'));
  const ended = [upload(25_001, 'CompleteMultipartUpload'), upload(25_002, 'AbortMultipartUpload')];
  t.match(await ask('orphans', withMore([...begun, ...ended])), {
    state: 'finding',
    sentence: /^1 of 3 multipart uploads/,
  });
  t.match(await ask('orphans', withMore([...begun, ...ended, upload(26_003, 'AbortMultipartUpload')])), {
    state: 'fine',
  });

  t.match(await ask('backlog', withMore([])), { state: 'fine', sentence: /No backlog/ });
  const replay: App = (request) =>
    request.phase === 'recovery' && request.index < 430 ? { ...good, attempts: 8 } : rotatingApp(request);
  t.match(await ask('backlog', journalOf(replay)), { state: 'fine', sentence: /^A backlog was drained within \d+ s/ });
  const never: App = (request) => (request.phase === 'recovery' ? { ...good, attempts: 8 } : rotatingApp(request));
  t.match(await ask('backlog', journalOf(never)), { state: 'finding', sentence: /was not drained/ });
});
