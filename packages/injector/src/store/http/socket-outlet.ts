import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isHeaderValue } from '../core/metadata.ts';
import type { Outlet, ReplyHead } from './respond.ts';

/** Bodies up to here are copied behind their head: one write costs less than two. */
const ONE_WRITE_MAX_BYTES = 64 * 1024;

/** @throws Error where a value would break out of its line */
function headText({ status, headers }: ReplyHead): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index], headers[index + 1]];
    if (!isHeaderValue(value)) throw new Error(`the header ${name} cannot be sent: ${JSON.stringify(value)}`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

function joined(head: string, body: Buffer | string): Buffer {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.write(head, 'latin1');
  if (typeof body === 'string') bytes.write(body, head.length);
  else bytes.set(body, head.length);
  return bytes;
}

/**
 * Answers that leave together at the end of a turn of the event loop: to wake a client costs more than to answer it, and
 * while it is awake the others come for less.
 */
export class TurnEnd {
  #waiting: SocketOutlet[] = [];

  add(outlet: SocketOutlet): void {
    if (this.#waiting.length === 0) setImmediate(this.#flush);
    this.#waiting.push(outlet);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const outlet of waiting) outlet.flush();
  };
}

/** Answers written straight to a socket, byte for byte as node:http would. `onLast` is told that no other may follow. */
export class SocketOutlet implements Outlet {
  readonly #socket: Socket;
  readonly #turnEnd: TurnEnd;
  readonly #onLast: () => void;
  /** A whole answer that waits for the end of the turn. */
  #waiting: Buffer | string | undefined;
  #isLast = false;

  constructor(socket: Socket, turnEnd: TurnEnd, onLast: () => void) {
    this.#socket = socket;
    this.#turnEnd = turnEnd;
    this.#onLast = onLast;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  send(head: ReplyHead, body: Buffer | string): void {
    const text = headText(head);
    this.flush();
    if (body.length <= ONE_WRITE_MAX_BYTES) {
      this.#waiting = body.length === 0 ? text : joined(text, body);
      this.#turnEnd.add(this);
    } else {
      const socket = this.#socket;
      socket.cork();
      socket.write(text, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    this.#isLast = !head.keepAlive;
    this.end();
  }

  /** Writes out what waits. */
  flush(): void {
    if (this.#waiting === undefined) return;
    this.#socket.write(this.#waiting, 'latin1');
    this.#waiting = undefined;
  }

  begin(head: ReplyHead): void {
    const text = headText(head);
    this.flush();
    this.#socket.write(text, 'latin1');
    this.#isLast = !head.keepAlive;
  }

  write(piece: Buffer): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off('close', done);
        resolve();
      };
      socket.on('close', done);
      socket.write(piece, done);
    });
  }

  end(): void {
    if (!this.#isLast) return;
    this.#onLast();
    this.close();
  }

  /** Closes the connection once everything is out. */
  close(): void {
    this.flush();
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.flush();
    this.#onLast();
    this.#socket.destroy();
  }
}
