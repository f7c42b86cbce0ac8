import { request, type ClientRequest } from 'node:http';
import { Duplex } from 'node:stream';
import type { Carried, UpstreamConnection } from './upstream-connection.ts';

const HEAD_END = '\r\n\r\n';

/**
 * A connection whose request has gone out, as node:http's client takes it. That client begins with a head of its own,
 * which goes nowhere; the body's rest that follows goes on.
 */
class AnswerStream extends Duplex implements Carried {
  readonly #connection: UpstreamConnection;
  #isHeadOver = false;

  constructor(connection: UpstreamConnection, begun: Buffer) {
    super();
    this.#connection = connection;
    connection.carried = this;
    this.push(begun);
    this.on('error', () => {}); // Who reads the answer hears of it too.
  }

  answered(bytes: Buffer): boolean {
    return this.push(Buffer.from(bytes));
  }

  lost(inOrder: boolean): void {
    if (inOrder) this.push(null);
    else this.destroy(new Error('the upstream broke off'));
  }

  override _read(): void {
    this.#connection.goOn();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const rest = this.#isHeadOver ? bytes : bytes.subarray(bytes.indexOf(HEAD_END) + HEAD_END.length);
    this.#isHeadOver = true;
    if (rest.length === 0 || this.#connection.write(rest)) done();
    else this.#connection.whenTaken(() => done());
  }

  /** The answer is over: such a connection carries no other exchange. */
  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.carried = null;
    this.#connection.destroy();
    done(error);
  }
}

/**
 * Has node:http read the answer that comes on a connection.
 * @param begun what has come of it; copied
 * @param bodyLeft bytes of the request that are still to be written
 * @returns how to begin; until then the answer waits
 */
export function answerByNodeHttp(
  connection: UpstreamConnection,
  begun: Buffer,
  method: string,
  bodyLeft: number,
): () => ClientRequest {
  const stream = new AnswerStream(connection, Buffer.from(begun));
  return () =>
    request({
      createConnection: () => stream,
      method,
      headers: ['Content-Length', String(bodyLeft)],
      maxHeaderSize: 65_536,
    });
}
