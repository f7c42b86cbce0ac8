import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ExchangeEvent, ExchangeOutcome } from '../core/event.ts';
import type { Exchange } from '../core/exchange.ts';
import { headerOf } from '../core/headers.ts';
import type { ErrorContext } from '../core/s3-error.ts';
import { resetConnection } from './reset.ts';
import type { Ruling } from './ruling.ts';

/** What S3's own answers say of an exchange: its ids and the date. */
export type AnswerContext = (exchange: Exchange) => ErrorContext;

/** What all exchanges of an injector share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly contextOf: AnswerContext;
  /** Called once for every exchange, when it is over. */
  readonly onOver: (live: InFlight) => void;
}

type FaultMark = ExchangeEvent['fault'];

/** Connections that were reset, with the fault that did it: they take pipelined requests with them. */
const resetBy = new WeakMap<Socket, FaultMark>();

/**
 * One exchange on the wire, from its head's arrival until nothing more can happen to it, whatever carries it: what is
 * told of it, and what may end it.
 */
export abstract class InFlight {
  readonly exchange: Exchange;
  readonly ruling: Ruling;
  /** The client's connection. */
  readonly socket: Socket;
  readonly startedMs: number;
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
  /** Whether the whole request went upstream. */
  outgoingComplete = false;
  protected readonly around: Surroundings;
  #emitted = false;

  constructor(ruling: Ruling, socket: Socket, startedMs: number, around: Surroundings) {
    this.exchange = ruling.exchange;
    this.ruling = ruling;
    this.socket = socket;
    this.startedMs = startedMs;
    this.around = around;
  }

  abstract get addedLatencyMs(): number;
  /** Whether the whole answer was handed to the client's connection. */
  protected abstract get isAnswered(): boolean;
  /** Whether a request is under way upstream. */
  protected abstract get isOutgoing(): boolean;
  /** Ends the request upstream. */
  abstract dropOutgoing(): void;

  get clock(): Clock {
    return this.around.clock;
  }

  get isOver(): boolean {
    return this.endedMs !== null || this.outcome !== null;
  }

  /** Ends every wait at once: the fault is over. */
  release(): void {}

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
    this.dropOutgoing();
    this.closed();
    this.#emit();
  }

  /** Nothing more goes to the client: it has its answer, or its connection is gone. */
  closed(): void {
    if (this.endedMs !== null) return;
    this.endedMs = this.clock.now();
    if (this.outcome === null) {
      if (this.isAnswered) this.outcome = 'answered';
      else if (resetBy.has(this.socket)) {
        this.outcome = 'cut';
        this.fault ??= resetBy.get(this.socket) ?? null;
      } else this.outcome = 'client-gone';
    }
    // A write that S3 has in full takes its course, whether or not somebody still waits for the answer.
    const isInCourse = this.upstreamMs === null && this.outgoingComplete && this.exchange.class !== 'read';
    if (isInCourse && this.isOutgoing) return;
    if (this.outcome !== 'answered' || !this.outgoingComplete) this.dropOutgoing();
    this.#emit();
  }

  #emit(): void {
    if (this.#emitted) return;
    this.#emitted = true;
    this.around.onOver(this);
  }
}
