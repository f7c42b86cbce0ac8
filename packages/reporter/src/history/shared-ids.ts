import { fateOf, type Fate } from './ledger-entry.ts';
import type { LedgerRows } from './ledger-rows.ts';

const UNPROVEN: ReadonlySet<Fate> = new Set(['unreadable', 'not-audited']);

/**
 * An id leads to one write at most. Of acknowledged writes that were given the same one and not deleted, one can still be
 * there: the last that was found, else the last that nobody could read back. The others are taken. The id of a deleted
 * write may be given again; then what is found under it is no return of what was deleted.
 * @returns how many ids lead to fewer writes than were acknowledged under them
 */
export function resolveSharedIds(rows: LedgerRows): number {
  let shared = 0;
  for (const group of rows.sharers()) {
    for (const { id } of group) rows.inherit(id, 'none');
    const living = group.filter(({ deleted }) => deleted === 'no');
    for (const { id, deleted } of group.slice(0, -1)) if (deleted !== 'no') rows.inherit(id, 'reused');
    if (living.length < 2) continue;
    shared += 1;
    const left =
      living.findLast((entry) => fateOf(entry) === 'ok') ?? living.findLast((entry) => UNPROVEN.has(fateOf(entry)));
    for (const entry of living) if (entry.id !== left?.id) rows.inherit(entry.id, 'taken');
  }
  return shared;
}
