import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { EndpointContext } from './exchange.ts';
import { serveNode } from './node-path.ts';
import { FastPath } from './fast-path.ts';
import { KEEP_ALIVE_MS } from './respond.ts';
import { TurnEnd } from './socket-outlet.ts';

const HOST = '127.0.0.1';

export interface Endpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a region's endpoint on loopback. @throws the listener's error, e.g. EADDRINUSE */
export async function openEndpoint(context: EndpointContext, port: number): Promise<Endpoint> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  server.on('request', (request, response) => serveNode(context, request, response, false));
  server.on('checkContinue', (request, response) => serveNode(context, request, response, true));
  // S3 disregards expectations that it does not know.
  server.on('checkExpectation', (request, response) => serveNode(context, request, response, false));
  const sockets = openFastPath(context, server);
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return { port: address.port, close: () => close(server, sockets) };
}

/** Every connection begins on the fast path; the server itself takes it over where it is left. Gives the open ones. */
function openFastPath(context: EndpointContext, server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const turnEnd = new TurnEnd();
  const own = server.listeners('connection');
  server.removeAllListeners('connection');
  const handOver = (socket: Socket): void => {
    for (const listener of own) Reflect.apply(listener, server, [socket]);
  };
  server.on('connection', (accepted) => {
    const { socket } = new FastPath(context, accepted, turnEnd, handOver);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
