import type { Socket } from 'node:net';
import type { ExchangeEvent } from '../core/event.ts';
import type { InFlight } from './in-flight.ts';

const connections = new WeakMap<Socket, number>();
let connectionsSeen = 0;

function connectionOf(socket: Socket): number {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  connectionsSeen += 1;
  connections.set(socket, connectionsSeen);
  return connectionsSeen;
}

/** An exchange that is over, as plain data: nothing of it holds on to a socket. */
export function toEvent(live: InFlight): ExchangeEvent {
  return {
    exchange: live.exchange,
    connection: connectionOf(live.socket),
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
