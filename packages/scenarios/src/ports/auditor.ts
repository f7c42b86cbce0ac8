import type { EntryOf } from '@gameday/reporter/journal';
import type { Ledger } from '../core/ledger.ts';

export type AuditFinding = Omit<EntryOf<'ledger.audited'>, 't' | 'type'>;

/** Reads every ledger entry back, after recovery. */
export interface Auditor {
  audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal): Promise<void>;
}
