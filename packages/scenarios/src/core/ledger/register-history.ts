import type { LedgerRows } from './ledger-rows.ts';
import type { Read } from './ledger-read.ts';
import { Steps } from '../workload/steps.ts';

/**
 * What a read of a register saw. `fresh`: a version that it may see. `stale`: one that another had replaced for sure
 * before the read left. `travelled`: stale, and an earlier read had seen the newer one already. `foreign`: bytes that
 * nobody wrote there. `absent`: nothing, and nothing had to be there.
 */
export interface Sighting {
  readonly verdict: 'fresh' | 'stale' | 'travelled' | 'foreign' | 'absent';
  /** The id of the version that it saw. */
  readonly version: string | null;
}

/**
 * A register, as Jepsen's linearizable one: writes take effect at some moment between leaving and being acknowledged,
 * unknown ones at any later moment, or never. Writes under way at the same time may take effect in either order.
 */
export class RegisterHistory {
  readonly #rows: LedgerRows;
  readonly #idOf: (index: number) => string;
  readonly #versions: number[] = [];
  /** When a version that had left at the value was known to have taken effect: by its yes, or by a read. */
  readonly #replaced = new Steps();
  readonly #seen = new Steps();
  #newest: number | null = null;

  constructor(rows: LedgerRows, idOf: (index: number) => string) {
    this.#rows = rows;
    this.#idOf = idOf;
  }

  /** The acknowledged version that left last. */
  get newest(): number | null {
    return this.#newest;
  }

  begin(index: number): void {
    this.#versions.push(index);
  }

  acked(index: number, atMs: number): void {
    const { sentMs } = this.#rows.get(index);
    this.#replaced.raise(atMs, sentMs);
    if (this.#newest === null || this.#rows.get(this.#newest).sentMs <= sentMs) this.#newest = index;
  }

  /** The version with these bytes, the newest first. */
  withDigest(digest: string): number | null {
    return this.#versions.findLast((index) => this.#rows.hasDigest(index, digest)) ?? null;
  }

  /** @param seen the version; null for "there is no such thing" */
  sight(seen: number | null, { sentMs, endedMs }: Read): Sighting {
    const sure = this.#replaced.at(sentMs);
    if (seen === null) {
      const travelled = this.#seen.at(sentMs) !== null;
      return { verdict: sure === null ? 'absent' : travelled ? 'travelled' : 'stale', version: null };
    }
    const version = this.#idOf(seen);
    const row = this.#rows.get(seen);
    // A refused write must not be there at all.
    if (row.state === 'refused') return { verdict: 'foreign', version };
    const effectBy = Math.min(row.state === 'acked' ? row.settledMs : Infinity, orInfinity(row.extra));
    const verdict =
      (this.#seen.at(sentMs) ?? -Infinity) > effectBy
        ? 'travelled'
        : (sure ?? -Infinity) > effectBy
          ? 'stale'
          : 'fresh';
    if (verdict === 'fresh') {
      if (Number.isNaN(row.extra)) this.#rows.set(seen, { extra: endedMs });
      this.#replaced.raise(endedMs, row.sentMs);
      this.#seen.raise(endedMs, row.sentMs);
    }
    return { verdict, version };
  }
}

const orInfinity = (value: number): number => (Number.isNaN(value) ? Infinity : value);
