import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { hasBlackHoles, openBlackHole, type BlackHole } from './black-hole.ts';
import type { FastPath } from './fast/fast-path.ts';
import type { Handler } from './handle.ts';
import { probe, type Reception } from './probe.ts';

/** `refuse`: nobody listens. `drop`: what connects is neither accepted nor refused. */
export type DoorState = 'open' | 'refuse' | 'drop';

/** A way in. */
export interface Door {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /**
   * Opens it on the same port, or shuts it in one of two ways. Refusing closes the connections that carry no exchange,
   * the `busy` ones when theirs is over; dropping leaves them.
   */
  become(state: DoorState, busy: ReadonlySet<Socket>): void;
  /** What becomes of a new connection, once the change that is under way is made. */
  probe(): Promise<Reception>;
  /** To be told whenever an exchange on a connection is over. */
  exchangeOver(socket: Socket): void;
  close(): Promise<void>;
}

/** How long to wait before trying again for a port that something else took while the door was shut. */
const RETRY_MS = 20;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Stops listening and leaves every connection. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close();
    // The kernel's socket is closed on the next turn of the event loop.
    setImmediate(resolve);
  });
}

/** Serves HTTP on connections that were accepted elsewhere. */
function openNodeHttp(region: string, handle: Handler): (socket: Socket) => void {
  const origin = { region };
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, origin, false);
  };
  const server = createHttpServer(
    {
      // S3 decides when a connection ends; a time-out of ours would be a fault that nobody planned.
      keepAliveTimeout: 0,
      headersTimeout: 0,
      requestTimeout: 0,
      maxHeaderSize: 65_536,
      requireHostHeader: false,
    },
    pass,
  );
  server.maxHeadersCount = 0;
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, origin, true);
  });
  server.on('checkExpectation', pass);
  return (socket) => {
    server.emit('connection', socket);
  };
}

export interface DoorParts {
  /** The loopback port to listen on; 0 takes a free one. */
  readonly port: number;
  readonly handle: Handler;
  /** Takes every connection first, and gives to node:http what it does not carry; null where there is none. */
  readonly openFastPath: ((toNodeHttp: (socket: Socket) => void) => FastPath) | null;
}

/**
 * Opens a region's endpoint on the loopback interface.
 * @throws {Error} with the code `EADDRINUSE` where the port is taken
 */
export async function openEndpointDoor(region: string, { port, handle, openFastPath }: DoorParts): Promise<Door> {
  const sockets = new Set<Socket>();
  let state: DoorState = 'open';
  let closed = false;
  let hole: BlackHole | null = null;
  /** The change that is under way; changes are made one after the other. */
  let change: Promise<void> | null = null;
  const toNodeHttp = openNodeHttp(region, handle);
  const fastPath = openFastPath?.(toNodeHttp) ?? null;

  function accept(accepted: Socket): Socket {
    if (fastPath !== null) return fastPath.accept(accepted);
    toNodeHttp(accepted);
    return accepted;
  }

  function newServer(): Server {
    // A client that ends its half of the connection is answered as node:http would.
    return createServer({ noDelay: true, allowHalfOpen: true }, (accepted) => {
      if (state === 'refuse') {
        accepted.resetAndDestroy(); // It came in the moment before the listener closed.
        return;
      }
      const socket = accept(accepted);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }

  let server: Server | null = newServer();
  const taken = await listen(server, port);

  /** Makes the port be as the state says. What the state has changed to in the meantime has its turn after. */
  async function follow(): Promise<void> {
    const wanted = state;
    if (closed || (wanted === 'drop' && hole !== null)) return;
    const oldHole = hole;
    hole = null;
    if (oldHole !== null) await oldHole.close();
    try {
      if (wanted !== 'refuse' && server === null) {
        const opening = newServer();
        await listen(opening, taken);
        server = opening;
      }
      if (wanted === 'drop' && server !== null) hole = await openBlackHole(server, taken);
    } catch {
      setTimeout(settle, RETRY_MS).unref();
      return;
    }
    if (wanted === 'open' || server === null) return;
    const oldServer = server;
    server = null;
    await stopListening(oldServer);
  }

  /** Follows the state until the port is as it says. */
  function settle(): void {
    if (change !== null) return;
    const wanted = state;
    change = follow().finally(() => {
      change = null;
      if (state !== wanted && !closed) settle();
    });
  }

  return {
    url: `http://127.0.0.1:${taken}`,
    become(wanted, busy) {
      const next = wanted === 'drop' && !hasBlackHoles ? 'open' : wanted;
      if (state === next || closed) return;
      state = next;
      if (next === 'refuse') {
        // At once, not in its turn: from here on nothing may be accepted any more.
        if (server !== null) server.close();
        server = null;
        for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
      }
      settle();
    },
    async probe() {
      await change;
      return probe(taken);
    },
    exchangeOver(socket) {
      if (state === 'refuse' && sockets.has(socket)) socket.destroy();
    },
    async close() {
      closed = true;
      await change;
      for (const socket of sockets) socket.destroy();
      await hole?.close();
      if (server !== null) await stopListening(server);
      server = null;
    },
  };
}
