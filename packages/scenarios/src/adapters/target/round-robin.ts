import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/**
 * A reverse proxy on loopback that deals requests to several backends in turn. One that refuses the connection is passed
 * over, as load balancers do; one that accepts and never answers is waited for. With none left it answers 503.
 * @param backends base URLs
 */
export async function startRoundRobin(backends: readonly string[]): Promise<LoopbackServer> {
  let turn = 0;
  const server = createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }, (incoming, outgoing) => {
    const first = turn;
    turn = (turn + 1) % backends.length;
    forward(incoming, outgoing, [...backends.slice(first), ...backends.slice(0, first)]);
  });
  return listenOnLoopback(server);
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, backends: readonly string[]): void {
  const [backend, ...others] = backends;
  if (backend === undefined) {
    outgoing.writeHead(503, { connection: 'close' }).end('no replica accepts connections');
    return;
  }
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const { hostname, port } = new URL(backend);
  const passed = httpRequest({ hostname, port, method, path: url, headers: rawHeaders, agent: false });
  let connected = false;
  passed.on('socket', (socket) =>
    socket.once('connect', () => {
      connected = true;
      incoming.pipe(passed);
    }),
  );
  passed.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(outgoing);
    // What breaks off there breaks off here.
    answer.on('close', () => {
      if (!answer.complete) outgoing.destroy();
    });
  });
  passed.on('error', () => {
    if (!connected) forward(incoming, outgoing, others);
    else outgoing.destroy();
  });
  outgoing.on('close', () => passed.destroy());
}
