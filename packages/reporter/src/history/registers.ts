import type { EntryOf } from '../journal/entry.ts';

/** A read whose answer was not what the ledger's last acknowledged version says. */
export interface DoubtfulRead {
  /** Index of the phase in which it was due. */
  readonly phase: number;
  readonly entry: string;
  /** When it left, milliseconds since the run began. */
  readonly at: number;
  /** Of what came; null for "there is no such thing". */
  readonly digest: string | null;
}

interface Version {
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
  /** By phase: reads that saw what they should. */
  readonly #fresh = new Map<number, number>();

  addAck({ entry, register, digest, t }: EntryOf<'ledger.acked'>): void {
    if (register === undefined || register === null) return;
    this.#registerOf.set(entry, register);
    const versions = this.#versions.get(register);
    const version: Version = { ackedAt: t, digest, entry };
    if (versions === undefined) this.#versions.set(register, [version]);
    else versions.push(version);
  }

  addRead({ class: cls, outcome, status, entry, sent, digest }: EntryOf<'work.request'>, phase: number): void {
    if (cls !== 'read' || entry === null || sent === null) return;
    if (outcome === 'good') {
      this.#fresh.set(phase, (this.#fresh.get(phase) ?? 0) + 1);
      return;
    }
    const missing = outcome === 'wrong-status' && status !== null && GONE.has(status);
    const other = outcome === 'wrong-body' && typeof digest === 'string';
    if ((!missing && !other) || this.#doubtful.length >= DOUBTFUL_MAX) return;
    this.#doubtful.push({ phase, entry, at: sent, digest: missing ? null : (digest ?? null) });
  }

  freshIn(phase: number): number {
    return this.#fresh.get(phase) ?? 0;
  }

  /**
   * Reads that saw an older state of their register, each with its age. Bytes that nobody wrote are not stale but wrong.
   * @param ackedAt of an entry by the ledger; null where it was never acknowledged
   */
  staleReads(ackedAt: (entry: string) => number | null): readonly StaleRead[] {
    const sorted = new Map<string, readonly Version[]>();
    const versionsOf = (entry: string): readonly Version[] => {
      const name = this.#registerOf.get(entry);
      if (name === undefined) {
        const at = ackedAt(entry);
        return at === null ? [] : [{ ackedAt: at, digest: '', entry }];
      }
      const known = sorted.get(name) ?? (this.#versions.get(name) ?? []).toSorted(byAck);
      sorted.set(name, known);
      return known;
    };
    return this.#doubtful.flatMap((read) => {
      const versions = versionsOf(read.entry);
      const seen = read.digest === null ? -1 : versions.findLastIndex(({ digest }) => digest === read.digest);
      if (read.digest !== null && seen === -1) return [];
      const newer = versions[seen + 1];
      return newer === undefined || newer.ackedAt > read.at ? [] : [{ ...read, ageMs: read.at - newer.ackedAt }];
    });
  }
}

export type StaleRead = DoubtfulRead & { readonly ageMs: number };

const byAck = (a: Version, b: Version): number => a.ackedAt - b.ackedAt || (a.entry < b.entry ? -1 : 1);
