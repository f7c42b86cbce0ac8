import { test } from 'tap';
import { parseAuditLine } from './audit-lines.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { LedgerRows } from './ledger-rows.ts';

const digest = (n: number): string => n.toString(16).padStart(64, '0');

/** Writes a version of register r: when it left and when it was acknowledged, or null for no clear answer. */
function write(ledger: Ledger, n: number, sentMs: number, ackedMs: number | null): string {
  const id = ledger.nextId();
  ledger.begin(id, { kind: 'register', place: 'r', step: 'save', digest: digest(n), bytes: 1, sentMs });
  if (ackedMs !== null) ledger.settle(id, 'acked', ackedMs);
  return id;
}
const sight = (ledger: Ledger, n: number | null, sentMs: number, endedMs: number): string =>
  ledger.sight('r', n === null ? null : { digest: digest(n) }, { sentMs, endedMs }).verdict;

test('a register may show what nothing replaced for sure', async (t) => {
  const ledger = createLedger('x');
  t.equal(sight(ledger, null, 0, 1), 'absent');
  const first = write(ledger, 1, 0, 10);
  t.equal(sight(ledger, null, 5, 12), 'absent', 'a read that left before the yes may see nothing');
  t.equal(sight(ledger, null, 11, 12), 'stale');
  t.strictSame(ledger.sight('r', { digest: digest(1) }, { sentMs: 11, endedMs: 12 }), {
    verdict: 'fresh',
    version: first,
  });
  t.equal(sight(ledger, null, 13, 14), 'travelled', 'it has been seen already');
  write(ledger, 2, 20, 40);
  write(ledger, 3, 30, 50);
  t.equal(sight(ledger, 1, 39, 41), 'fresh', 'the second was not acknowledged when the read left');
  t.equal(sight(ledger, 1, 41, 42), 'stale');
  t.equal(sight(ledger, 2, 60, 61), 'fresh', 'second and third were under way together: either may be last');
  t.equal(sight(ledger, 3, 62, 63), 'fresh');
  t.equal(sight(ledger, 1, 64, 65), 'travelled');
  t.equal(sight(ledger, 99, 66, 67), 'foreign');
  t.equal(ledger.newest('r')?.digest, digest(3));
});

test('a write without a clear answer may take effect at any time, or never', async (t) => {
  const ledger = createLedger('x');
  write(ledger, 1, 0, 10);
  write(ledger, 2, 20, null);
  t.equal(sight(ledger, 1, 100, 101), 'fresh', 'never');
  t.equal(sight(ledger, 2, 200, 201), 'fresh', 'at last');
  t.equal(sight(ledger, 1, 300, 301), 'travelled', 'once seen it is there');
  write(ledger, 3, 400, 410);
  t.equal(sight(ledger, 2, 420, 421), 'stale', 'it had taken effect before the third left');
});

test('a refused write must not show', async (t) => {
  const ledger = createLedger('x');
  const id = write(ledger, 1, 0, null);
  ledger.settle(id, 'refused', 5);
  t.equal(sight(ledger, 1, 10, 11), 'foreign');
  t.equal(ledger.find(id), undefined);
});

test('a counter lies between what was acknowledged and what may have happened', async (t) => {
  const ledger = createLedger('x');
  const add = (state: 'acked' | 'unknown' | 'refused', sentMs: number, settledMs: number): void => {
    const id = ledger.nextId();
    ledger.begin(id, { kind: 'counter', place: 'c', step: 'like', digest: '', bytes: 0, sentMs, added: 2 });
    ledger.settle(id, state, settledMs);
  };
  add('acked', 0, 10);
  add('unknown', 20, 30);
  add('refused', 40, 50);
  add('acked', 60, 70);
  t.strictSame(ledger.range('c', { sentMs: 5, endedMs: 99 }), { from: 0, to: 6 });
  t.strictSame(ledger.range('c', { sentMs: 69, endedMs: 99 }), { from: 2, to: 6 });
  t.strictSame(ledger.range('c', { sentMs: 70, endedMs: 99 }), { from: 4, to: 6 });
  t.strictSame(ledger.places('counter'), ['c']);
});

test('what is deleted is not read any more, and what could not be deleted is', async (t) => {
  const ledger = createLedger('x');
  const ids = [1, 2, 3].map((n) => {
    const id = ledger.nextId();
    ledger.begin(id, { kind: 'set', place: null, step: 'put', digest: digest(n), bytes: 1, sentMs: 0 });
    ledger.settle(id, 'acked', 1);
    return id;
  });
  const known = (): Set<string | undefined> => new Set([0, 0.4, 0.7, 0.99].map((draw) => ledger.known(draw)?.id));
  t.strictSame(known(), new Set(ids));
  for (const id of ids.slice(0, 2)) ledger.beginDelete(id);
  t.strictSame(known(), new Set(ids.slice(2)));
  ledger.settleDelete(ids[0] ?? '', 'acked');
  ledger.settleDelete(ids[1] ?? '', 'refused');
  t.strictSame(known(), new Set(ids.slice(1)));
  t.equal(ledger.deleted(0.5)?.id, ids[0]);
  t.equal(ledger.find(ids[0] ?? '')?.deletion, 'acked');
});

test('rows keep what they are given, page after page', async (t) => {
  const rows = new LedgerRows();
  for (let index = 0; index < 40_000; index += 1) {
    rows.add();
    rows.set(index, { digest: digest(index), bytes: index, sentMs: index / 2, kind: 'log', state: 'acked' });
  }
  rows.set(33_333, { deletion: 'unknown' });
  t.match(rows.get(33_333), { bytes: 33_333, sentMs: 16_666.5, kind: 'log', state: 'acked', deletion: 'unknown' });
  t.equal(rows.digest(33_333), digest(33_333));
  t.ok(rows.hasDigest(39_999, digest(39_999)) && !rows.hasDigest(39_999, digest(1)));
  t.throws(() => rows.get(40_000), /no row 40000/);
});

test('lines of an audit command', async (t) => {
  const hash = digest(7);
  t.strictSame(parseAuditLine(`entry a-000001 ${hash}`), {
    kind: 'entry',
    id: 'a-000001',
    what: { digest: hash },
    collection: null,
  });
  t.strictSame(parseAuditLine('entry a-000001'), { kind: 'entry', id: 'a-000001', what: null, collection: null });
  t.strictSame(parseAuditLine('register r a-000003'), { kind: 'register', name: 'r', what: { id: 'a-000003' } });
  t.strictSame(parseAuditLine(' counter c  12 '), { kind: 'counter', name: 'c', value: 12 });
  t.strictSame(parseAuditLine('log l 3 -'), { kind: 'log', name: 'l', offset: 3, what: null });
  t.strictSame(parseAuditLine('end entry counter'), { kind: 'end', kinds: ['entry', 'counter'] });
  t.equal(parseAuditLine('# a comment'), null);
  t.equal(parseAuditLine(''), null);
  for (const line of ['end', 'end all', 'counter c many', 'register r', 'SELECT 3']) {
    t.throws(() => parseAuditLine(line), /not a line of an audit/, line);
  }
});
