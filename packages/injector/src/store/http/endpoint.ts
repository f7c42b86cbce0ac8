import { createServer, type Server } from 'node:http';
import { serve, type EndpointContext } from './exchange.ts';

const HOST = '127.0.0.1';
/** Longer than clients keep idle connections, so that it is always the client who closes one. */
const KEEP_ALIVE_MS = 90_000;

export interface Endpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a region's endpoint on loopback. @throws the listener's error, e.g. EADDRINUSE */
export async function openEndpoint(context: EndpointContext, port: number): Promise<Endpoint> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  server.on('request', (request, response) => void serve(context, request, response, false));
  server.on('checkContinue', (request, response) => void serve(context, request, response, true));
  // S3 disregards expectations that it does not know.
  server.on('checkExpectation', (request, response) => void serve(context, request, response, false));
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return { port: address.port, close: () => close(server) };
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
