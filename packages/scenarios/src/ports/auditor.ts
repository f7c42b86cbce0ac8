import type { EntryOf } from '@gameday/reporter/journal';
import type { Ledger } from '../core/ledger/ledger.ts';

type Audited = EntryOf<'ledger.audited'> | EntryOf<'ledger.state'> | EntryOf<'ledger.listed'>;
type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 't'> : never;
export type AuditFinding = Untimed<Audited>;
export type EntryFinding = Untimed<EntryOf<'ledger.audited'>>;
export type StateFinding = Untimed<EntryOf<'ledger.state'>>;

/** Reads the ledger back, after recovery. */
export interface Auditor {
  audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal): Promise<void>;
}
