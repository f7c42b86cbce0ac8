import type { EntryOf } from '../journal/entry.ts';
import type { Via } from '../journal/ledger-entries.ts';
import { bytes, type Column, counts, floats } from './columns.ts';
import type { Answer, LedgerEntry, LedgerKind } from './ledger-entry.ts';
import { Texts } from './texts.ts';

type Found = Answer['found'];

const KINDS: readonly LedgerKind[] = ['set', 'register', 'counter', 'log'];
const HEIRS: readonly LedgerEntry['heir'][] = ['none', 'taken', 'reused'];
const DELETED: readonly LedgerEntry['deleted'][] = ['no', 'acked', 'unknown'];
/** The same place asked twice: a definite answer beats none, a bad one beats a good one. */
const RANKED: readonly Found[] = ['unreadable', 'present', 'duplicated', 'absent', 'corrupted'];
/** Of several places of S3 one that has it is enough, but other bytes anywhere are other bytes. */
const S3_SAYS: readonly Found[] = ['corrupted', 'duplicated', 'present', 'unreadable', 'absent'];
const HELD: ReadonlySet<Found> = new Set(['present', 'corrupted', 'duplicated']);

/** Each way is a column; places of S3 beyond so many share the last one. */
const WAYS_MAX = 64;
/** Different details that are kept; later ones are dropped. */
const DETAILS_MAX = 10_000;
const DETAIL_CHARS_MAX = 120;

/** What one way of reading back found, by row: 0 for not asked, else the rank plus one. */
interface Way {
  readonly via: Via;
  readonly found: Column;
  readonly detail: Column;
}

/** Writes, acknowledged or unclear, in the order in which the journal speaks of them first.
 * Writes as rows of numbers: some 70 bytes each with the id, so that a million fit beside everything else. */
export class LedgerRows {
  readonly #ids = new Texts();
  readonly #steps = new Texts();
  readonly #places = new Texts();
  readonly #details = new Texts();
  /** Each after its collection, as two of them may both have a 7: `albums/7`. */
  readonly #givenIds = new Texts();
  readonly #ways = new Map<string, Way>();
  readonly #sentAt = floats();
  readonly #ackedAt = floats();
  readonly #bytes = floats();
  /** Counters: how much was added. Everything else: the offset. */
  readonly #extra = floats();
  readonly #step = counts();
  readonly #place = counts();
  /** 0 for none, 1 for one that nobody knows, else its number plus two. */
  readonly #given = counts();
  /** Two bits each of kind, deletion and heir. */
  readonly #flags = bytes();

  constructor() {
    this.#steps.add('');
    this.#places.add('');
    this.#details.add('');
  }

  get size(): number {
    return this.#ids.size;
  }

  get(id: string): LedgerEntry | undefined {
    const row = this.#ids.find(id);
    return row === null ? undefined : new View(this, row);
  }

  *values(): IterableIterator<LedgerEntry> {
    for (let row = 0; row < this.size; row += 1) yield new View(this, row);
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, LedgerEntry]> {
    for (const entry of this.values()) yield [entry.id, entry];
  }

  /** What the journal says of a write; what it says later replaces it. */
  write(entry: EntryOf<'ledger.acked' | 'ledger.unknown'>): void {
    const row = this.#ids.add(entry.entry);
    const { register, counter, log, sent = Number.NaN, added = 0, offset = Number.NaN } = entry;
    const kind: LedgerKind =
      typeof register === 'string'
        ? 'register'
        : counter === undefined
          ? log === undefined
            ? 'set'
            : 'log'
          : 'counter';
    this.#step.set(row, this.#steps.add(entry.step));
    this.#place.set(row, this.#places.add(register ?? counter ?? log ?? ''));
    this.#sentAt.set(row, sent);
    this.#extra.set(row, kind === 'counter' ? added : offset);
    if (typeof entry.given === 'string') {
      this.#given.set(row, this.#givenIds.add(`${entry.collection ?? ''}/${entry.given}`) + 2);
    } else if (entry.given === null) this.#given.set(row, 1);
    this.#flags.set(row, KINDS.indexOf(kind) | (this.#flags.get(row) & 0b111100));
    if (entry.type === 'ledger.unknown') return;
    this.#ackedAt.set(row, entry.t);
    this.#bytes.set(row, Math.max(0, entry.bytes));
  }

  delete(id: string, state: 'acked' | 'unknown'): void {
    const row = this.#ids.add(id);
    this.#flags.set(row, (this.#flags.get(row) & 0b110011) | (DELETED.indexOf(state) << 2));
  }

  /** Says whose its id is now. */
  inherit(id: string, heir: LedgerEntry['heir']): void {
    const row = this.#ids.add(id);
    this.#flags.set(row, (this.#flags.get(row) & 0b1111) | (HEIRS.indexOf(heir) << 4));
  }

  /** Writes that the app gave the same id, in the order of the journal: a group for each id that more than one has. */
  sharers(): readonly (readonly LedgerEntry[])[] {
    const first = new Map<number, number>();
    const groups = new Map<number, LedgerEntry[]>();
    for (let row = 0; row < this.size; row += 1) {
      const given = this.#given.get(row);
      if (given < 2) continue;
      const before = first.get(given);
      if (before === undefined) first.set(given, row);
      else groups.set(given, [...(groups.get(given) ?? [new View(this, before)]), new View(this, row)]);
    }
    return [...groups.values()];
  }

  /** @param place which S3; nothing for the other ways */
  enter(id: string, via: Via, place: string, { found, detail }: Answer): void {
    const row = this.#ids.add(id);
    const way = this.#way(via, place);
    const rank = RANKED.indexOf(found) + 1;
    if (rank <= way.found.get(row)) return;
    way.found.set(row, rank);
    const text = found === 'present' ? '' : detail.slice(0, DETAIL_CHARS_MAX);
    const kept = this.#details.size < DETAILS_MAX ? this.#details.add(text) : this.#details.find(text);
    way.detail.set(row, kept ?? 0);
  }

  #way(via: Via, place: string): Way {
    const own = via === 's3' ? `s3 ${place}` : via;
    const key = this.#ways.has(own) || this.#ways.size < WAYS_MAX || via !== 's3' ? own : 's3 ';
    const known = this.#ways.get(key);
    if (known !== undefined) return known;
    const way: Way = { via, found: bytes(), detail: counts() };
    this.#ways.set(key, way);
    return way;
  }

  /** What each place said that was asked by this way. */
  answers(row: number, via: Via): readonly Answer[] {
    const answers: Answer[] = [];
    for (const way of this.#ways.values()) {
      const found = way.via === via ? RANKED[way.found.get(row) - 1] : undefined;
      if (found !== undefined) answers.push({ found, detail: this.#details.at(way.detail.get(row)) });
    }
    return answers;
  }

  id = (row: number): string => this.#ids.at(row);
  step = (row: number): string => this.#steps.at(this.#step.get(row));
  place = (row: number): string => this.#places.at(this.#place.get(row));
  sentAt = (row: number): number => this.#sentAt.get(row);
  ackedAt = (row: number): number => this.#ackedAt.get(row);
  bytes = (row: number): number => this.#bytes.get(row);
  extra = (row: number): number => this.#extra.get(row);
  kind = (row: number): LedgerKind => KINDS[this.#flags.get(row) & 0b11] ?? 'set';
  deleted = (row: number): LedgerEntry['deleted'] => DELETED[(this.#flags.get(row) >> 2) & 0b11] ?? 'no';
  heir = (row: number): LedgerEntry['heir'] => HEIRS[this.#flags.get(row) >> 4] ?? 'none';
  given = (row: number): string | null | undefined => {
    const given = this.#given.get(row);
    if (given < 2) return given === 0 ? undefined : null;
    // Names of collections have no slash.
    const text = this.#givenIds.at(given - 2);
    return text.slice(text.indexOf('/') + 1);
  };
}

/** One row, read when it is asked for. */
class View implements LedgerEntry {
  readonly #rows: LedgerRows;
  readonly #row: number;

  constructor(rows: LedgerRows, row: number) {
    this.#rows = rows;
    this.#row = row;
  }

  get id(): string {
    return this.#rows.id(this.#row);
  }
  get kind(): LedgerKind {
    return this.#rows.kind(this.#row);
  }
  get place(): string {
    return this.#rows.place(this.#row);
  }
  get sentAt(): number | null {
    return numberOrNull(this.#rows.sentAt(this.#row));
  }
  get ackedAt(): number | null {
    return numberOrNull(this.#rows.ackedAt(this.#row));
  }
  get step(): string {
    return this.#rows.step(this.#row);
  }
  get given(): string | null | undefined {
    return this.#rows.given(this.#row);
  }
  get heir(): LedgerEntry['heir'] {
    return this.#rows.heir(this.#row);
  }
  get bytes(): number {
    return this.#rows.bytes(this.#row) || 0;
  }
  get added(): number {
    return this.kind === 'counter' ? this.#rows.extra(this.#row) || 0 : 0;
  }
  get offset(): number | null {
    return this.kind === 'counter' ? null : numberOrNull(this.#rows.extra(this.#row));
  }
  get deleted(): LedgerEntry['deleted'] {
    return this.#rows.deleted(this.#row);
  }
  get app(): Answer | null {
    return this.#rows.answers(this.#row, 'app')[0] ?? null;
  }
  get command(): Answer | null {
    return this.#rows.answers(this.#row, 'command')[0] ?? null;
  }
  get s3(): Answer | null {
    const answers = this.#rows.answers(this.#row, 's3');
    for (const says of S3_SAYS) {
      const answer = answers.find(({ found }) => found === says);
      if (answer !== undefined) return answer;
    }
    return null;
  }
  get s3Asked(): number {
    return this.#rows.answers(this.#row, 's3').length;
  }
  get s3Holding(): number {
    return this.#rows.answers(this.#row, 's3').filter(({ found }) => HELD.has(found)).length;
  }
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
