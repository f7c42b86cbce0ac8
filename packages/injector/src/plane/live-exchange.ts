import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { headerOf } from '../core/headers.ts';
import type { ErrorContext } from '../core/s3-error.ts';
import type { Pace } from '../toxics/pace.ts';
import type { Arrival } from './arrival.ts';
import { Holds } from './holds.ts';
import { InFlight, type Surroundings } from './in-flight.ts';
import { writableReason } from './pass-headers.ts';
import type { Resigned } from './resign.ts';
import type { Ruling } from './ruling.ts';
import type { UnderWay } from './under-way.ts';
import type { Upstream } from './upstream.ts';

/** How `100 Continue` is held back. */
interface ContinueHold {
  readonly delayMs: number;
  readonly endMs: number;
}

const NOTHING = Buffer.alloc(0);

/** Pipelined requests whose turn had not come when they did: their responses would not hear of the connection's end. */
const waiting = new WeakMap<Socket, Set<LiveExchange>>();

function awaitTurn(live: LiveExchange): void {
  const { socket } = live;
  const known = waiting.get(socket);
  if (known !== undefined) {
    known.add(live);
    return;
  }
  const first = new Set([live]);
  waiting.set(socket, first);
  socket.once('close', () => {
    for (const each of first) each.closed();
  });
}

/** An exchange over node:http: the one that toxics can act on. */
export class LiveExchange extends InFlight {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream | null;
  readonly expectsContinue: boolean;
  readonly head: Resigned | null;
  /** Null where nothing had gone upstream before it came here. */
  readonly underWay: UnderWay | null;
  continued = false;
  /** Null where it goes out as soon as S3 says so. */
  continueHold: ContinueHold | null = null;
  /** Null where the request's body goes out as fast as S3 takes it. */
  requestPace: (Pace & { readonly endMs: number }) | null = null;
  /** Whether the connection ends with the answer, whatever S3 says. */
  closeAfter = false;
  /** The request upstream, once there is one. */
  outgoing: ClientRequest | null = null;
  #holds: Holds | null = null;

  constructor(ruling: Ruling, arrival: Arrival, around: Surroundings) {
    super(ruling, arrival.request.socket, arrival.startedMs ?? around.clock.now(), around);
    this.request = arrival.request;
    this.response = arrival.response;
    this.upstream = arrival.upstream;
    this.expectsContinue = arrival.expectsContinue;
    this.head = arrival.head;
    this.underWay = arrival.underWay ?? null;
    this.requestBytes = this.underWay?.bodyBytes ?? 0;
    this.response.on('close', () => this.closed());
    if (this.response.socket === null) awaitTurn(this);
  }

  get answerContext(): ErrorContext {
    return this.around.contextOf(this.exchange);
  }

  /** Where its waits are kept; most exchanges have none. */
  get holds(): Holds {
    this.#holds ??= new Holds(this.around.clock);
    return this.#holds;
  }

  get addedLatencyMs(): number {
    return this.#holds?.addedLatencyMs ?? 0;
  }

  protected get isAnswered(): boolean {
    return this.response.writableFinished;
  }

  protected get isOutgoing(): boolean {
    return this.outgoing !== null && !this.outgoing.destroyed;
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
    this.headMs = this.around.clock.now();
    this.status = status;
  }

  /** Sends the head though no body has come yet; Node's own way of flushing it would write its bytes as UTF-8. */
  flushHead(): void {
    this.response.write(NOTHING);
  }

  /** Calls back when all answers before this one on its connection have left. */
  whenItsTurn(then: () => void): void {
    if (this.response.socket === null) this.response.once('socket', () => process.nextTick(then));
    else then();
  }

  /** Ends every wait at once: the fault is over. */
  override release(): void {
    this.#holds?.release();
  }

  dropOutgoing(): void {
    this.outgoing?.destroy();
  }

  override closed(): void {
    if (this.endedMs !== null) return;
    this.#holds?.cancel();
    waiting.get(this.socket)?.delete(this);
    super.closed();
    if (this.outcome === 'answered' && !this.request.complete) this.request.resume();
  }
}
