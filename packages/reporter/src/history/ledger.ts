import type { EntryOf } from '../journal/entry.ts';

type Found = EntryOf<'ledger.audited'>['found'];

/** The same place asked twice: a definite answer beats none, a bad one beats a good one. */
const rank: Readonly<Record<Found, number>> = { unreadable: 0, present: 1, absent: 2, corrupted: 3 };

export interface Answer {
  readonly found: Found;
  readonly detail: string;
}

/** One write and what became of it. */
export interface LedgerEntry {
  /** When the app said yes, milliseconds since the run began; null where the journal holds no such line. */
  readonly ackedAt: number | null;
  readonly step: string;
  readonly bytes: number;
  readonly app: Answer | null;
  readonly s3: Answer | null;
}

/** `ok` may be the app's word alone: see `appOnly`. */
export type Fate = 'ok' | 'lost' | 'corrupted' | 'unreadable' | 'not-audited';

/**
 * What became of an acknowledged write. Other bytes anywhere: corrupted. Where the app gives a definite answer, its
 * users live with that; where it cannot answer, S3's answer counts.
 */
export function fateOf(entry: LedgerEntry): Fate {
  const app = entry.app?.found ?? null;
  const s3 = entry.s3?.found ?? null;
  if (app === 'corrupted' || s3 === 'corrupted') return 'corrupted';
  if (app === 'absent') return 'lost';
  if (app === 'present') return 'ok';
  if (s3 === 'present') return 'ok';
  if (s3 === 'absent') return 'lost';
  return app === null && s3 === null ? 'not-audited' : 'unreadable';
}

/** The app has it, S3 does not: it lives in a cache, a queue, or another bucket. */
export const isAppOnly = (entry: LedgerEntry): boolean =>
  entry.app?.found === 'present' && entry.s3?.found === 'absent';

const DETAIL_CHARS_MAX = 120;

/** Every acknowledged or unclear write by its id. The one part of a history that grows with the run. */
export class LedgerBook {
  readonly acked = new Map<string, LedgerEntry>();
  readonly unknown = new Map<string, LedgerEntry>();

  add(entry: EntryOf<'ledger.acked' | 'ledger.unknown' | 'ledger.audited'>): void {
    switch (entry.type) {
      case 'ledger.acked':
        this.#update(this.acked, entry.entry, { ackedAt: entry.t, step: entry.step, bytes: Math.max(0, entry.bytes) });
        return;
      case 'ledger.unknown':
        this.#update(this.unknown, entry.entry, { step: entry.step });
        return;
      case 'ledger.audited': {
        const book = entry.acked ? this.acked : this.unknown;
        const before = book.get(entry.entry)?.[entry.via] ?? null;
        const answer: Answer = {
          found: entry.found,
          detail: entry.found === 'present' ? '' : entry.detail.slice(0, DETAIL_CHARS_MAX),
        };
        const kept = before === null || rank[answer.found] > rank[before.found] ? answer : before;
        this.#update(book, entry.entry, entry.via === 'app' ? { app: kept } : { s3: kept });
      }
    }
  }

  #update(book: Map<string, LedgerEntry>, id: string, fields: Partial<LedgerEntry>): void {
    const before = book.get(id) ?? { ackedAt: null, step: '', bytes: 0, app: null, s3: null };
    book.set(id, { ...before, ...fields });
  }
}
