import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '../core/client.ts';
import type { Exchange } from '../core/exchange.ts';
import { traitsOf } from '../core/fault-traits.ts';
import { actOut } from '../toxics/registry.ts';
import type { Gate } from './admission.ts';
import type { Arrival } from './arrival.ts';
import { takeRuling } from './carried-ruling.ts';
import { forward } from './forward.ts';
import type { Surroundings } from './in-flight.ts';
import { LiveExchange } from './live-exchange.ts';
import { asItIs } from './manner.ts';
import type { Recogniser } from './recogniser.ts';
import type { Registry } from './registry.ts';
import { RequestClient } from './request-client.ts';
import { passes, type Ruling } from './ruling.ts';
import type { Upstream } from './upstream.ts';
import { createWire } from './wire.ts';

/** What a door knows of the requests that come through it. */
export interface Origin {
  /** The region of its endpoint; null where each request must tell its own. */
  readonly region: string | null;
  /** Where a connection is tunnelled to (`host:port`), if it is. */
  readonly tunnelOf?: (request: IncomingMessage) => string | undefined;
}

/** Takes a request in hand; false where it cannot be one for S3, and was not touched. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  expectsContinue: boolean,
) => boolean;

export interface HandlerParts extends Surroundings {
  readonly registry: Registry;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly recognise: Recogniser;
  readonly rule: (exchange: Exchange, client: Client) => Ruling;
}

/** Makes the one handler that every door feeds: recognise, decide, act; observing is the exchange's own affair. */
export function createHandler(parts: HandlerParts): Handler {
  const { registry, upstreams, recognise, rule } = parts;

  function begin(exchange: Exchange, arrival: Arrival): void {
    const { request, expectsContinue } = arrival;
    act(
      rule(exchange, new RequestClient(request.socket, request.rawHeaders, request.url ?? '/', expectsContinue)),
      arrival,
    );
  }

  function act(ruling: Ruling, arrival: Arrival): void {
    const live = new LiveExchange(ruling, arrival, parts);
    registry.add(live);
    for (const { windowId, endMs, effect } of ruling.decision) {
      if (live.fault === null || traitsOf(effect.kind).goesOn !== true) live.fault = { windowId, kind: effect.kind };
      if (actOut(effect, createWire(live, ruling.zeroMs + endMs)) === 'decided') return;
    }
    forward(live, asItIs);
  }

  /** Asks leave first. What is refused meets no fault, goes nowhere, and is told so. */
  function ask(gate: Gate, exchange: Exchange, arrival: Arrival, proxied: boolean): void {
    const { request } = arrival;
    const asked = { exchange, headers: request.rawHeaders, target: request.url ?? '/', proxied };
    void gate.admit(asked).then((admission) => {
      if (request.socket.destroyed) return null; // The client did not wait.
      if (admission.admitted) begin(exchange, { ...arrival, head: admission.head });
      else {
        const live = new LiveExchange({ ...passes, exchange }, arrival, parts);
        live.refused = admission.error.message;
        registry.add(live);
        const wire = createWire(live, Infinity);
        wire.discardRequest(() => wire.answerWith(admission.error));
      }
      return null;
    });
  }

  return (request, response, origin, expectsContinue) => {
    const carried = takeRuling(request.socket);
    if (carried !== undefined) {
      const { ruling, startedMs, underWay } = carried;
      const upstream = upstreams.get(ruling.exchange.region) ?? null;
      act(ruling, { request, response, upstream, expectsContinue, head: null, startedMs, underWay });
      return true;
    }
    const recognised = recognise({
      method: request.method ?? '',
      target: request.url ?? '/',
      headers: request.rawHeaders,
      region: origin.region,
      tunnelOf: origin.tunnelOf?.(request),
    });
    if (recognised === null) return false;
    const upstream = upstreams.get(recognised.region) ?? null;
    const arrival = { request, response, upstream, expectsContinue, head: null };
    const gate = upstream?.gate ?? null;
    if (gate === null) begin(recognised, arrival);
    else ask(gate, recognised, arrival, origin.region === null);
    return true;
  };
}
