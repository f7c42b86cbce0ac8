import { GivenIds } from './given-ids.ts';
import type { LedgerEntry, LedgerWrite, ToldOfWrite } from './ledger-entry.ts';
import { type LedgerKind, LedgerRows, type LedgerRow } from './ledger-rows.ts';
import { CounterHistory, type CounterRange } from './counter-history.ts';
import type { Read } from './ledger-read.ts';
import { RegisterHistory, type Sighting } from './register-history.ts';

/**
 * Every write of a run. An acknowledged entry must be there after recovery; an unknown one may be. What the app clearly
 * refused (a 4xx) must not have happened.
 */
export interface Ledger {
  /** Starts every id and every place's name, so that runs against a store that outlives them do not meet. */
  readonly prefix: string;
  /** A fresh entry id, unique in the run and safe in a URL. */
  nextId(): string;
  /** A write leaves, under an id of `nextId`. */
  begin(id: string, write: LedgerWrite): void;
  /** What the app said of it. */
  settle(id: string, state: 'acked' | 'unknown' | 'refused', atMs: number, told?: ToldOfWrite): void;
  /** A delete of an acknowledged entry leaves: nobody reads it any more. */
  beginDelete(id: string): void;
  settleDelete(id: string, state: 'acked' | 'unknown' | 'refused'): void;
  /**
   * An acknowledged entry of a collection that has a known id and that nobody deletes, chosen by a draw in [0, 1);
   * undefined while there is none. @param collection null, the default, for the one without a name
   */
  known(draw: number, collection?: string | null): LedgerEntry | undefined;
  /** An entry of a collection whose delete was acknowledged. */
  deleted(draw: number, collection?: string | null): LedgerEntry | undefined;
  /** An acknowledged entry of a log with its offset. */
  logged(draw: number): LedgerEntry | undefined;
  /** The newest acknowledged version of a register; undefined while there is none. */
  newest(register: string): LedgerEntry | undefined;
  find(id: string): LedgerEntry | undefined;
  /**
   * The entries of a collection that go by a name, be it their own id or one that the app gave; several where it gave one
   * twice.
   */
  named(name: string, collection?: string | null): readonly LedgerEntry[];
  /** An entry's number in the order in which ids were given, from 0; null for a stranger. */
  numberOf(id: string): number | null;
  /** What a read of a register saw: an entry's id, the bytes' digest, or null for "there is no such thing". */
  sight(register: string, seen: { readonly id: string } | { readonly digest: string } | null, read: Read): Sighting;
  /** The entry of a log that something read from it is; null where no write had it. */
  inLog(log: string, seen: { readonly id: string } | { readonly digest: string }): string | null;
  /** Where a counter's value must lie for a read. */
  range(counter: string, read: Read): CounterRange;
  /** Every acknowledged and unknown entry, in the order of their ids. */
  entries(): IterableIterator<LedgerEntry>;
  /** Every register, counter or log that was written to. */
  places(kind: LedgerKind): readonly string[];
  readonly size: number;
}

export function createLedger(prefix: string): Ledger {
  return new RowLedger(prefix);
}

class RowLedger implements Ledger {
  readonly prefix: string;
  readonly #rows = new LedgerRows();
  readonly #steps: string[] = [];
  readonly #places: string[] = [''];
  readonly #placeKinds = new Map<string, LedgerKind>();
  /** Row numbers from which to draw, by collection. */
  readonly #known = new Map<string | null, number[]>();
  readonly #deleted = new Map<string | null, number[]>();
  readonly #logged: number[] = [];
  readonly #registers = new Map<string, RegisterHistory>();
  /** By log, then by the first six bytes of the digest. */
  readonly #logs = new Map<string, Map<number, number>>();
  readonly #counters = new Map<string, CounterHistory>();
  readonly #given = new GivenIds();
  #size = 0;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  get size(): number {
    return this.#size;
  }

  nextId(): string {
    return this.#idOf(this.#rows.add());
  }

  begin(id: string, write: LedgerWrite): void {
    const index = this.#indexOf(id);
    const { kind, place, collection = null, step, digest, bytes, sentMs, added, isGivenId = false } = write;
    if (isGivenId) this.#given.expect(index);
    const stands = kind === 'set' ? collection : place;
    if (place !== null) this.#placeKinds.set(place, kind);
    this.#rows.set(index, {
      kind,
      digest,
      bytes,
      sentMs,
      step: numberOf(this.#steps, step),
      place: stands === null ? 0 : numberOf(this.#places, stands),
      extra: added ?? Number.NaN,
    });
    if (write.kind === 'register' && place !== null) this.#register(place).begin(index);
    if (write.kind === 'log' && place !== null) {
      const known = this.#logs.get(place) ?? new Map<number, number>();
      this.#logs.set(place, known.set(startOf(write.digest), index));
    }
    if (write.kind === 'counter' && place !== null) this.#counter(place).begin(added ?? 0);
  }

  settle(
    id: string,
    state: 'acked' | 'unknown' | 'refused',
    atMs: number,
    { offset, given = null }: ToldOfWrite = {},
  ): void {
    const index = this.#indexOf(id);
    if (given !== null) this.#given.keep(index, this.#collectionOf(index), given);
    this.#rows.set(index, { state, settledMs: atMs, ...(offset === undefined ? {} : { extra: offset }) });
    const { kind, place, extra } = this.#rows.get(index);
    if (state !== 'refused') this.#size += 1;
    const name = this.#places[place] ?? '';
    if (kind === 'counter') this.#counter(name).settle(state, extra, atMs);
    if (state !== 'acked') return;
    if (kind === 'set' && !this.#given.isMissing(index)) this.#add(this.#known, index);
    if (kind === 'log' && offset !== undefined) this.#logged.push(index);
    if (kind === 'register') this.#register(name).acked(index, atMs);
  }

  beginDelete(id: string): void {
    const index = this.#indexOf(id);
    this.#rows.set(index, { deletion: 'open' });
  }

  settleDelete(id: string, state: 'acked' | 'unknown' | 'refused'): void {
    const index = this.#indexOf(id);
    this.#rows.set(index, { deletion: state === 'refused' ? 'none' : state });
    if (state === 'acked') this.#add(this.#deleted, index);
    if (state === 'refused') this.#add(this.#known, index);
  }

  known(draw: number, collection: string | null = null): LedgerEntry | undefined {
    const known = this.#known.get(collection) ?? [];
    for (;;) {
      const at = Math.floor(draw * known.length);
      const index = known[at];
      if (index === undefined) return undefined;
      if (this.#rows.get(index).deletion === 'none') return this.#entry(index);
      // What has been deleted goes when it is drawn, so that deleting costs nothing.
      const last = known.pop();
      if (last !== undefined && at < known.length) known[at] = last;
    }
  }

  deleted(draw: number, collection: string | null = null): LedgerEntry | undefined {
    const found = this.#drawn(this.#deleted.get(collection) ?? [], draw);
    // An id that was given again is another entry's now.
    return found !== undefined && this.#given.isLatest(this.#indexOf(found.id), collection) ? found : undefined;
  }

  logged = (draw: number): LedgerEntry | undefined => this.#drawn(this.#logged, draw);

  newest(register: string): LedgerEntry | undefined {
    const index = this.#registers.get(register)?.newest ?? null;
    return index === null ? undefined : this.#entry(index);
  }

  find(id: string): LedgerEntry | undefined {
    const index = this.numberOf(id);
    if (index === null) return undefined;
    const { state } = this.#rows.get(index);
    return state === 'acked' || state === 'unknown' ? this.#entry(index) : undefined;
  }

  named(name: string, collection: string | null = null): readonly LedgerEntry[] {
    const number = this.numberOf(name);
    const own = number === null || this.#given.has(number) || this.#collectionOf(number) !== collection ? null : number;
    const numbers = own === null ? this.#given.named(collection, name) : [own];
    return numbers.flatMap((index) => this.find(this.#idOf(index)) ?? []);
  }

  sight(register: string, seen: { readonly id: string } | { readonly digest: string } | null, read: Read): Sighting {
    const history = this.#register(register);
    if (seen === null) return history.sight(null, read);
    const index = 'id' in seen ? this.numberOf(seen.id) : history.withDigest(seen.digest);
    const own = index !== null && this.#places[this.#rows.get(index).place] === register;
    if (index === null || !own) return { verdict: 'foreign', version: null };
    return history.sight(index, read);
  }

  inLog(log: string, seen: { readonly id: string } | { readonly digest: string }): string | null {
    if ('id' in seen) {
      const index = this.numberOf(seen.id);
      return index !== null && this.#places[this.#rows.get(index).place] === log ? seen.id : null;
    }
    const index = this.#logs.get(log)?.get(startOf(seen.digest));
    return index !== undefined && this.#rows.hasDigest(index, seen.digest) ? this.#idOf(index) : null;
  }

  range(counter: string, read: Read): CounterRange {
    return this.#counter(counter).range(read);
  }

  *entries(): IterableIterator<LedgerEntry> {
    for (let index = 0; index < this.#rows.length; index += 1) {
      const { state } = this.#rows.get(index);
      if (state === 'acked' || state === 'unknown') yield this.#entry(index);
    }
  }

  places(kind: LedgerKind): readonly string[] {
    return [...this.#placeKinds].flatMap(([place, its]) => (its === kind ? [place] : [])).toSorted();
  }

  #drawn(indexes: readonly number[], draw: number): LedgerEntry | undefined {
    const index = indexes[Math.floor(draw * indexes.length)];
    return index === undefined ? undefined : this.#entry(index);
  }

  #collectionOf(index: number): string | null {
    const { kind, place } = this.#rows.get(index);
    return kind === 'set' && place > 0 ? (this.#places[place] ?? null) : null;
  }

  #add(lists: Map<string | null, number[]>, index: number): void {
    const collection = this.#collectionOf(index);
    const list = lists.get(collection);
    if (list === undefined) lists.set(collection, [index]);
    else list.push(index);
  }

  #entry(index: number): LedgerEntry {
    const row: LedgerRow = this.#rows.get(index);
    const { kind, state, bytes, sentMs, deletion, extra } = row;
    const id = this.#idOf(index);
    const isGivenId = this.#given.has(index);
    const stands = row.place === 0 ? null : (this.#places[row.place] ?? null);
    return {
      id,
      known: isGivenId ? this.#given.at(index) : { name: id, inUrl: id },
      isGivenId,
      kind,
      place: kind === 'set' ? null : stands,
      collection: kind === 'set' ? stands : null,
      step: this.#steps[row.step] ?? '',
      digest: this.#rows.digest(index),
      bytes,
      state: state === 'acked' ? 'acked' : 'unknown',
      sentMs,
      deletion,
      added: kind === 'counter' ? extra : null,
      offset: kind === 'log' && !Number.isNaN(extra) ? extra : null,
    };
  }

  #register(name: string): RegisterHistory {
    const known = this.#registers.get(name) ?? new RegisterHistory(this.#rows, (index) => this.#idOf(index));
    this.#registers.set(name, known);
    return known;
  }

  #counter(name: string): CounterHistory {
    const known = this.#counters.get(name) ?? new CounterHistory();
    this.#counters.set(name, known);
    return known;
  }

  readonly #idOf = (index: number): string => `${this.prefix}-${String(index + 1).padStart(6, '0')}`;

  numberOf(id: string): number | null {
    if (!id.startsWith(`${this.prefix}-`)) return null;
    const index = Number(id.slice(this.prefix.length + 1)) - 1;
    return Number.isInteger(index) && index >= 0 && index < this.#rows.length && this.#idOf(index) === id
      ? index
      : null;
  }

  #indexOf(id: string): number {
    const index = this.numberOf(id);
    if (index === null) throw new RangeError(`the ledger has no entry ${id}`);
    return index;
  }
}

/** Where a name stands in a list of few; added where it is new. */
function numberOf(names: string[], name: string): number {
  const known = names.indexOf(name);
  return known >= 0 ? known : names.push(name) - 1;
}

const startOf = (digest: string): number => Number.parseInt(digest.slice(0, 12), 16);
