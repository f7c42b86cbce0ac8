import type { EntryOf } from '../journal/entry.ts';
import type { Via } from '../journal/ledger-entries.ts';
import type { Answer, LedgerEntry } from './ledger-entry.ts';

type State = EntryOf<'ledger.state'>;

/** What a register, counter or log showed as a whole, by one way of reading it back. */
export interface PlaceFinding {
  readonly kind: State['kind'];
  readonly name: string;
  readonly via: Via;
  /** Counters: how much of what was acknowledged is missing, and how much more there is than was ever sent. */
  readonly missing: number;
  readonly excess: number;
  /** Logs: offsets with nothing between others with something. */
  readonly holes: number;
  /** Logs: entries that stand before one that was acknowledged before they were sent. */
  readonly disordered: number;
}

/** Enters what a state means for one entry. */
export type Enter = (
  entry: string,
  state: Pick<State, 'via' | 'place'>,
  found: Answer['found'],
  detail: string,
) => void;

type Resolve = (rows: readonly LedgerEntry[], states: readonly State[], enter: Enter) => readonly PlaceFinding[];

const nothing = { missing: 0, excess: 0, holes: 0, disordered: 0 };
const leftAt = ({ sentAt, ackedAt }: LedgerEntry): number => sentAt ?? ackedAt ?? -Infinity;

/** What is there must be a version that no acknowledged one replaced; all that was acknowledged after it is lost. */
export const resolveRegister: Resolve = (rows, states, enter) =>
  states.map((state) => {
    const { kind, name, via, found } = state;
    const acked = rows.filter(({ ackedAt }) => ackedAt !== null);
    const seen = rows.find(({ id }) => id === state.seen);
    const newest = acked.reduce<LedgerEntry | null>(
      (best, row) => (best === null || leftAt(row) > leftAt(best) ? row : best),
      null,
    );
    // An unclear write may have taken effect at any time, so it may stand after all others.
    const effectBy = found === 'absent' ? -Infinity : (seen?.ackedAt ?? Infinity);
    for (const row of acked) {
      if (found === 'unreadable') enter(row.id, state, 'unreadable', state.detail);
      else if (found === 'value' && seen === undefined && row === newest) {
        enter(row.id, state, 'corrupted', 'the register holds bytes that nobody wrote');
      } else if (leftAt(row) > effectBy) {
        enter(
          row.id,
          state,
          'absent',
          seen === undefined ? 'the register is gone' : `the register holds ${seen.id}, an older version`,
        );
      } else enter(row.id, state, 'present', '');
    }
    if (seen !== undefined && seen.ackedAt === null) enter(seen.id, state, 'present', '');
    return { ...nothing, kind, name, via };
  });

/** Marks entries, the newest first, until their additions come to an amount. */
function mark(rows: readonly LedgerEntry[], amount: number, action: (row: LedgerEntry) => void): ReadonlySet<string> {
  const marked = new Set<string>();
  let left = amount;
  for (const row of rows.toSorted((a, b) => leftAt(b) - leftAt(a))) {
    if (left <= 0) break;
    left -= Math.max(1, row.added);
    marked.add(row.id);
    action(row);
  }
  return marked;
}

const sum = (of: readonly LedgerEntry[]): number => of.reduce((total, { added }) => total + added, 0);

/** The value must lie between what was acknowledged and that and all unclear additions. Which one is missing nobody knows. */
export const resolveCounter: Resolve = (rows, states, enter) =>
  states.map((state) => {
    const { kind, name, via } = state;
    const acked = rows.filter(({ ackedAt }) => ackedAt !== null);
    const unclear = rows.filter(({ ackedAt }) => ackedAt === null);
    const value = state.found === 'absent' ? 0 : (state.value ?? null);
    if (state.found === 'unreadable' || value === null) {
      for (const { id } of acked) enter(id, state, 'unreadable', state.detail);
      return { ...nothing, kind, name, via };
    }
    const missing = Math.max(0, sum(acked) - value);
    const excess = Math.max(0, value - sum(acked) - sum(unclear));
    const told = `the counter says ${value}, and ${sum(acked)} was acknowledged`;
    const marked = mark(acked, missing + excess, ({ id }) =>
      enter(id, state, missing > 0 ? 'absent' : 'duplicated', told),
    );
    for (const { id } of acked) if (!marked.has(id)) enter(id, state, 'present', '');
    mark(unclear, value - sum(acked), ({ id }) => enter(id, state, 'present', ''));
    return { ...nothing, kind, name, via, missing, excess };
  });

/** Each entry must stand at one offset; offsets must have no holes, and must follow the order of what happened. */
export const resolveLog: Resolve = (rows, states, enter) => {
  const ways = new Map<string, State[]>();
  for (const state of states) {
    const key = `${state.via} ${state.place ?? ''}`;
    ways.set(key, [...(ways.get(key) ?? []), state]);
  }
  return [...ways.values()].flatMap((own): readonly PlaceFinding[] => {
    const [state] = own;
    if (state === undefined) return [];
    const at = new Map(own.map((one) => [one.offset ?? -1, one]));
    const offsetsOf = new Map<string, number[]>();
    for (const { seen, offset } of own) {
      if (typeof seen === 'string') offsetsOf.set(seen, [...(offsetsOf.get(seen) ?? []), offset ?? -1]);
    }
    for (const row of rows) {
      const answer = logAnswer(row, offsetsOf.get(row.id) ?? [], at);
      if (answer !== null) enter(row.id, state, answer.found, answer.detail);
    }
    const { kind, name, via } = state;
    return [{ ...nothing, kind, name, via, holes: holesIn(own, rows), disordered: disorderedIn(rows) }];
  });
};

function logAnswer(
  { ackedAt, offset }: LedgerEntry,
  offsets: readonly number[],
  at: ReadonlyMap<number, State>,
): Answer | null {
  if (offsets.length > 1) return { found: 'duplicated', detail: `it stands at the offsets ${offsets.join(' and ')}` };
  if (offsets.length === 1) return { found: 'present', detail: '' };
  if (ackedAt === null) return { found: 'absent', detail: '' };
  const there = offset === null ? undefined : at.get(offset);
  if (offset !== null && there === undefined) return null;
  if (there?.found === 'unreadable') return { found: 'unreadable', detail: there.detail };
  if (there?.found === 'value' && (there.seen ?? null) === null) {
    return { found: 'corrupted', detail: `bytes that nobody wrote stand at its offset ${offset ?? ''}` };
  }
  const why =
    there === undefined
      ? 'it has no offset'
      : there.found === 'absent'
        ? 'nothing stands'
        : `${there.seen ?? ''} stands`;
  return { found: 'absent', detail: there === undefined ? why : `${why} at its offset ${offset ?? ''}` };
}

/** Offsets with nothing, before the last one with something, that no acknowledged entry was told. */
function holesIn(states: readonly State[], rows: readonly LedgerEntry[]): number {
  const last = states.reduce((most, { found, offset = -1 }) => (found === 'value' ? Math.max(most, offset) : most), -1);
  const told = new Set(rows.map(({ offset }) => offset));
  return states.filter(({ found, offset = -1 }) => found === 'absent' && offset < last && !told.has(offset)).length;
}

/** From the highest offset down: an entry that left after a later one had been acknowledged stands in the wrong place. */
function disorderedIn(rows: readonly LedgerEntry[]): number {
  const placed = rows.filter(({ offset, ackedAt }) => offset !== null && ackedAt !== null);
  let firstAck = Infinity;
  let count = 0;
  for (const row of placed.toSorted((a, b) => (b.offset ?? 0) - (a.offset ?? 0))) {
    if (firstAck < (row.sentAt ?? -Infinity)) count += 1;
    firstAck = Math.min(firstAck, row.ackedAt ?? Infinity);
  }
  return count;
}
