import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Handler } from './handle.ts';

/** A way in. */
export interface Door {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Nobody listens any more; connections that carry no exchange are closed, the `busy` ones when theirs is over. */
  shut(busy: ReadonlySet<Socket>): void;
  /** Listens again, on the same port. */
  reopen(): void;
  /** To be told whenever an exchange on a connection is over. */
  exchangeOver(socket: Socket): void;
  close(): Promise<void>;
}

/** How long to wait before trying again for a port that something else took while the door was shut. */
const REOPEN_RETRY_MS = 20;

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

/**
 * Opens a region's endpoint: a bare HTTP server on the loopback interface.
 * @param port 0 takes a free one
 * @throws {Error} with the code `EADDRINUSE` where the port is taken
 */
export async function openEndpointDoor(region: string, port: number, handle: Handler): Promise<Door> {
  const sockets = new Set<Socket>();
  const origin = { region };
  let shut = false;
  let closed = false;

  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, origin, false);
  };

  function newServer(): Server {
    const server = createServer(
      {
        // S3 decides when a connection ends; a time-out of ours would be a fault that nobody planned.
        keepAliveTimeout: 0,
        headersTimeout: 0,
        requestTimeout: 0,
        maxHeaderSize: 65_536,
        requireHostHeader: false,
        noDelay: true,
      },
      pass,
    );
    server.maxHeadersCount = 0;
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      handle(request, response, origin, true);
    });
    server.on('checkExpectation', pass);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    return server;
  }

  let server = newServer();
  const taken = await listen(server, port);

  async function listenAgain(opening: Server): Promise<void> {
    await listen(opening, taken);
    // Shut again before it could listen: closing it then had no effect.
    if (shut || closed || server !== opening) opening.close();
  }

  function reopen(): void {
    if (!shut || closed) return;
    shut = false;
    server = newServer();
    listenAgain(server).catch(() => {
      if (shut || closed) return;
      shut = true;
      setTimeout(reopen, REOPEN_RETRY_MS).unref();
    });
  }

  return {
    url: `http://127.0.0.1:${taken}`,
    reopen,
    shut(busy) {
      if (shut) return;
      shut = true;
      server.close();
      for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
    },
    exchangeOver(socket) {
      if (shut && sockets.has(socket)) socket.destroy();
    },
    async close() {
      closed = true;
      const ended = shut ? Promise.resolve() : new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}
