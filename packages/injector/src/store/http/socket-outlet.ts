import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Outlet, ReplyHead } from './respond.ts';

/** Bodies up to here are copied behind their head: one write costs less than two. */
const ONE_WRITE_MAX_BYTES = 64 * 1024;

// oxlint-disable-next-line no-control-regex -- what must not stand in a header's value
const outsideOfValues = /[^\t\x20-\x7e\x80-\xff]/;

/** @throws Error where a value would break out of its line */
function headText({ status, headers }: ReplyHead): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index], headers[index + 1]];
    if (outsideOfValues.test(value)) throw new Error(`the header ${name} cannot be sent: ${JSON.stringify(value)}`);
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

/** Answers written straight to a socket, byte for byte as node:http would. `onLast` is told that no other may follow. */
export class SocketOutlet implements Outlet {
  readonly #socket: Socket;
  readonly #onLast: () => void;
  #isLast = false;

  constructor(socket: Socket, onLast: () => void) {
    this.#socket = socket;
    this.#onLast = onLast;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  send(head: ReplyHead, body: Buffer | string): void {
    const socket = this.#socket;
    const text = headText(head);
    if (body.length === 0) socket.write(text, 'latin1');
    else if (body.length <= ONE_WRITE_MAX_BYTES) socket.write(joined(text, body));
    else {
      socket.cork();
      socket.write(text, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    this.#isLast = !head.keepAlive;
    this.end();
  }

  begin(head: ReplyHead): void {
    this.#socket.write(headText(head), 'latin1');
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
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#onLast();
    this.#socket.destroy();
  }
}
