import type { Entry } from '@gameday/reporter/journal';
import type { LedgerEntry } from './ledger-entry.ts';

/**
 * A write as the journal keeps it.
 * @param t milliseconds since the run began
 * @param received what stood in the answer in place of an id that it was to have; null where nothing was missing
 */
export function ledgerLine(t: number, written: LedgerEntry, received: string | null): Entry {
  const { id: entry, step, digest, bytes, state, kind, place, collection, added, offset, isGivenId, known } = written;
  const places = {
    sent: Math.round(written.sentMs * 1000) / 1000,
    ...(kind === 'register' && place !== null ? { register: place } : {}),
    ...(kind === 'counter' && place !== null ? { counter: place, added: added ?? 0 } : {}),
    ...(kind === 'log' && place !== null ? { log: place } : {}),
    ...(collection === null ? {} : { collection }),
    ...(isGivenId ? { given: known?.name ?? null } : {}),
    ...(offset === null ? {} : { offset }),
  };
  return state === 'acked'
    ? { t, type: 'ledger.acked', entry, step, digest, bytes, ...places, ...(received === null ? {} : { received }) }
    : { t, type: 'ledger.unknown', entry, step, digest, ...places };
}
