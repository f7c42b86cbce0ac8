import type { EntryOf } from '../journal/entry.ts';
import { Counters } from './counters.ts';

/** A read whose answer was not what the ledger's last acknowledged version says. */
export interface DoubtfulRead {
  /** Index of the phase in which it was due. */
  readonly phase: number;
  readonly entry: string;
  /** When it left, milliseconds since the run began. */
  readonly at: number;
  /** Of what came; null for "there is no such thing". */
  readonly digest: string | null;
  /** The version that came, as an entry, where the journal says so. */
  readonly seen: string | null;
}

interface Version {
  /** When it left; when it was acknowledged, where the journal does not say. */
  readonly sentAt: number;
  /** Infinity for one that got no clear answer: it may take effect at any time. */
  readonly ackedAt: number;
  readonly digest: string;
  readonly entry: string;
}

/** Memory stays flat: an app with more stale answers has made its point. */
const DOUBTFUL_MAX = 200_000;
/** "There is no such thing." */
const GONE: ReadonlySet<number> = new Set([404, 410]);

/**
 * Every place that the workload wrote, as a register: a read must see the last version that was acknowledged before it
 * was sent, or a later one. An entry that nothing replaces is a register of one version; the ledger knows when that was
 * acknowledged, so only places with several versions are kept here.
 */
export class Registers {
  readonly #versions = new Map<string, Version[]>();
  readonly #registerOf = new Map<string, string>();
  readonly #doubtful: DoubtfulRead[] = [];
  readonly #counters = new Counters();
  /** When a read first saw a version, by entry. */
  readonly #firstSeen = new Map<string, number>();
  /** By phase: reads that saw what they should. */
  readonly #fresh = new Map<number, number>();

  /** Whether anything was written to a place that is overwritten. */
  get any(): boolean {
    return this.#versions.size > 0;
  }

  addAck({ entry, register, digest, t, sent, counter, added = 0 }: EntryOf<'ledger.acked'>): void {
    if (counter !== undefined) this.#counters.add(counter, t, added);
    if (register === undefined || register === null) return;
    this.#add(register, { sentAt: sent ?? t, ackedAt: t, digest, entry });
  }

  addUnknown({ entry, register, digest = '', t, sent }: EntryOf<'ledger.unknown'>): void {
    if (register === undefined || register === null) return;
    this.#add(register, { sentAt: sent ?? t, ackedAt: Infinity, digest, entry });
  }

  #add(register: string, version: Version): void {
    this.#registerOf.set(version.entry, register);
    const versions = this.#versions.get(register);
    if (versions === undefined) this.#versions.set(register, [version]);
    else versions.push(version);
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
      if (seen !== null && !this.#firstSeen.has(seen)) this.#firstSeen.set(seen, ended);
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
    const prepared = new Map<string, Prepared>();
    const stale: StaleRead[] = [];
    for (const read of this.#doubtful) {
      const name = this.#registerOf.get(read.entry);
      const place =
        name === undefined ? single(read.entry, ackedAt(read.entry)) : (prepared.get(name) ?? this.#prepare(name));
      if (name !== undefined) prepared.set(name, place);
      const seen =
        read.digest === null
          ? undefined
          : read.seen === null
            ? place.byDigest.get(read.digest)
            : place.byEntry.get(read.seen);
      if (read.digest !== null && seen === undefined) continue;
      const effectBy =
        seen === undefined ? -Infinity : Math.min(seen.ackedAt, this.#firstSeen.get(seen.entry) ?? Infinity);
      const from = firstAbove(place.sent, effectBy);
      const sighted = place.seenFrom[from] ?? Infinity;
      const since = Math.min(place.ackedFrom[from] ?? Infinity, sighted);
      if (since <= read.at) stale.push({ ...read, ageMs: read.at - since, travelled: sighted <= read.at });
    }
    return [...stale, ...this.#counters.staleReads()];
  }

  #prepare(name: string): Prepared {
    const versions = (this.#versions.get(name) ?? []).toSorted((a, b) => a.sentAt - b.sentAt);
    return prepare(versions, (entry) => this.#firstSeen.get(entry) ?? Infinity);
  }
}

/** The versions of one register, so that a read of it is judged at once. */
interface Prepared {
  readonly byDigest: ReadonlyMap<string, Version>;
  readonly byEntry: ReadonlyMap<string, Version>;
  /** When each left, rising. */
  readonly sent: readonly number[];
  /** The first acknowledgement, and the first sight, of any version from here on. */
  readonly ackedFrom: readonly number[];
  readonly seenFrom: readonly number[];
}

function prepare(versions: readonly Version[], firstSeen: (entry: string) => number): Prepared {
  const ackedFrom: number[] = [];
  const seenFrom: number[] = [];
  for (const [index, { ackedAt, entry }] of [...versions.entries()].toReversed()) {
    ackedFrom[index] = Math.min(ackedAt, ackedFrom[index + 1] ?? Infinity);
    seenFrom[index] = Math.min(firstSeen(entry), seenFrom[index + 1] ?? Infinity);
  }
  return {
    byDigest: new Map(versions.map((version) => [version.digest, version])),
    byEntry: new Map(versions.map((version) => [version.entry, version])),
    sent: versions.map(({ sentAt }) => sentAt),
    ackedFrom,
    seenFrom,
  };
}

/** An entry that nothing replaces. */
const single = (entry: string, at: number | null): Prepared =>
  prepare(at === null ? [] : [{ sentAt: at, ackedAt: at, digest: '', entry }], () => Infinity);

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

export type StaleRead = DoubtfulRead & {
  readonly ageMs: number;
  /** An earlier read had seen the newer state already. */
  readonly travelled: boolean;
};
