import { connect, type Socket } from 'node:net';
import { IdleConnections, type Keepable } from '../idle-connections.ts';

/** The exchange that a connection carries. */
export interface Carried {
  /**
   * Bytes of the answer. They are in a buffer that the next ones overwrite: true where they are dealt with, false where
   * they are not yet, and no more may be read before `goOn`.
   */
  answered(bytes: Buffer): boolean;
  /** The connection is over. @param inOrder whether the upstream ended it, rather than an error */
  lost(inOrder: boolean): void;
}

/** As much as Node reads at once. */
const BUFFER_BYTES = 64 * 1_024;

/**
 * A connection to the upstream for one exchange after the other. It reads into a buffer of its own, again and again:
 * Node's streams would take a new one for every piece.
 */
export class UpstreamConnection implements Keepable {
  /** Whether it has carried an exchange before: the upstream may be closing it just now. */
  isUsed = false;
  carried: Carried | null = null;
  readonly #socket: Socket;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #isEnded = false;

  constructor(host: string, port: number, closed: (connection: UpstreamConnection) => void) {
    const onread = { buffer: this.#buffer, callback: (length: number) => this.#read(length) };
    this.#socket = connect({ host, port, noDelay: true, keepAlive: true, onread });
    this.#socket.on('end', () => (this.#isEnded = true));
    this.#socket.on('error', () => {}); // It is closed after it.
    this.#socket.once('close', () => {
      closed(this);
      this.carried?.lost(this.#isEnded);
    });
  }

  get writable(): boolean {
    return this.#socket.writable;
  }

  get destroyed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends bytes of a request; false where they have not all left yet, and must stay as they are until they have. */
  write(bytes: Buffer): boolean {
    this.#socket.write(bytes);
    return this.#socket.writableLength === 0;
  }

  /** Calls back when all that was written has left. */
  whenTaken(then: () => void): void {
    this.#socket.write('', then);
  }

  /** Reads on, after an exchange that had not dealt with what there was. */
  goOn(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(length: number): boolean {
    if (this.carried !== null) return this.carried.answered(this.#buffer.subarray(0, length));
    this.#socket.destroy(); // Nobody asked.
    return false;
  }
}

/** Bare connections to one upstream that is on this machine. */
export class UpstreamConnections {
  readonly #host: string;
  readonly #port: number;
  readonly #open = new Set<UpstreamConnection>();
  readonly #idle = new IdleConnections<UpstreamConnection>();

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** A connection that waits for its next request, or else a new one. */
  take(): UpstreamConnection {
    return this.#idle.take() ?? this.open();
  }

  /** A new one. */
  open(): UpstreamConnection {
    const connection = new UpstreamConnection(this.#host, this.#port, (closed) => {
      this.#open.delete(closed);
      this.#idle.forget(closed);
    });
    this.#open.add(connection);
    return connection;
  }

  /** Its exchange is over, and it can carry another. */
  give(connection: UpstreamConnection): void {
    connection.isUsed = true;
    connection.carried = null;
    this.#idle.give(connection);
  }

  /** The upstream announced that it keeps idle connections for so long, in seconds. */
  keepsIdle(seconds: number): void {
    this.#idle.announced(seconds);
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
  }
}
