import type { EntryOf } from '../journal/entry.ts';

type Found = EntryOf<'ledger.audited'>['found'];
export type LedgerKind = 'set' | 'register' | 'counter' | 'log';

export interface Answer {
  readonly found: Found;
  readonly detail: string;
}

/** One write and what became of it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerKind;
  /** Of registers, counters and logs: which. */
  readonly place: string;
  /** When it left; null where the journal does not say. */
  readonly sentAt: number | null;
  /** When the app said yes, milliseconds since the run began; null where the journal holds no such line. */
  readonly ackedAt: number | null;
  readonly step: string;
  /** The id that the app gave it; null where it was to give one and nobody knows it; undefined where it gives none. */
  readonly given: string | null | undefined;
  /** Its id leads to another write now: `taken` to one that was given the same id, `reused` to one after its delete. */
  readonly heir: 'none' | 'taken' | 'reused';
  readonly bytes: number;
  /** Counters: how much it added. */
  readonly added: number;
  /** Logs: where the app put it; null where it did not say. */
  readonly offset: number | null;
  /** Whether the run has deleted it again. */
  readonly deleted: 'no' | 'acked' | 'unknown';
  readonly app: Answer | null;
  /** What S3's places say together. */
  readonly s3: Answer | null;
  readonly command: Answer | null;
  /** How many of S3's places were asked, and how many hold it. */
  readonly s3Asked: number;
  readonly s3Holding: number;
}

/** `ok` may be the app's word alone: see `appOnly`. */
export type Fate = 'ok' | 'lost' | 'corrupted' | 'duplicated' | 'resurrected' | 'unreadable' | 'not-audited';

/**
 * What became of an acknowledged write. Other bytes anywhere: corrupted. Where the app gives a definite answer, its
 * users live with that; where it cannot answer, the stores' answers count. What was deleted must be nowhere. An id leads
 * to one write at most: of several that were given the same one, the others are lost.
 */
export function fateOf(entry: LedgerEntry): Fate {
  // What is read back under its id is another's.
  if (entry.heir !== 'none') return entry.heir === 'taken' ? 'lost' : 'ok';
  const answers = [entry.app, entry.s3, entry.command].flatMap((answer) => answer?.found ?? []);
  if (answers.length === 0) return 'not-audited';
  if (entry.deleted !== 'no') {
    if (entry.deleted === 'acked' && answers.some(isThere)) return 'resurrected';
    return answers.every((found) => found === 'unreadable') ? 'unreadable' : 'ok';
  }
  if (answers.includes('corrupted')) return 'corrupted';
  const app = entry.app?.found ?? 'unreadable';
  if (app === 'absent') return 'lost';
  if (answers.includes('duplicated')) return 'duplicated';
  if (answers.includes('present')) return 'ok';
  return answers.includes('absent') ? 'lost' : 'unreadable';
}

const isThere = (found: Found): boolean => found === 'present' || found === 'corrupted' || found === 'duplicated';

/** An unclear write that happened all the same. */
export const hasHappened = ({ app, s3, command }: LedgerEntry): boolean =>
  [app, s3, command].some((answer) => answer !== null && isThere(answer.found));

/** The app has it, S3 does not: it lives in a cache, a queue, or another bucket. */
export const isAppOnly = (entry: LedgerEntry): boolean =>
  entry.deleted === 'no' && entry.app?.found === 'present' && entry.s3?.found === 'absent';

/** Several places of S3 were asked, and one alone has it. */
export const isInOnePlace = ({ deleted, s3Asked, s3Holding }: LedgerEntry): boolean =>
  deleted === 'no' && s3Asked > 1 && s3Holding === 1;
