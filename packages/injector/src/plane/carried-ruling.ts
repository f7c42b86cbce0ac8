import type { Socket } from 'node:net';
import type { Ruling } from './ruling.ts';
import type { UnderWay } from './under-way.ts';

/** A ruling on the next request of a connection, made before the connection was handed over to node:http. */
export interface CarriedRuling {
  readonly ruling: Ruling;
  readonly startedMs: number;
  /** Where the request has gone upstream already. */
  readonly underWay?: UnderWay;
}

const carried = new WeakMap<Socket, CarriedRuling>();

/** Quotas, occurrences and draws count every ruling: an exchange may have but one. */
export function carryRuling(socket: Socket, ruling: CarriedRuling): void {
  carried.set(socket, ruling);
}

/** The ruling that the connection carries, once. */
export function takeRuling(socket: Socket): CarriedRuling | undefined {
  const ruling = carried.get(socket);
  if (ruling !== undefined) carried.delete(socket);
  return ruling;
}
