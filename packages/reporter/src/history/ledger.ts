import type { EntryOf } from '../journal/entry.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { type PlaceFinding, resolveCounter, resolveLog, resolveRegister } from './ledger-places.ts';
import { LedgerRows } from './ledger-rows.ts';
import { resolveSharedIds } from './shared-ids.ts';

const keyOf = ({ kind, place }: LedgerEntry): string => `${kind} ${place}`;

/** Every acknowledged or unclear write by its id. The one part of a history that grows with the run. */
export class LedgerBook {
  readonly #acked = new LedgerRows();
  readonly #unknown = new LedgerRows();
  /** What was read back of registers, counters and logs, by kind and name. */
  readonly #states = new Map<string, EntryOf<'ledger.state'>[]>();
  readonly #listed: EntryOf<'ledger.listed'>[] = [];
  #findings: readonly PlaceFinding[] = [];
  #sharedIds = 0;
  #received: string | null = null;

  get acked(): LedgerRows {
    return this.#acked;
  }

  get unknown(): LedgerRows {
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

  /** How many ids the app gave to more than one write of which none was deleted. */
  get sharedIds(): number {
    return this.#sharedIds;
  }

  /** What the first answer had that said yes without the id that it was to have; null where none did. */
  get received(): string | null {
    return this.#received;
  }

  add(
    entry: EntryOf<
      'ledger.acked' | 'ledger.unknown' | 'ledger.deleted' | 'ledger.audited' | 'ledger.state' | 'ledger.listed'
    >,
  ): void {
    switch (entry.type) {
      case 'ledger.acked':
        this.#acked.write(entry);
        if (entry.given === null) this.#received ??= entry.received ?? 'nothing';
        return;
      case 'ledger.unknown':
        this.#unknown.write(entry);
        return;
      case 'ledger.deleted':
        this.#acked.delete(entry.entry, entry.state);
        return;
      case 'ledger.audited':
        (entry.acked ? this.#acked : this.#unknown).enter(entry.entry, entry.via, entry.place ?? '', entry);
        return;
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

  /** Says of each write what others mean for it: those to its register, counter or log, and those with its id. */
  resolve(): void {
    this.#sharedIds = resolveSharedIds(this.#acked);
    const rows = new Map<string, LedgerEntry[]>([...this.#states.keys()].map((key) => [key, []]));
    for (const book of [this.#acked, this.#unknown]) {
      for (const row of book.values()) if (row.kind !== 'set') rows.get(keyOf(row))?.push(row);
    }
    this.#findings = [...this.#states].flatMap(([key, states]) => {
      const own = rows.get(key) ?? [];
      const kind = states[0]?.kind ?? 'register';
      const resolve = { register: resolveRegister, counter: resolveCounter, log: resolveLog }[kind];
      return resolve(own, states, (id, { via, place = '' }, found, detail) => {
        const book = this.#acked.get(id) === undefined ? this.#unknown : this.#acked;
        book.enter(id, via, place, { found, detail });
      });
    });
  }
}
