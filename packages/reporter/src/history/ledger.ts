import type { EntryOf } from '../journal/entry.ts';
import type { Via } from '../journal/ledger-entries.ts';
import { type PlaceFinding, resolveCounter, resolveLog, resolveRegister } from './ledger-places.ts';

type Found = EntryOf<'ledger.audited'>['found'];
export type LedgerKind = 'set' | 'register' | 'counter' | 'log';

/** The same place asked twice: a definite answer beats none, a bad one beats a good one. */
const rank: Readonly<Record<Found, number>> = { unreadable: 0, present: 1, duplicated: 2, absent: 3, corrupted: 4 };

export interface Answer {
  readonly found: Found;
  readonly detail: string;
}

/** One write and what became of it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerKind;
  /** Of registers, counters and logs: which. */
  readonly place: string;
  /** When it left; null where the journal does not say. */
  readonly sentAt: number | null;
  /** When the app said yes, milliseconds since the run began; null where the journal holds no such line. */
  readonly ackedAt: number | null;
  readonly step: string;
  readonly bytes: number;
  /** Counters: how much it added. */
  readonly added: number;
  /** Logs: where the app put it; null where it did not say. */
  readonly offset: number | null;
  /** Whether the run has deleted it again. */
  readonly deleted: 'no' | 'acked' | 'unknown';
  readonly app: Answer | null;
  /** What S3's places say together. */
  readonly s3: Answer | null;
  readonly command: Answer | null;
  /** How many of S3's places were asked, and how many hold it. */
  readonly s3Asked: number;
  readonly s3Holding: number;
}

/** `ok` may be the app's word alone: see `appOnly`. */
export type Fate = 'ok' | 'lost' | 'corrupted' | 'duplicated' | 'resurrected' | 'unreadable' | 'not-audited';

/**
 * What became of an acknowledged write. Other bytes anywhere: corrupted. Where the app gives a definite answer, its
 * users live with that; where it cannot answer, the stores' answers count. What was deleted must be nowhere.
 */
export function fateOf(entry: LedgerEntry): Fate {
  const answers = [entry.app, entry.s3, entry.command].flatMap((answer) => answer?.found ?? []);
  if (answers.length === 0) return 'not-audited';
  if (entry.deleted !== 'no') {
    if (entry.deleted === 'acked' && answers.some(isThere)) return 'resurrected';
    return answers.every((found) => found === 'unreadable') ? 'unreadable' : 'ok';
  }
  if (answers.includes('corrupted')) return 'corrupted';
  const app = entry.app?.found ?? 'unreadable';
  if (app === 'absent') return 'lost';
  if (answers.includes('duplicated')) return 'duplicated';
  if (answers.includes('present')) return 'ok';
  return answers.includes('absent') ? 'lost' : 'unreadable';
}

const isThere = (found: Found): boolean => found === 'present' || found === 'corrupted' || found === 'duplicated';

/** An unclear write that happened all the same. */
export const hasHappened = ({ app, s3, command }: LedgerEntry): boolean =>
  [app, s3, command].some((answer) => answer !== null && isThere(answer.found));

/** The app has it, S3 does not: it lives in a cache, a queue, or another bucket. */
export const isAppOnly = (entry: LedgerEntry): boolean =>
  entry.deleted === 'no' && entry.app?.found === 'present' && entry.s3?.found === 'absent';

/** Several places of S3 were asked, and one alone has it. */
export const isInOnePlace = ({ deleted, s3Asked, s3Holding }: LedgerEntry): boolean =>
  deleted === 'no' && s3Asked > 1 && s3Holding === 1;

const DETAIL_CHARS_MAX = 120;
const PRESENT: Answer = { found: 'present', detail: '' };

/** An entry while the journal is read. */
class Row implements LedgerEntry {
  readonly id: string;
  kind: LedgerKind = 'set';
  place = '';
  sentAt: number | null = null;
  ackedAt: number | null = null;
  step = '';
  bytes = 0;
  added = 0;
  offset: number | null = null;
  deleted: LedgerEntry['deleted'] = 'no';
  app: Answer | null = null;
  s3: Answer | null = null;
  command: Answer | null = null;
  s3Asked = 0;
  s3Holding = 0;
  /** The first place of S3 that was asked; the others' answers follow. */
  s3First: { readonly place: string; readonly answer: Answer } | null = null;
  s3Others: { readonly place: string; readonly answer: Answer }[] | null = null;

  constructor(id: string) {
    this.id = id;
  }
}

function rowOf(book: Map<string, Row>, id: string): Row {
  const known = book.get(id);
  if (known !== undefined) return known;
  const row = new Row(id);
  book.set(id, row);
  return row;
}

const worse = (before: Answer | null, answer: Answer): Answer =>
  before === null || rank[answer.found] > rank[before.found] ? answer : before;

/** Enters an answer. Of several places of S3 one that has it is enough, but other bytes anywhere are other bytes. */
function enter(row: Row, via: Via, place: string, answer: Answer): void {
  if (via !== 's3') {
    row[via] = worse(row[via], answer);
    return;
  }
  const first = row.s3First;
  if (first === null || first.place === place) {
    row.s3First = { place, answer: worse(first?.answer ?? null, answer) };
  } else {
    const others = row.s3Others ?? [];
    const at = others.findIndex((other) => other.place === place);
    others[at < 0 ? others.length : at] = { place, answer: worse(others[at]?.answer ?? null, answer) };
    row.s3Others = others;
  }
  const answers = [row.s3First, ...(row.s3Others ?? [])].flatMap((one) => one?.answer ?? []);
  row.s3Asked = answers.length;
  row.s3Holding = answers.filter(({ found }) => isThere(found)).length;
  const order = ['corrupted', 'duplicated', 'present', 'unreadable', 'absent'] as const;
  row.s3 = order.flatMap((found) => answers.find((one) => one.found === found) ?? [])[0] ?? answer;
}

const keyOf = ({ kind, place }: LedgerEntry): string => `${kind} ${place}`;

/** Every acknowledged or unclear write by its id. The one part of a history that grows with the run. */
export class LedgerBook {
  readonly #acked = new Map<string, Row>();
  readonly #unknown = new Map<string, Row>();
  /** What was read back of registers, counters and logs, by kind and name. */
  readonly #states = new Map<string, EntryOf<'ledger.state'>[]>();
  readonly #listed: EntryOf<'ledger.listed'>[] = [];
  #findings: readonly PlaceFinding[] = [];

  get acked(): ReadonlyMap<string, LedgerEntry> {
    return this.#acked;
  }

  get unknown(): ReadonlyMap<string, LedgerEntry> {
    return this.#unknown;
  }

  /** Lists of all that a store holds: without one, nobody looked for what is there twice. */
  get listed(): readonly EntryOf<'ledger.listed'>[] {
    return this.#listed;
  }

  /** What registers, counters and logs showed as wholes. */
  get places(): readonly PlaceFinding[] {
    return this.#findings;
  }

  add(
    entry: EntryOf<
      'ledger.acked' | 'ledger.unknown' | 'ledger.deleted' | 'ledger.audited' | 'ledger.state' | 'ledger.listed'
    >,
  ): void {
    switch (entry.type) {
      case 'ledger.acked': {
        const row = this.#write(this.#acked, entry);
        row.ackedAt = entry.t;
        row.bytes = Math.max(0, entry.bytes);
        return;
      }
      case 'ledger.unknown':
        this.#write(this.#unknown, entry);
        return;
      case 'ledger.deleted':
        rowOf(this.#acked, entry.entry).deleted = entry.state;
        return;
      case 'ledger.audited': {
        const row = rowOf(entry.acked ? this.#acked : this.#unknown, entry.entry);
        const { found, detail } = entry;
        const answer: Answer = found === 'present' ? PRESENT : { found, detail: detail.slice(0, DETAIL_CHARS_MAX) };
        enter(row, entry.via, entry.place ?? '', answer);
        return;
      }
      case 'ledger.state': {
        const key = `${entry.kind} ${entry.name}`;
        const known = this.#states.get(key);
        if (known === undefined) this.#states.set(key, [entry]);
        else known.push(entry);
        return;
      }
      case 'ledger.listed':
        this.#listed.push(entry);
    }
  }

  /** Says of each write to a register, counter or log what its place, read back, means for it. */
  resolve(): void {
    const rows = new Map<string, Row[]>([...this.#states.keys()].map((key) => [key, []]));
    for (const book of [this.#acked, this.#unknown]) {
      for (const row of book.values()) if (row.kind !== 'set') rows.get(keyOf(row))?.push(row);
    }
    this.#findings = [...this.#states].flatMap(([key, states]) => {
      const own = rows.get(key) ?? [];
      const kind = states[0]?.kind ?? 'register';
      const resolve = { register: resolveRegister, counter: resolveCounter, log: resolveLog }[kind];
      return resolve(own, states, (id, { via, place = '' }, found, detail) => {
        const row = this.#acked.get(id) ?? this.#unknown.get(id);
        if (row !== undefined) enter(row, via, place, found === 'present' ? PRESENT : { found, detail });
      });
    });
  }

  #write(book: Map<string, Row>, entry: EntryOf<'ledger.acked' | 'ledger.unknown'>): Row {
    const row = rowOf(book, entry.entry);
    const { register, counter, log } = entry;
    row.step = entry.step;
    row.sentAt = entry.sent ?? null;
    row.kind =
      typeof register === 'string'
        ? 'register'
        : counter === undefined
          ? log === undefined
            ? 'set'
            : 'log'
          : 'counter';
    row.place = register ?? counter ?? log ?? '';
    row.added = entry.added ?? 0;
    row.offset = entry.offset ?? null;
    return row;
  }
}
