import type { GivenId } from './given-id.ts';
import type { Deletion, LedgerKind } from './ledger-rows.ts';

/** A write that the workload made, and what the app said of it. */
export interface LedgerEntry {
  /** The ledger's own; the same in every run of the same seed. */
  readonly id: string;
  /** How the app and its stores know it: by its id, unless the app gave it another. Null where nobody knows that one. */
  readonly known: GivenId | null;
  /** Whether the app gives it its id. */
  readonly isGivenId: boolean;
  readonly kind: LedgerKind;
  /** The register, counter or log that it wrote to; null for a member of the set. */
  readonly place: string | null;
  /** The collection that a member of the set belongs to; null for the one without a name. */
  readonly collection: string | null;
  /** The workload step that wrote it. */
  readonly step: string;
  /** SHA-256 of the bytes, hex. */
  readonly digest: string;
  readonly bytes: number;
  /** `unknown`: no clear answer came, so the write may or may not have happened. */
  readonly state: 'acked' | 'unknown';
  /** When the write left, milliseconds since the run began. */
  readonly sentMs: number;
  /** Whether the run has deleted it again. */
  readonly deletion: Deletion;
  /** Counters: how much was added. */
  readonly added: number | null;
  /** Logs: the offset that the app gave it. */
  readonly offset: number | null;
}

/** A write that is about to leave. */
export interface LedgerWrite {
  readonly kind: LedgerKind;
  readonly place: string | null;
  /** Of a member of the set; null, the default, for the one without a name. */
  readonly collection?: string | null;
  readonly step: string;
  readonly digest: string;
  readonly bytes: number;
  readonly sentMs: number;
  readonly added?: number;
  /** Whether the app gives it its id, by its answer. */
  readonly isGivenId?: boolean;
}

/** What an answer to a write told beside yes or no. */
export interface ToldOfWrite {
  /** Logs: its place in the log. */
  readonly offset?: number;
  /** Members of the set: the id that the app gave it. */
  readonly given?: GivenId | null;
}
