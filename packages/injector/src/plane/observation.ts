import type { ExchangeEvent } from '../core/event.ts';
import type { LiveExchange } from './live-exchange.ts';

/** An exchange that is over, as plain data: nothing of it holds on to a socket. */
export function toEvent(live: LiveExchange): ExchangeEvent {
  return {
    exchange: live.exchange,
    startedMs: live.startedMs,
    headMs: live.headMs,
    endedMs: live.endedMs ?? live.startedMs,
    upstreamMs: live.upstreamMs,
    status: live.status,
    requestBytes: live.requestBytes,
    responseBytes: live.responseBytes,
    outcome: live.outcome ?? 'client-gone',
    fault: live.fault,
    addedLatencyMs: live.addedLatencyMs,
    refused: live.refused,
    applied: live.applied,
  };
}
