import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ExchangeEvent, ExchangeOutcome } from '../core/event.ts';
import type { Exchange } from '../core/exchange.ts';
import { headerOf } from '../core/headers.ts';
import type { ErrorContext } from '../core/s3-error.ts';
import type { Pace } from '../toxics/pace.ts';
import type { Arrival } from './arrival.ts';
import { Holds } from './holds.ts';
import { writableReason } from './pass-headers.ts';
import { resetConnection } from './reset.ts';
import type { Resigned } from './resign.ts';
import type { Ruling } from './ruling.ts';
import type { Upstream } from './upstream.ts';

/** What S3's own answers say of an exchange: its ids and the date. */
export type AnswerContext = (exchange: Exchange) => ErrorContext;

/** What all exchanges of an injector share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly contextOf: AnswerContext;
  /** Called once for every exchange, when it is over. */
  readonly onOver: (live: LiveExchange) => void;
}

/** How `100 Continue` is held back. */
interface ContinueHold {
  readonly delayMs: number;
  readonly endMs: number;
}

const NOTHING = Buffer.alloc(0);

type FaultMark = ExchangeEvent['fault'];

/** Connections that were reset, with the fault that did it: they take pipelined requests with them. */
const resetBy = new WeakMap<Socket, FaultMark>();

/** One exchange on the wire, from its head's arrival until nothing more can happen to it. */
export class LiveExchange {
  readonly exchange: Exchange;
  readonly ruling: Ruling;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream | null;
  readonly socket: Socket;
  readonly startedMs: number;
  readonly expectsContinue: boolean;
  readonly head: Resigned | null;
  continued = false;
  /** Null where it goes out as soon as S3 says so. */
  continueHold: ContinueHold | null = null;
  /** Null where the request's body goes out as fast as S3 takes it. */
  requestPace: (Pace & { readonly endMs: number }) | null = null;
  /** Whether the connection ends with the answer, whatever S3 says. */
  closeAfter = false;
  /** Where the registry keeps it. */
  place = -1;
  headMs: number | null = null;
  endedMs: number | null = null;
  upstreamMs: number | null = null;
  status: number | null = null;
  requestBytes = 0;
  responseBytes = 0;
  outcome: ExchangeOutcome | null = null;
  fault: FaultMark = null;
  applied = false;
  /** Why it was not passed on; null where it was, or a fault decided. */
  refused: string | null = null;
  /** The request upstream, once there is one. */
  outgoing: ClientRequest | null = null;
  /** Whether the whole request went upstream. */
  outgoingComplete = false;
  readonly #around: Surroundings;
  #holds: Holds | null = null;
  #emitted = false;

  constructor(ruling: Ruling, arrival: Arrival, around: Surroundings) {
    this.exchange = ruling.exchange;
    this.ruling = ruling;
    this.request = arrival.request;
    this.response = arrival.response;
    this.upstream = arrival.upstream;
    this.socket = arrival.request.socket;
    this.expectsContinue = arrival.expectsContinue;
    this.head = arrival.head;
    this.startedMs = around.clock.now();
    this.#around = around;
    const closed = (): void => this.#closed();
    this.response.on('close', closed);
    // A pipelined request whose turn has not come: its response would not hear of the connection's end.
    if (this.response.socket === null) this.socket.once('close', closed);
  }

  get clock(): Clock {
    return this.#around.clock;
  }

  get answerContext(): ErrorContext {
    return this.#around.contextOf(this.exchange);
  }

  /** Where its waits are kept; most exchanges have none. */
  get holds(): Holds {
    this.#holds ??= new Holds(this.#around.clock);
    return this.#holds;
  }

  get addedLatencyMs(): number {
    return this.#holds?.addedLatencyMs ?? 0;
  }

  get isOver(): boolean {
    return this.endedMs !== null || this.outcome !== null;
  }

  /** Calls back when every latency has passed; at once where there is none. */
  whenHeadIsDue(then: () => void): void {
    if (this.#holds === null) then();
    else this.#holds.whenHeadIsDue(then);
  }

  /** Puts the answer's head before the first byte of its body. */
  sendHead(status: number, reason: string, headers: string[]): void {
    const { response } = this;
    if (this.closeAfter && headerOf(headers, 'connection') === undefined) headers.push('Connection', 'close');
    // A client that was never told to continue will not send its body: what comes next on the line would be unclear.
    if (this.expectsContinue && !this.continued) {
      if (headerOf(headers, 'connection') === undefined) headers.push('Connection', 'close');
    }
    // Without this Node adds a Connection header of its own; HTTP/1.1 keeps connections without being told.
    else if (!this.closeAfter && response.shouldKeepAlive && this.request.httpVersionMinor > 0)
      response.removeHeader('Connection');
    response.sendDate = false;
    response.writeHead(status, writableReason(reason), headers);
    this.headMs = this.#around.clock.now();
    this.status = status;
  }

  /** Sends the head though no body has come yet; Node's own way of flushing it would write its bytes as UTF-8. */
  flushHead(): void {
    this.response.write(NOTHING);
  }

  /** Resets the client's connection. */
  abort(outcome: 'cut' | 'upstream-failed'): void {
    if (this.isOver) return;
    this.outcome = outcome;
    resetBy.set(this.socket, this.fault);
    resetConnection(this.socket);
  }

  /** Ends the client's connection in an orderly way, though the answer is not whole. */
  hangUp(): void {
    if (this.isOver) return;
    this.outcome = 'cut';
    resetBy.set(this.socket, this.fault);
    this.socket.destroySoon();
  }

  /** Another window strikes the exchange in flight. */
  cut(windowId: string, kind: NonNullable<FaultMark>['kind']): void {
    if (this.isOver) return;
    this.fault = { windowId, kind };
    this.abort('cut');
  }

  /** Ends every wait at once: the fault is over. */
  release(): void {
    this.#holds?.release();
  }

  /** The upstream has answered, or can no longer answer. */
  upstreamSettled(status: number | null, headers: readonly string[] = []): void {
    if (status !== null) this.applied = status >= 200 && status < 300;
    const { writes, exchange, zeroMs } = this.ruling;
    if (this.applied) writes?.took(exchange, this.clock.now() - zeroMs, headerOf(headers, 'x-amz-version-id') ?? null);
    if (this.endedMs !== null) this.#emit();
  }

  /** Ends it, whatever it waits for: the injector stops. */
  end(): void {
    this.abort('cut');
    this.outgoing?.destroy();
    this.#closed();
    this.#emit();
  }

  #closed(): void {
    if (this.endedMs !== null) return;
    this.#holds?.cancel();
    this.endedMs = this.#around.clock.now();
    if (this.outcome === null) {
      if (this.response.writableFinished) this.outcome = 'answered';
      else if (resetBy.has(this.socket)) {
        this.outcome = 'cut';
        this.fault ??= resetBy.get(this.socket) ?? null;
      } else this.outcome = 'client-gone';
    }
    // A write that S3 has in full takes its course, whether or not somebody still waits for the answer.
    const { outgoing } = this;
    if (outgoing !== null && this.upstreamMs === null && this.outgoingComplete && this.exchange.class !== 'read') {
      if (!outgoing.destroyed) return;
    }
    if (outgoing !== null && !(this.outcome === 'answered' && this.outgoingComplete)) outgoing.destroy();
    if (this.outcome === 'answered' && !this.request.complete) this.request.resume();
    this.#emit();
  }

  #emit(): void {
    if (this.#emitted) return;
    this.#emitted = true;
    this.#around.onOver(this);
  }
}
