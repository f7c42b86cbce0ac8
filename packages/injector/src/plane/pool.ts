import { Agent, type ClientRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a pool's connections go. */
export interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

interface Idle {
  readonly socket: Socket;
  readonly sinceMs: number;
}

/** An upstream that closes idle connections after so long may already be closing one that has been idle for this much less. */
const CLOSING_MARGIN_MS = 1_000;

/**
 * Kept-alive connections to one origin, the last one used first. Node's own agent does the same for any origin, with
 * queues, limits and time-outs that nothing here needs; they took a tenth of the CPU time of a pass-through.
 */
export class Pool extends Agent {
  readonly #origin: Origin;
  readonly #idle: Idle[] = [];
  readonly #open = new Set<Socket>();
  /** For how long the upstream keeps an idle connection, in milliseconds, as it announced in `Keep-Alive`. */
  idleMaxMs = Infinity;

  constructor(origin: Origin) {
    super({ keepAlive: true });
    this.#origin = origin;
  }

  /** How many connections there are, idle or not. */
  get size(): number {
    return this.#open.size;
  }

  /** Node asks an agent for a connection through this method. */
  addRequest(request: ClientRequest): void {
    const idle = this.#takeIdle();
    if (idle !== undefined) request.reusedSocket = true;
    request.onSocket(idle ?? this.#connect());
  }

  override destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #takeIdle(): Socket | undefined {
    let idle = this.#idle.pop();
    while (idle !== undefined) {
      const fresh =
        this.idleMaxMs === Infinity || performance.now() - idle.sinceMs < this.idleMaxMs - CLOSING_MARGIN_MS;
      if (fresh && idle.socket.writable) return idle.socket;
      idle.socket.destroy();
      idle = this.#idle.pop();
    }
    return undefined;
  }

  #connect(): Socket {
    const { secure, host, port } = this.#origin;
    const options = { host, port, noDelay: true, keepAlive: true };
    const socket = secure ? connectTls({ ...options, servername: host }) : connect(options);
    this.#open.add(socket);
    socket.on('error', () => socket.destroy()); // A request in flight hears of it by itself.
    socket.once('close', () => this.#open.delete(socket));
    // Node's client says so when an answer is complete and the connection can serve another request.
    socket.on('free', () => {
      Reflect.set(socket, '_httpMessage', null); // else an idle connection keeps its whole last exchange alive
      this.#idle.push({ socket, sinceMs: performance.now() });
    });
    return socket;
  }
}
