import { ChunkScanner } from '../../http1/chunk-scanner.ts';
import { readResponseHead, type Framing, type OrdinaryAnswer } from '../../http1/response-head.ts';
import { mayAskAgain } from '../ask-again.ts';
import { InFlight, type Surroundings } from '../in-flight.ts';
import type { Ruling } from '../ruling.ts';
import type { UnderWay } from '../under-way.ts';
import { answerHead } from './answer-head.ts';
import { answerByNodeHttp } from './answer-stream.ts';
import type { Carried, UpstreamConnection, UpstreamConnections } from './upstream-connection.ts';

/** A request as the fast path takes it: its head is complete, its body of known length. */
export interface FastRequest {
  readonly ruling: Ruling;
  readonly startedMs: number;
  /** Head, and what has come of the body, as they go upstream. */
  readonly bytes: Buffer;
  /** How many of these are the body's. */
  readonly bodyBytes: number;
  /** How many bytes of the body are still to come. */
  readonly bodyLeft: number;
  /** Whether the client wants to go on with its connection. */
  readonly keepAlive: boolean;
}

/** The client's connection, as its exchange sees it. */
export interface ClientSide {
  readonly socket: InFlight['socket'];
  /** The whole answer was handed to the connection. @param bodyLeft bytes of the request that are still to come */
  answered(closes: boolean, bodyLeft: number): void;
  /** The answer is none that the fast path knows: the exchange, of which the client has heard nothing, is node:http's. */
  answerIsUnusual(exchange: FastExchange, underWay: UnderWay): void;
}

/** An exchange that nothing befalls, passed on as bytes. */
export class FastExchange extends InFlight implements Carried {
  readonly addedLatencyMs = 0;
  readonly #client: ClientSide;
  readonly #upstream: UpstreamConnections;
  readonly #keepAlive: boolean;
  #connection: UpstreamConnection | null = null;
  /** What was sent; null once it can no longer be sent again. */
  #sent: Buffer | null;
  #sentMs = 0;
  #bodyLeft: number;
  /** The beginning of a head that came in pieces. */
  #partialHead: Buffer | null = null;
  #answer: OrdinaryAnswer | null = null;
  #answerLeft = 0;
  #chunks: ChunkScanner | null = null;
  #isWhole = false;
  /** Whether more came than the answer: the upstream has lost count. */
  #isSpoilt = false;

  constructor(request: FastRequest, client: ClientSide, upstream: UpstreamConnections, around: Surroundings) {
    super(request.ruling, client.socket, request.startedMs, around);
    this.#client = client;
    this.#upstream = upstream;
    this.#keepAlive = request.keepAlive;
    this.#sent = request.bytes;
    this.#bodyLeft = request.bodyLeft;
    this.requestBytes = request.bodyBytes;
    this.outgoingComplete = request.bodyLeft === 0;
  }

  protected get isAnswered(): boolean {
    return this.#isWhole && this.socket.writableLength === 0;
  }

  protected get isOutgoing(): boolean {
    return this.#connection !== null && !this.#connection.destroyed;
  }

  /** How many bytes of the request are still to come from the client. */
  get bodyLeft(): number {
    return this.#bodyLeft;
  }

  /** Sends the request; false where no more of it may be read before the client's connection is resumed. */
  begin(): boolean {
    return this.#send(this.#upstream.take());
  }

  /** Passes a piece of the request's body on; false as above. */
  pass(piece: Buffer): boolean {
    this.requestBytes += piece.length;
    this.#bodyLeft -= piece.length;
    this.outgoingComplete = this.#bodyLeft === 0;
    return this.#write(piece);
  }

  answered(bytes: Buffer): boolean {
    if (this.#answer === null) return this.#readHead(bytes);
    return !this.isOver && this.#passBody(bytes, 0, 0, this.#answer.framing);
  }

  lost(inOrder: boolean): void {
    const again = this.#connection?.isUsed === true && this.#partialHead === null ? this.#sent : null;
    this.#connection = null;
    if (this.#isWhole) return;
    if (this.upstreamMs !== null) {
      if (this.#answer?.framing !== 'end' || !inOrder || this.isOver) this.abort('upstream-failed');
      else {
        this.socket.write('0\r\n\r\n');
        this.#isWhole = true;
        this.#whenTaken();
      }
      return;
    }
    if (again !== null && mayAskAgain(this.exchange.method) && !this.isOver) {
      this.#send(this.#upstream.open());
      return;
    }
    this.upstreamSettled(null);
    this.abort('upstream-failed');
  }

  dropOutgoing(): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    connection.carried = null;
    connection.destroy();
  }

  #send(connection: UpstreamConnection): boolean {
    const bytes = this.#sent;
    if (bytes === null) return true;
    this.#connection = connection;
    connection.carried = this;
    this.#sentMs = this.clock.now();
    if (this.requestBytes === 0 && this.outgoingComplete) {
      connection.write(bytes);
      return true;
    }
    this.#sent = null; // A body cannot be sent again.
    return this.#write(bytes);
  }

  #write(bytes: Buffer): boolean {
    const connection = this.#connection;
    if (connection === null || connection.write(bytes)) return true;
    connection.whenTaken(() => {
      if (!this.isOver && this.#connection === connection) this.socket.resume();
    });
    return false;
  }

  #readHead(piece: Buffer): boolean {
    const bytes = this.#partialHead === null ? piece : Buffer.concat([this.#partialHead, piece]);
    let start = 0;
    let head = readResponseHead(bytes, start, this.exchange.method);
    while (head.kind === 'interim') {
      start += head.headLength;
      head = readResponseHead(bytes, start, this.exchange.method);
    }
    if (head.kind === 'incomplete') {
      this.#partialHead = Buffer.from(bytes.subarray(start));
      return true;
    }
    this.#partialHead = null;
    if (head.kind === 'unusual') {
      this.#leaveToNodeHttp(bytes.subarray(start));
      return false;
    }
    this.#sent = null;
    return this.#passHead(bytes, start, head);
  }

  #leaveToNodeHttp(begun: Buffer): void {
    const connection = this.#connection;
    if (connection === null) return;
    const [sentMs, bodyBytes, isReused] = [this.#sentMs, this.requestBytes, connection.isUsed];
    const readAnswer = answerByNodeHttp(connection, begun, this.exchange.method, this.#bodyLeft);
    if (!this.isOver) {
      this.#connection = null;
      this.#client.answerIsUnusual(this, { sentMs, bodyBytes, isReused, readAnswer });
      return;
    }
    // The client has gone; what S3 has done is still told.
    const outgoing = readAnswer();
    outgoing.on('error', () => this.upstreamSettled(null));
    outgoing.on('response', ({ statusCode = null }) => {
      this.upstreamSettled(statusCode);
      outgoing.destroy();
    });
  }

  #passHead(bytes: Buffer, start: number, head: OrdinaryAnswer): boolean {
    const { status, headLength, framing, contentLength, idleSeconds } = head;
    this.upstreamMs = this.clock.now() - this.#sentMs;
    this.upstreamSettled(status);
    if (this.isOver) {
      this.dropOutgoing();
      return false;
    }
    if (idleSeconds !== null) this.#upstream.keepsIdle(idleSeconds);
    this.#answer = head;
    this.#answerLeft = contentLength;
    if (framing === 'chunks') this.#chunks = new ChunkScanner();
    this.status = status;
    this.headMs = this.clock.now();
    const bodyStart = start + headLength;
    const ready = answerHead(bytes, start, head, this.#closes);
    if (ready.ending === '') return this.#passBody(bytes, ready.start, bodyStart, framing);
    this.socket.cork();
    this.socket.write(bytes.toString('latin1', ready.start, bodyStart - 2) + ready.ending, 'latin1');
    const goesOn = this.#passBody(bytes, bodyStart, bodyStart, framing);
    this.socket.uncork();
    return goesOn;
  }

  get #closes(): boolean {
    return !this.#keepAlive || this.#answer?.saysClose === true;
  }

  /** Passes bytes on from `start`, of which those from `bodyStart` are the body's. */
  #passBody(bytes: Buffer, start: number, bodyStart: number, framing: Framing): boolean {
    let end = bodyStart;
    switch (framing) {
      case 'none':
        this.#isWhole = true;
        break;
      case 'length':
        end = Math.min(bytes.length, bodyStart + this.#answerLeft);
        this.#answerLeft -= end - bodyStart;
        this.responseBytes += end - bodyStart;
        this.#isWhole = this.#answerLeft === 0;
        break;
      case 'chunks': {
        const scanned = this.#chunks?.scan(bytes, bodyStart);
        if (scanned === undefined || scanned.state === 'wrong') {
          this.abort('upstream-failed');
          this.dropOutgoing();
          return false;
        }
        end = scanned.end;
        this.responseBytes += scanned.bodyBytes;
        this.#isWhole = scanned.state === 'ended';
        break;
      }
      case 'end':
        this.responseBytes += bytes.length - bodyStart;
        return this.#passAsChunk(bytes.subarray(bodyStart));
    }
    if (end < bytes.length) this.#isSpoilt = true;
    if (end > start) this.socket.write(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
    return this.#goesOn();
  }

  /** A body whose length nobody knows gets chunks, so that the client's connection can live on. */
  #passAsChunk(piece: Buffer): boolean {
    if (piece.length > 0) {
      this.socket.cork();
      this.socket.write(`${piece.length.toString(16)}\r\n`);
      this.socket.write(piece);
      this.socket.write('\r\n');
      this.socket.uncork();
    }
    return this.#goesOn();
  }

  /** Whether the client's connection has taken all that was written. */
  #goesOn(): boolean {
    if (this.socket.writableLength > 0) {
      this.#whenTaken();
      return false;
    }
    if (this.#isWhole) this.#finish();
    return true;
  }

  #whenTaken(): void {
    this.socket.write('', (error) => {
      if (this.isOver || error instanceof Error) return;
      this.#connection?.goOn();
      if (this.#isWhole) this.#finish();
    });
  }

  #finish(): void {
    const connection = this.#connection;
    const keep = this.#answer?.keepAlive === true && this.outgoingComplete && !this.#isSpoilt;
    const closes = this.#closes;
    if (keep && connection !== null) {
      this.#connection = null;
      this.#upstream.give(connection);
    } else this.dropOutgoing();
    this.closed();
    this.#client.answered(closes, this.#bodyLeft);
  }
}
