/** A write that the workload made, and what the app said of it. */
export interface LedgerEntry {
  readonly id: string;
  /** The workload step that wrote it. */
  readonly step: string;
  readonly digest: string;
  readonly bytes: number;
  /** `unknown`: no clear answer came, so the write may or may not have happened. */
  readonly state: 'acked' | 'unknown';
}

/**
 * Every write of a run. An acknowledged entry must be there after recovery; an unknown one may be. Writes that the app
 * clearly refused (a 4xx) are not kept.
 */
export interface Ledger {
  /** A fresh entry id, unique in the run and safe in a URL. */
  nextId(): string;
  record(entry: LedgerEntry): void;
  /** An acknowledged entry, chosen by a draw in [0, 1); undefined while there is none. */
  known(draw: number): LedgerEntry | undefined;
  find(id: string): LedgerEntry | undefined;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
}

/** @param prefix starts every id, so that runs against a store that outlives them do not meet each other's entries */
export function createLedger(prefix: string): Ledger {
  const entries = new Map<string, LedgerEntry>();
  const acked: LedgerEntry[] = [];
  let count = 0;
  return {
    entries,
    nextId() {
      count += 1;
      return `${prefix}-${String(count).padStart(6, '0')}`;
    },
    record(entry) {
      entries.set(entry.id, entry);
      if (entry.state === 'acked') acked.push(entry);
    },
    known: (draw) => acked[Math.floor(draw * acked.length)],
    find: (id) => entries.get(id),
  };
}
