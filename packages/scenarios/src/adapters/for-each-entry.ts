import type { Ledger, LedgerEntry } from '../core/ledger.ts';

/** Does something with every ledger entry, so many at a time, until all are done or the signal says stop. */
export async function forEachEntry(
  ledger: Ledger,
  atOnce: number,
  signal: AbortSignal,
  action: (entry: LedgerEntry) => Promise<void>,
): Promise<void> {
  const entries = ledger.entries.values();
  const worker = async (): Promise<void> => {
    for (const entry of entries) {
      if (signal.aborted) return;
      await action(entry);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
