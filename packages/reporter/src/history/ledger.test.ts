import { test } from 'tap';
import type { EntryOf } from '../journal/entry.ts';
import { LedgerBook } from './ledger.ts';
import { fateOf } from './ledger-entry.ts';
import { tallyLedger } from './ledger-tally.ts';
import { Registers } from './registers.ts';

type Added = Parameters<LedgerBook['add']>[0];
type Place = Partial<
  Pick<
    EntryOf<'ledger.acked'>,
    'register' | 'counter' | 'added' | 'log' | 'offset' | 'given' | 'received' | 'collection'
  >
>;

const acked = (entry: string, sent: number, t: number, place: Place = {}): EntryOf<'ledger.acked'> => ({
  t,
  type: 'ledger.acked',
  entry,
  step: 'put',
  digest: entry,
  bytes: 1,
  sent,
  ...place,
});
const unknown = (entry: string, sent: number, t: number, place: Place = {}): EntryOf<'ledger.unknown'> => ({
  t,
  type: 'ledger.unknown',
  entry,
  step: 'put',
  digest: entry,
  sent,
  ...place,
});
const audited = (
  entry: string,
  found: EntryOf<'ledger.audited'>['found'],
  via: 'app' | 's3' | 'command' = 'app',
  place?: string,
): Added => ({
  t: 99,
  type: 'ledger.audited',
  entry,
  acked: true,
  via,
  found,
  detail: '',
  ...(place === undefined ? {} : { place }),
});
const state = (fields: Omit<EntryOf<'ledger.state'>, 't' | 'type' | 'via' | 'detail'>): Added => ({
  t: 99,
  type: 'ledger.state',
  via: 'app',
  detail: '',
  ...fields,
});

function fates(...entries: readonly Added[]) {
  const book = new LedgerBook();
  for (const entry of entries) book.add(entry);
  book.resolve();
  return { book, fate: Object.fromEntries([...book.acked].map(([id, entry]) => [id, fateOf(entry)])) };
}

test('members of the set: several places of S3, and what was deleted', async (t) => {
  const { book, fate } = fates(
    acked('a', 0, 1),
    acked('b', 0, 1),
    acked('c', 0, 1),
    acked('d', 0, 1),
    audited('a', 'present', 's3', 'us-east-1/p'),
    audited('a', 'absent', 's3', 'us-west-2/p'),
    audited('b', 'absent', 's3', 'us-east-1/p'),
    audited('b', 'unreadable', 's3', 'us-west-2/p'),
    audited('c', 'present'),
    audited('c', 'duplicated', 'command'),
    { t: 5, type: 'ledger.deleted', entry: 'd', step: 'drop', sent: 4, state: 'acked' },
    audited('d', 'absent'),
    audited('d', 'present', 's3'),
  );
  t.strictSame(fate, { a: 'ok', b: 'unreadable', c: 'duplicated', d: 'resurrected' });
  t.match(book.acked.get('a'), { s3Asked: 2, s3Holding: 1 });
  const gone = fates(
    acked('d', 0, 1),
    { t: 5, type: 'ledger.deleted', entry: 'd', step: 'drop', sent: 4, state: 'unknown' },
    audited('d', 'present'),
  );
  t.strictSame(gone.fate, { d: 'ok' }, 'a delete without a clear answer may have happened or not');
});

test('ids that the app gives: of those with the same one at most one is left', async (t) => {
  const given = (id: string | null) => ({ given: id });
  const dropped = (entry: string): Added => ({
    t: 5,
    type: 'ledger.deleted',
    entry,
    step: 'drop',
    sent: 4,
    state: 'acked',
  });
  const [a, b, c] = [acked('a', 0, 1, given('x')), acked('b', 2, 3, given('x')), acked('c', 4, 5, given('y'))];
  const fresh = fates(a, b, c, audited('a', 'corrupted'), audited('b', 'present'), audited('c', 'present'));
  t.strictSame(fresh.fate, { a: 'lost', b: 'ok', c: 'ok' }, 'the second overwrote the first');
  t.equal(fresh.book.sharedIds, 1);
  t.match(fresh.book.acked.get('a'), { given: 'x', heir: 'taken' });
  const kept = fates(a, b, audited('a', 'present'), audited('b', 'corrupted'));
  t.strictSame(kept.fate, { a: 'ok', b: 'lost' }, 'the second was dropped');
  t.strictSame(fates(a, b, audited('a', 'present'), audited('b', 'present')).fate, { a: 'lost', b: 'ok' });
  t.strictSame(fates(a, b, audited('a', 'absent'), audited('b', 'absent')).fate, { a: 'lost', b: 'lost' });
  t.strictSame(fates(a, b).fate, { a: 'lost', b: 'not-audited' }, 'one is gone, even if nobody looks');
  const again = fates(a, dropped('a'), b, audited('a', 'present'), audited('b', 'present'));
  t.strictSame(again.fate, { a: 'ok', b: 'ok' }, 'an id may be given again after a delete');
  t.equal(again.book.sharedIds, 0);
  again.book.resolve();
  t.equal(again.book.sharedIds, 0, 'asked again it says the same');
  const albums = fates(acked('a', 0, 1, given('7')), acked('b', 2, 3, { ...given('7'), collection: 'albums' }));
  t.equal(albums.book.sharedIds, 0, 'two collections may both have a 7');
  t.match(albums.book.acked.get('b'), { given: '7', heir: 'none' });
  t.strictSame(fates(b, dropped('b'), audited('b', 'present')).fate, { b: 'resurrected' });
});

test('a yes without an id', async (t) => {
  const why = 'no id in JSON at "id"; received {}';
  const { book, fate } = fates(acked('a', 0, 1, { given: null, received: why }), unknown('b', 0, 1, { given: null }));
  t.strictSame(fate, { a: 'not-audited' });
  t.equal(book.received, why);
  const { set } = tallyLedger(book, []);
  t.match(set, { acked: 1, unnamed: 1, unclear: 1, unclearUnnamed: 1, taken: 0 });
});

test('registers: an older version at the end loses what was acknowledged after it', async (t) => {
  const r = { register: 'r' };
  const writes = [acked('v1', 0, 10, r), acked('v2', 20, 30, r), acked('v3', 25, 35, r), unknown('v4', 40, 50, r)];
  const at = (seen: string | null) => state({ kind: 'register', name: 'r', found: 'value', seen });
  t.strictSame(fates(...writes, at('v3')).fate, { v1: 'ok', v2: 'ok', v3: 'ok' });
  t.strictSame(fates(...writes, at('v2')).fate, { v1: 'ok', v2: 'ok', v3: 'ok' }, 'they were under way together');
  t.strictSame(fates(...writes, at('v4')).fate, { v1: 'ok', v2: 'ok', v3: 'ok' }, 'the unclear one happened last');
  t.strictSame(fates(...writes, at('v1')).fate, { v1: 'ok', v2: 'lost', v3: 'lost' });
  t.strictSame(fates(...writes, at(null)).fate, { v1: 'ok', v2: 'ok', v3: 'corrupted' });
  const nothing = state({ kind: 'register', name: 'r', found: 'absent' });
  t.strictSame(fates(...writes, nothing).fate, { v1: 'lost', v2: 'lost', v3: 'lost' });
  t.strictSame(fates(...writes).fate, { v1: 'not-audited', v2: 'not-audited', v3: 'not-audited' });
});

test('counters: missing additions are lost, too many were counted twice', async (t) => {
  const c = { counter: 'c', added: 1 };
  const writes = [acked('a', 0, 1, c), acked('b', 2, 3, c), unknown('x', 4, 5, c)];
  const says = (value: number) => state({ kind: 'counter', name: 'c', found: 'value', value });
  t.strictSame(fates(...writes, says(2)).fate, { a: 'ok', b: 'ok' });
  const happened = fates(...writes, says(3));
  t.strictSame(happened.fate, { a: 'ok', b: 'ok' });
  t.match(happened.book.unknown.get('x'), { app: { found: 'present' } });
  t.strictSame(fates(...writes, says(1)).fate, { a: 'ok', b: 'lost' });
  const drifted = fates(...writes, says(4));
  t.strictSame(drifted.fate, { a: 'ok', b: 'duplicated' });
  t.match(drifted.book.places, [{ missing: 0, excess: 1 }]);
});

test('logs: every entry at its offset, no holes, in order', async (t) => {
  const at = (offset: number) => ({ log: 'l', offset });
  const here = (offset: number, seen: string | null) => state({ kind: 'log', name: 'l', offset, found: 'value', seen });
  const empty = (offset: number) => state({ kind: 'log', name: 'l', offset, found: 'absent' });
  const writes = [
    acked('a', 0, 1, at(0)),
    acked('b', 2, 3, at(1)),
    unknown('x', 3, 4, { log: 'l' }),
    acked('c', 4, 5, at(3)),
  ];
  const clean = fates(...writes, here(0, 'a'), here(1, 'b'), here(2, 'x'), here(3, 'c'));
  t.strictSame(clean.fate, { a: 'ok', b: 'ok', c: 'ok' });
  t.match(clean.book.places, [{ holes: 0, disordered: 0 }]);
  t.match(clean.book.unknown.get('x'), { app: { found: 'present' } });
  const holed = fates(...writes, here(0, 'a'), empty(1), empty(2), here(3, null));
  t.strictSame(holed.fate, { a: 'ok', b: 'lost', c: 'corrupted' });
  t.match(holed.book.places, [{ holes: 1 }]);
  const twice = fates(...writes, here(0, 'a'), here(1, 'b'), here(2, 'b'), here(3, 'c'));
  t.strictSame(twice.fate, { a: 'ok', b: 'duplicated', c: 'ok' });
  const swapped = fates(acked('late', 10, 11, at(0)), acked('early', 0, 1, at(1)), here(0, 'late'), here(1, 'early'));
  t.match(swapped.book.places, [{ disordered: 1 }]);
});

test('reads of a register: old, seen newer before, or either of two that were written together', async (t) => {
  const registers = new Registers();
  const r = { register: 'r' };
  for (const one of [acked('v1', 0, 10, r), acked('v2', 20, 40, r), acked('v3', 30, 50, r)]) registers.addAck(one);
  registers.addUnknown(unknown('v4', 60, 70, r));
  const read = (sent: number, seen: string | null, outcome: 'good' | 'wrong-body' | 'wrong-status' = 'wrong-body') =>
    registers.addRead(
      {
        t: sent + 1,
        type: 'work.request',
        step: 'view',
        class: 'read',
        intended: sent,
        sent,
        ended: sent + 1,
        status: outcome === 'wrong-status' ? 404 : 200,
        outcome,
        detail: '',
        entry: 'v3',
        digest: seen ?? 'nobody',
        seen,
      },
      0,
    );
  read(100, 'v1');
  read(200, 'v4', 'good');
  read(300, 'v3');
  read(400, null);
  read(500, 'v2', 'wrong-status');
  t.match(
    registers.staleReads(() => null),
    [
      { at: 100, ageMs: 60, travelled: false },
      { at: 300, ageMs: 99, travelled: true },
      { at: 500, ageMs: 490 },
    ],
  );
  t.equal(registers.freshIn(0), 1);
});
