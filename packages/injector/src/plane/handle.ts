import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '../core/client.ts';
import type { Exchange } from '../core/exchange.ts';
import { traitsOf } from '../core/fault-traits.ts';
import { headerOf } from '../core/headers.ts';
import { recognise } from '../core/recognise.ts';
import { hostAddress, type HostAddress } from '../core/s3-address.ts';
import { actOut } from '../toxics/registry.ts';
import type { Gate } from './admission.ts';
import type { Arrival } from './arrival.ts';
import { forward } from './forward.ts';
import { LiveExchange, type Surroundings } from './live-exchange.ts';
import { asItIs } from './manner.ts';
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
  readonly rule: (exchange: Exchange, client: Client) => Ruling;
}

const HOSTS_REMEMBERED_MAX = 1_024;

/** Makes the one handler that every door feeds: recognise, decide, act; observing is the exchange's own affair. */
export function createHandler(parts: HandlerParts): Handler {
  const { registry, upstreams, rule } = parts;
  const hosts = new Map<string, HostAddress>();
  let count = 0;

  function addressOf(host: string): HostAddress {
    let address = hosts.get(host);
    if (address === undefined) {
      if (hosts.size >= HOSTS_REMEMBERED_MAX) hosts.clear();
      address = hostAddress(host);
      hosts.set(host, address);
    }
    return address;
  }

  function begin(exchange: Exchange, arrival: Arrival): void {
    const ruling = rule(exchange, new RequestClient(arrival.request, arrival.expectsContinue));
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
    const headers = request.rawHeaders;
    count += 1;
    const recognised = recognise({
      id: count,
      method: request.method ?? '',
      target: request.url ?? '/',
      headers,
      host: addressOf(headerOf(headers, 'host') ?? origin.tunnelOf?.(request) ?? ''),
      region: origin.region,
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
