import type { Entry } from '@gameday/reporter/journal';
import type { LedgerEntry } from './ledger.ts';

/** A write as the journal keeps it. @param t milliseconds since the run began */
export function ledgerLine(t: number, written: LedgerEntry): Entry {
  const { id: entry, step, digest, bytes, state, kind, place, added, offset } = written;
  const places = {
    sent: Math.round(written.sentMs * 1000) / 1000,
    ...(kind === 'register' && place !== null ? { register: place } : {}),
    ...(kind === 'counter' && place !== null ? { counter: place, added: added ?? 0 } : {}),
    ...(kind === 'log' && place !== null ? { log: place } : {}),
    ...(offset === null ? {} : { offset }),
  };
  return state === 'acked'
    ? { t, type: 'ledger.acked', entry, step, digest, bytes, ...places }
    : { t, type: 'ledger.unknown', entry, step, digest, ...places };
}
