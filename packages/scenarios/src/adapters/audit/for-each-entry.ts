import type { GivenId } from '../../core/ledger/given-id.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEntry } from '../../core/ledger/ledger-entry.ts';

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

/** A member of the set whose id is known, and so can be asked for. */
export type NamedEntry = LedgerEntry & { readonly known: GivenId };

/** Every member of a collection that has a known id: registers, counters and logs are read back place by place. */
export async function forEachEntry(
  ledger: Ledger,
  collection: string | null,
  atOnce: number,
  signal: AbortSignal,
  action: (entry: NamedEntry) => Promise<void>,
): Promise<void> {
  await forEach(namedMembers(ledger, collection), atOnce, signal, action);
}

function* namedMembers(ledger: Ledger, collection: string | null): IterableIterator<NamedEntry> {
  for (const entry of ledger.entries()) {
    const { kind, known } = entry;
    if (kind === 'set' && known !== null && entry.collection === collection) yield { ...entry, known };
  }
}
