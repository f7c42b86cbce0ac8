import { Agent, type ClientRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { IdleConnections } from './idle-connections.ts';

/** Where a pool's connections go. */
export interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/**
 * Kept-alive connections to one origin, the last one used first. Node's own agent does the same for any origin, with
 * queues, limits and time-outs that nothing here needs; they took a tenth of the CPU time of a pass-through.
 */
export class Pool extends Agent {
  readonly #origin: Origin;
  readonly #open = new Set<Socket>();
  readonly idle = new IdleConnections<Socket>();

  constructor(origin: Origin) {
    super({ keepAlive: true });
    this.#origin = origin;
  }

  /** Node asks an agent for a connection through this method. */
  addRequest(request: ClientRequest): void {
    const idle = this.idle.take();
    if (idle !== undefined) request.reusedSocket = true;
    request.onSocket(idle ?? this.#connect());
  }

  override destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #connect(): Socket {
    const { secure, host, port } = this.#origin;
    const options = { host, port, noDelay: true, keepAlive: true };
    const socket = secure ? connectTls({ ...options, servername: host }) : connect(options);
    this.#open.add(socket);
    socket.on('error', () => socket.destroy()); // A request in flight hears of it by itself.
    socket.once('close', () => {
      this.#open.delete(socket);
      this.idle.forget(socket);
    });
    // Node's client says so when an answer is complete and the connection can serve another request.
    socket.on('free', () => {
      Reflect.set(socket, '_httpMessage', null); // else an idle connection keeps its whole last exchange alive
      this.idle.give(socket);
    });
    return socket;
  }
}
