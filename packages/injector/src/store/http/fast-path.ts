import type { Socket } from 'node:net';
import { readInto } from '../../http1/client-socket.ts';
import { lowerCaseName, readRequestHead, type OrdinaryHead } from '../../http1/request-head.ts';
import {
  IDLE_MAX_MS,
  noBody,
  StreamedBody,
  wholeBody,
  type PieceSource,
  type RequestBody,
} from '../body/request-body.ts';
import type { Headers } from './call.ts';
import { serve, type EndpointContext } from './exchange.ts';
import { KEEP_ALIVE_MS } from './respond.ts';
import { SocketOutlet, type TurnEnd } from './socket-outlet.ts';

const READ_BYTES = 64 * 1024;
/** What requests are read into, whosesoever they are: what is kept of a piece is copied before the next one is read. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);
const kept = (bytes: Buffer): Buffer => (bytes.buffer === shared.buffer ? Buffer.from(bytes) : bytes);

/**
 * Serves the plainly ordinary requests of a connection without node:http, which takes longer than the store itself. At the
 * first that is not, the connection is left to node:http for good.
 */
export class FastPath {
  readonly socket: Socket;
  readonly #context: EndpointContext;
  readonly #outlet: SocketOutlet;
  readonly #handOver: (socket: Socket) => void;
  readonly #remoteAddress: string;
  /** `closing` is for good: the last answer is out, or the connection is left. */
  #state: 'idle' | 'busy' | 'closing' = 'idle';
  /** The client sends no more. */
  #isEnded = false;
  /** What came before its time: a body that nobody wants yet, the requests that follow. */
  #held: Buffer | undefined;
  /** Of the exchange under way, while it is not in. */
  #body: StreamedBody | undefined;
  #bodyLeft = 0;
  #isBodyWanted = false;
  /** What the body is read into where it has no room of its own: its bytes have to stay while they are being taken. */
  #bodyBuffer: Buffer | undefined;

  /** `handOver` gives the socket to node:http, which reads on from what has been put back. */
  constructor(context: EndpointContext, accepted: Socket, turnEnd: TurnEnd, handOver: (socket: Socket) => void) {
    const socket = readInto(
      accepted,
      () => this.#buffer(),
      (bytes) => this.#came(bytes),
    );
    this.socket = socket;
    this.#context = context;
    this.#handOver = handOver;
    this.#remoteAddress = socket.remoteAddress ?? '';
    this.#outlet = new SocketOutlet(socket, turnEnd, () => {
      this.#state = 'closing';
    });
    socket.setTimeout(KEEP_ALIVE_MS).on('timeout', this.#onTimeout);
    socket.on('end', this.#onEnd).on('close', this.#onClose).on('error', this.#onError);
  }

  /** Where the next piece goes. */
  #buffer(): Buffer {
    const body = this.#body;
    if (body === undefined) return shared;
    const room = this.#held === undefined ? body.room : undefined;
    return room?.subarray(0, this.#bodyLeft) ?? (this.#bodyBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES));
  }

  /** Always true: who has enough of it pauses the socket. */
  #came(bytes: Buffer): true {
    if (this.#isBodyWanted) this.#feed(bytes);
    else if (this.#state === 'idle') this.#advance(bytes);
    else this.#hold(bytes);
    return true;
  }

  readonly #onEnd = (): void => {
    this.#isEnded = true;
    if (this.#body !== undefined) this.#body.gone();
    else if (this.#state === 'idle') this.#outlet.close();
  };

  readonly #onClose = (): void => this.#body?.gone();

  readonly #onTimeout = (): void => {
    if (this.#state === 'idle') this.#outlet.close();
    else if (this.#isBodyWanted) this.#body?.idle();
  };

  /** The close follows, and says all that there is to say. */
  readonly #onError = (): void => {};

  /** Serves what the bytes ask for, one request after the other. */
  #advance(bytes: Buffer): void {
    let rest: Buffer | undefined = bytes;
    while (rest !== undefined && this.#state === 'idle') {
      const head = readRequestHead(rest);
      const headers = head.kind === 'complete' ? headersOf(head.rawHeaders) : undefined;
      if (head.kind !== 'complete' || headers === undefined) {
        this.#leave(rest);
        return;
      }
      this.#serve(head, headers, head.headLength === rest.length ? undefined : rest.subarray(head.headLength));
      if (this.#state === 'idle') {
        rest = this.#held;
        this.#held = undefined;
      }
    }
  }

  #serve({ method, target, contentLength, keepAlive }: OrdinaryHead, headers: Headers, rest: Buffer | undefined): void {
    this.#state = 'busy';
    const body = this.#bodyOf(contentLength ?? 0, rest);
    const request = { method, target, headers, keepAlive, remoteAddress: this.#remoteAddress };
    const served = serve(this.#context, { request, body, outlet: this.#outlet });
    if (served === undefined && !this.socket.writableNeedDrain) {
      if (this.#state === 'busy') this.#state = 'idle';
      return;
    }
    // What is held may have to be put back, which cannot be done once the end has been read.
    if (this.#held !== undefined) {
      this.#held = kept(this.#held);
      this.socket.pause();
    }
    if (served === undefined) this.#onServed();
    else void served.then(this.#onServed);
  }

  #bodyOf(length: number, rest: Buffer | undefined): RequestBody {
    if (length === 0) {
      this.#held = rest;
      return noBody;
    }
    if (rest !== undefined && rest.length >= length) {
      this.#held = rest.length === length ? undefined : rest.subarray(length);
      return wholeBody(kept(rest.subarray(0, length)));
    }
    this.#held = rest === undefined ? undefined : kept(rest);
    this.#bodyLeft = length;
    this.#body = new StreamedBody(this.#pieces);
    return this.#body;
  }

  /** The answer is out. A client that does not take it in gets no other. */
  readonly #onServed = (): void => {
    if (this.#state === 'closing' || this.socket.destroyed) return;
    if (this.socket.writableNeedDrain) {
      this.socket.once('drain', this.#onServed);
      return;
    }
    this.#state = 'idle';
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#advance(held);
    if (!this.#isIdle()) return;
    if (this.#isEnded) this.#outlet.close();
    else this.socket.resume();
  };

  #isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Leaves the connection to node:http, with what has come and is not served. */
  #leave(bytes: Buffer): void {
    const socket = this.socket;
    this.#state = 'closing';
    this.#outlet.flush();
    socket.setTimeout(0).off('timeout', this.#onTimeout);
    socket.removeAllListeners('data').off('end', this.#onEnd).off('close', this.#onClose).off('error', this.#onError);
    // Paused, so that what is put back waits for its new reader.
    socket.pause();
    socket.unshift(kept(bytes));
    this.#handOver(socket);
    socket.resume();
  }

  #hold(bytes: Buffer): void {
    this.#held = this.#held === undefined ? kept(bytes) : Buffer.concat([this.#held, bytes]);
    this.socket.pause();
  }

  #feed(bytes: Buffer): void {
    const body = this.#body;
    if (body === undefined) return;
    const piece = bytes.length > this.#bodyLeft ? bytes.subarray(0, this.#bodyLeft) : bytes;
    this.#bodyLeft -= piece.length;
    const isLast = this.#bodyLeft === 0;
    if (isLast) {
      this.#body = undefined;
      this.#bodyBuffer = undefined;
      this.#isBodyWanted = false;
      if (piece.length < bytes.length) this.#hold(bytes.subarray(piece.length));
    }
    body.piece(piece);
    if (isLast) body.end();
  }

  readonly #pieces: PieceSource = {
    begin: () => this.socket.setTimeout(IDLE_MAX_MS),
    resume: () => {
      this.#isBodyWanted = this.#body !== undefined;
      const held = this.#held;
      if (this.#isBodyWanted && held !== undefined) {
        this.#held = undefined;
        this.#feed(held);
      }
      if (this.#isBodyWanted) this.socket.resume();
    },
    pause: () => {
      this.#isBodyWanted = false;
      this.socket.pause();
    },
    finish: () => this.socket.setTimeout(KEEP_ALIVE_MS),
  };
}

/** As node:http gives them, but for names that occur twice: it has rules for those, so undefined leaves them to it. */
function headersOf(rawHeaders: readonly string[]): Headers | undefined {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = lowerCaseName(rawHeaders[index] ?? '');
    if (headers[name] !== undefined) return undefined;
    headers[name] = rawHeaders[index + 1] ?? '';
  }
  return headers;
}
