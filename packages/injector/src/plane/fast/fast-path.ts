import type { Socket } from 'node:net';
import type { Client } from '../../core/client.ts';
import type { Exchange } from '../../core/exchange.ts';
import { readInto } from '../../http1/client-socket.ts';
import { readRequestHead, type OrdinaryHead } from '../../http1/request-head.ts';
import { carryRuling, type CarriedRuling } from '../carried-ruling.ts';
import type { Surroundings } from '../in-flight.ts';
import type { Recogniser } from '../recogniser.ts';
import type { Registry } from '../registry.ts';
import { RequestClient } from '../request-client.ts';
import type { Ruling } from '../ruling.ts';
import type { UnderWay } from '../under-way.ts';
import { FastExchange, type ClientSide } from './fast-exchange.ts';
import { headForUpstream, headWithBodyLeft, mustBeWrittenAnew } from './head-bytes.ts';
import type { UpstreamConnections } from './upstream-connection.ts';

export interface FastPathParts extends Surroundings {
  readonly region: string;
  readonly registry: Registry;
  readonly upstream: UpstreamConnections;
  readonly recognise: Recogniser;
  readonly rule: (exchange: Exchange, client: Client) => Ruling;
  /** Gives a connection to node:http, which knows the rest of the protocol and every fault. */
  readonly toNodeHttp: (socket: Socket) => void;
}

/** Takes connections in hand until something on them is not plainly ordinary, or something befalls it. */
export interface FastPath {
  /** Gives the socket that the connection has from now on. */
  accept(accepted: Socket): Socket;
}

/** An upstream that has once answered in ways that the fast path does not know is left to node:http from then on. */
interface Road extends FastPathParts {
  isOpen: boolean;
}

export function openFastPath(parts: FastPathParts): FastPath {
  const road: Road = { ...parts, isOpen: true };
  return {
    accept: (accepted) => {
      if (road.isOpen) return new FastConnection(accepted, road).socket;
      road.toNodeHttp(accepted);
      return accepted;
    },
  };
}

/** Whether a request is one of those that the fast path carries. */
function isCarried({ method, contentLength }: OrdinaryHead): boolean {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'DELETE':
      return contentLength === null || contentLength === 0;
    case 'PUT':
    case 'POST':
      return contentLength !== null;
    default:
      return false;
  }
}

/** A request without a body is read whole. */
const SHORT_BYTES = 16 * 1_024;
const LONG_BYTES = 64 * 1_024;

/** A client's connection. */
class FastConnection implements ClientSide {
  readonly socket: Socket;
  readonly #road: Road;
  #exchange: FastExchange | null = null;
  /** Of the request in hand. */
  #head: OrdinaryHead | null = null;
  /** What came before its turn. */
  #early: Buffer | null = null;
  readonly #short: Buffer = Buffer.allocUnsafeSlow(SHORT_BYTES);
  /** For the length of a long upload. */
  #long: Buffer | null = null;
  /** How many bytes are to come of a body that nobody wants any more. */
  #unwanted = 0;

  constructor(accepted: Socket, road: Road) {
    this.#road = road;
    this.socket = readInto(
      accepted,
      () => this.#buffer(),
      (bytes) => this.#came(bytes),
    );
    this.socket.on('end', this.#ended);
    this.socket.on('error', this.#failed);
    this.socket.on('close', this.#closed);
  }

  answered(closes: boolean, bodyLeft: number): void {
    this.#exchange = null;
    this.#head = null;
    if (this.socket.destroyed) return;
    if (closes) {
      this.socket.destroySoon();
      return;
    }
    this.#unwanted = bodyLeft;
    if (bodyLeft > 0) this.socket.resume();
    const early = this.#early;
    if (early !== null) this.#handOver(early);
  }

  answerIsUnusual(exchange: FastExchange, underWay: UnderWay): void {
    const head = this.#head;
    if (head === null) return;
    this.#road.isOpen = false;
    this.#road.registry.delete(exchange);
    this.#exchange = null;
    const { ruling, startedMs } = exchange;
    const request = headWithBodyLeft(head, exchange.bodyLeft);
    const bytes = this.#early === null ? request : Buffer.concat([request, this.#early]);
    this.#handOver(bytes, { ruling, startedMs, underWay });
  }

  /** What the next piece is read into. */
  #buffer(): Buffer {
    const left = this.#exchange?.bodyLeft ?? 0;
    this.#long = left > SHORT_BYTES ? (this.#long ?? Buffer.allocUnsafeSlow(LONG_BYTES)) : null;
    return this.#long ?? this.#short;
  }

  /** Bytes from the client, in a buffer that the next ones overwrite; false where no more may come yet. */
  #came(bytes: Buffer): boolean {
    const exchange = this.#exchange;
    if (exchange === null) return this.#unwanted === 0 ? this.#begin(bytes) : this.#drop(bytes);
    const wanted = exchange.bodyLeft;
    const goesOn = wanted === 0 || exchange.pass(bytes.length <= wanted ? bytes : bytes.subarray(0, wanted));
    if (bytes.length <= wanted) return goesOn;
    const early = bytes.subarray(wanted);
    this.#early = Buffer.concat(this.#early === null ? [early] : [this.#early, early]);
    return false;
  }

  readonly #ended = (): void => {
    this.socket.end();
  };

  readonly #failed = (): void => {
    this.socket.destroy();
  };

  readonly #closed = (): void => {
    this.#exchange?.closed();
  };

  #drop(bytes: Buffer): boolean {
    const dropped = Math.min(this.#unwanted, bytes.length);
    this.#unwanted -= dropped;
    return dropped === bytes.length || this.#begin(bytes.subarray(dropped));
  }

  #begin(bytes: Buffer): boolean {
    const road = this.#road;
    const head = road.isOpen ? readRequestHead(bytes) : null;
    if (head?.kind !== 'complete' || !isCarried(head)) return this.#handOver(Buffer.from(bytes));
    const { method, target, rawHeaders: headers, headLength, keepAlive } = head;
    const contentLength = head.contentLength ?? 0;
    const bodyLeft = headLength + contentLength - bytes.length;
    // Less than nothing: a second request has come with the first.
    const recognised = bodyLeft < 0 ? null : road.recognise({ method, target, headers, region: road.region });
    if (recognised === null) return this.#handOver(Buffer.from(bytes));
    const startedMs = road.clock.now();
    const ruling = road.rule(recognised, new RequestClient(this.socket, headers, target, false));
    const request = Buffer.from(bytes);
    if (ruling.decision.length > 0 || ruling.writes !== null) return this.#handOver(request, { ruling, startedMs });
    const exchange = new FastExchange(
      {
        ruling,
        startedMs,
        bytes: mustBeWrittenAnew(headers)
          ? Buffer.concat([headForUpstream(head), request.subarray(headLength)])
          : request,
        bodyBytes: contentLength - bodyLeft,
        bodyLeft,
        keepAlive,
      },
      this,
      road.upstream,
      road,
    );
    this.#exchange = exchange;
    this.#head = head;
    road.registry.add(exchange);
    return exchange.begin();
  }

  /** @param bytes what node:http is to read before all else */
  #handOver(bytes: Buffer, ruling?: CarriedRuling): true {
    const { socket } = this;
    socket.removeAllListeners('data');
    socket.off('end', this.#ended);
    socket.off('error', this.#failed);
    socket.off('close', this.#closed);
    if (ruling !== undefined) carryRuling(socket, ruling);
    socket.pause();
    socket.unshift(bytes);
    this.#road.toNodeHttp(socket);
    socket.resume();
    return true;
  }
}
