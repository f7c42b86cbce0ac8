import type { Ledger, LedgerEntry } from '../core/ledger.ts';

/** Does something with every one of some things, so many at a time, until all are done or the signal says stop. */
export async function forEach<Thing>(
  things: Iterable<Thing>,
  atOnce: number,
  signal: AbortSignal,
  action: (thing: Thing) => Promise<void>,
): Promise<void> {
  const iterator = things[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      if (signal.aborted) return;
      await action(next.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Every member of the ledger's set: what registers, counters and logs hold is read back place by place. */
export async function forEachEntry(
  ledger: Ledger,
  atOnce: number,
  signal: AbortSignal,
  action: (entry: LedgerEntry) => Promise<void>,
): Promise<void> {
  await forEach(setMembers(ledger), atOnce, signal, action);
}

function* setMembers(ledger: Ledger): IterableIterator<LedgerEntry> {
  for (const entry of ledger.entries()) if (entry.kind === 'set') yield entry;
}
