import type { Exchange } from './exchange.ts';
import type { FaultKind } from './fault.ts';

/**
 * How an exchange ended.
 * - `answered`: the client got a whole answer, S3's or a fault's.
 * - `cut`: the injector reset the connection.
 * - `client-gone`: the client gave up first.
 * - `upstream-failed`: no fault, but the S3 behind the injector could not be reached or broke off.
 */
export type ExchangeOutcome = 'answered' | 'cut' | 'client-gone' | 'upstream-failed';

/** Emitted exactly once for every exchange, when it is over. Times are milliseconds of the injector's clock. */
export interface ExchangeEvent {
  readonly exchange: Exchange;
  /** The client's connection that it came on, counted from 1 in a process; exchanges on one connection share it. */
  readonly connection?: number;
  readonly startedMs: number;
  /** When the first byte of the answer's head went to the client; null where none did. */
  readonly headMs: number | null;
  readonly endedMs: number;
  /** From sending upstream to the upstream's head; null where the upstream was not asked or never answered. */
  readonly upstreamMs: number | null;
  /** The status sent to the client; null where no head was sent. */
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly outcome: ExchangeOutcome;
  /** The fault that decided the exchange's fate, or that cut it in flight. */
  readonly fault: { readonly windowId: string; readonly kind: FaultKind } | null;
  /** Latency added by faults, in milliseconds; 0 where none was. */
  readonly addedLatencyMs: number;
  /**
   * Why the injector would not pass the request on and answered by itself: the upstream is not on this machine, and the
   * user has not armed the injector for what was asked. Null for all others.
   */
  readonly refused: string | null;
  /** True where the upstream answered the request with success, whatever the client was told. */
  readonly applied: boolean;
}
