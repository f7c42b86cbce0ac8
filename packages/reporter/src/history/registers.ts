import type { EntryOf } from '../journal/entry.ts';
import { counts, floats } from './columns.ts';
import { Counters } from './counters.ts';
import type { DoubtfulRead, StaleRead } from './stale-read.ts';
import { fingerprint, Texts } from './texts.ts';

/** Memory stays flat: an app with more stale answers has made its point. */
const DOUBTFUL_MAX = 200_000;
/** "There is no such thing." */
const GONE: ReadonlySet<number> = new Set([404, 410]);

/**
 * Every place that the workload wrote, as a register: a read must see the last version that was acknowledged before it
 * was sent, or a later one. An entry that nothing replaces is a register of one version; the ledger knows when that was
 * acknowledged, so only places with several versions are kept here: as rows of numbers, since there may be a million.
 */
export class Registers {
  readonly #versions = new Texts();
  readonly #names = new Texts();
  /** By version: its register's number plus one; 0 while only a read has seen it. */
  readonly #register = counts();
  /** When it left; when it was acknowledged, where the journal does not say. */
  readonly #sentAt = floats();
  /** Infinity for one that got no clear answer: it may take effect at any time. */
  readonly #ackedAt = floats();
  readonly #digest = floats();
  /** When a read first saw it; NaN where none did. */
  readonly #firstSeen = floats();
  readonly #doubtful: DoubtfulRead[] = [];
  readonly #counters = new Counters();
  /** By phase: reads that saw what they should. */
  readonly #fresh = new Map<number, number>();

  /** Whether anything was written to a place that is overwritten. */
  get any(): boolean {
    return this.#versions.size > 0;
  }

  addAck({ entry, register, digest, t, sent, counter, added = 0 }: EntryOf<'ledger.acked'>): void {
    if (counter !== undefined) this.#counters.add(counter, t, added);
    if (register === undefined || register === null) return;
    this.#add(register, entry, { sentAt: sent ?? t, ackedAt: t, digest });
  }

  addUnknown({ entry, register, digest = '', t, sent }: EntryOf<'ledger.unknown'>): void {
    if (register === undefined || register === null) return;
    this.#add(register, entry, { sentAt: sent ?? t, ackedAt: Infinity, digest });
  }

  #add(
    register: string,
    entry: string,
    version: { readonly sentAt: number; readonly ackedAt: number; readonly digest: string },
  ): void {
    const row = this.#versions.add(entry);
    this.#register.set(row, this.#names.add(register) + 1);
    this.#sentAt.set(row, version.sentAt);
    this.#ackedAt.set(row, version.ackedAt);
    this.#digest.set(row, fingerprint(version.digest));
  }

  addRead(read: EntryOf<'work.request'>, phase: number): void {
    const { class: cls, outcome, status, entry, sent, ended, digest, seen = null, counter } = read;
    if (cls !== 'read' || sent === null) return;
    if (counter !== undefined) this.#counters.addRead({ ...counter, phase, sent, good: outcome === 'good' });
    if (entry === null) {
      if (counter !== undefined && outcome === 'good') this.#freshen(phase);
      return;
    }
    if (outcome === 'good') {
      this.#freshen(phase);
      if (seen === null) return;
      const row = this.#versions.add(seen);
      if (Number.isNaN(this.#firstSeen.get(row))) this.#firstSeen.set(row, ended);
      return;
    }
    const missing = outcome === 'wrong-status' && status !== null && GONE.has(status);
    const other = outcome === 'wrong-body' && typeof digest === 'string';
    if ((!missing && !other) || this.#doubtful.length >= DOUBTFUL_MAX) return;
    this.#doubtful.push({
      phase,
      entry,
      at: sent,
      digest: missing ? null : (digest ?? null),
      seen: missing ? null : seen,
    });
  }

  #freshen(phase: number): void {
    this.#fresh.set(phase, (this.#fresh.get(phase) ?? 0) + 1);
  }

  freshIn(phase: number): number {
    return this.#fresh.get(phase) ?? 0;
  }

  /**
   * Reads that saw an older state of their register or counter, each with its age. Bytes that nobody wrote are not stale
   * but wrong. Writes that were under way at the same time may take effect in either order, so that a version is old only
   * where another left after it had been acknowledged, or seen.
   * @param ackedAt of an entry by the ledger; null where it was never acknowledged
   */
  staleReads(ackedAt: (entry: string) => number | null): readonly StaleRead[] {
    const registers = this.#doubtful.map(({ entry }) => this.#registerOf(entry));
    const prepared = this.#prepare(new Set(registers));
    const stale: StaleRead[] = [];
    for (const [index, read] of this.#doubtful.entries()) {
      const place = prepared.get(registers[index] ?? 0) ?? single(ackedAt(read.entry));
      const seen = this.#seenBy(read, place);
      if (read.digest !== null && seen === null) continue;
      const from = firstAbove(place.sent, seen === null ? -Infinity : this.#effectBy(seen));
      const sighted = place.seenFrom[from] ?? Infinity;
      const since = Math.min(place.ackedFrom[from] ?? Infinity, sighted);
      if (since <= read.at) {
        stale.push({
          ...read,
          ageMs: read.at - since,
          travelled: sighted <= read.at,
          behind: behindAt(place, from, read.at),
        });
      }
    }
    return [...stale, ...this.#counters.staleReads()];
  }

  /** The version of a place that came; null for none of them. */
  #seenBy({ digest, seen }: DoubtfulRead, { byDigest, rows }: Prepared): number | null {
    if (digest === null) return null;
    if (seen === null) return byDigest.get(fingerprint(digest)) ?? null;
    const row = this.#versions.find(seen);
    return row !== null && rows.has(row) ? row : null;
  }

  /** When a version had taken effect at the latest. */
  #effectBy = (row: number): number => Math.min(this.#ackedAt.get(row), orInfinity(this.#firstSeen.get(row)));

  /** The number of the register that an entry is a version of; 0 for none. */
  #registerOf(entry: string): number {
    const row = this.#versions.find(entry);
    return row === null ? 0 : this.#register.get(row);
  }

  #prepare(registers: ReadonlySet<number>): ReadonlyMap<number, Prepared> {
    const rowsOf = new Map<number, number[]>();
    for (const register of registers) if (register !== 0) rowsOf.set(register, []);
    for (let row = 0; row < this.#versions.size; row += 1) rowsOf.get(this.#register.get(row))?.push(row);
    return new Map([...rowsOf].map(([register, rows]) => [register, this.#placeOf(rows)]));
  }

  #placeOf(unordered: readonly number[]): Prepared {
    const rows = unordered.toSorted((a, b) => this.#sentAt.get(a) - this.#sentAt.get(b));
    return {
      byDigest: new Map(rows.map((row) => [this.#digest.get(row), row])),
      rows: new Set(rows),
      sent: rows.map((row) => this.#sentAt.get(row)),
      acked: rows.map((row) => this.#ackedAt.get(row)),
      ackedFrom: leastFrom(rows.map((row) => this.#ackedAt.get(row))),
      seenFrom: leastFrom(rows.map((row) => orInfinity(this.#firstSeen.get(row)))),
    };
  }
}

/** The versions of one register, so that a read of it is judged at once. */
interface Prepared {
  readonly byDigest: ReadonlyMap<number, number>;
  readonly rows: ReadonlySet<number>;
  /** When each left, rising. */
  readonly sent: readonly number[];
  /** The first acknowledgement, and the first sight, of any version from here on. */
  readonly ackedFrom: readonly number[];
  readonly seenFrom: readonly number[];
  readonly acked: readonly number[];
}

/** At each place the least of the values from there on. */
function leastFrom(values: readonly number[]): readonly number[] {
  let least = Infinity;
  return values
    .toReversed()
    .map((value) => (least = Math.min(least, value)))
    .toReversed();
}

/** More versions behind are not counted. */
const BEHIND_MAX = 1_000;

/** Versions from a place on that were acknowledged by then. */
const behindAt = ({ acked }: Prepared, from: number, at: number): number =>
  acked.slice(from, from + BEHIND_MAX).filter((ackedAt) => ackedAt <= at).length;

/** An entry that nothing replaces. */
const single = (at: number | null): Prepared => ({
  byDigest: new Map(),
  rows: new Set(),
  sent: at === null ? [] : [at],
  ackedFrom: at === null ? [] : [at],
  seenFrom: [],
  acked: at === null ? [] : [at],
});

const orInfinity = (value: number): number => (Number.isNaN(value) ? Infinity : value);

/** The first place in a rising list whose value is above another. */
function firstAbove(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
