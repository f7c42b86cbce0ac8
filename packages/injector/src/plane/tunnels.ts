import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Socket, type Server } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { LastTunnelAddress } from 'mockttp/dist/util/socket-extensions';
import type { Effect, Opening } from '../core/decide.ts';
import { hostAddress } from '../core/s3-address.ts';
import { resetConnection } from './reset.ts';

/** What befalls a tunnel to S3 that is being opened; null lets it be. */
export type RuleTunnel = (opening: Omit<Opening, 'occurrence'>, place: string) => Effect | null;

export interface TunnelParts {
  /** The proxy's server, and the HTTP server inside it. */
  readonly server: Server;
  readonly http: HttpServer;
  readonly rule: RuleTunnel;
  /** A certificate that the client trusts, for another name. */
  readonly wrongCertificate: () => Promise<{ readonly key: string; readonly cert: string }>;
}

/** A fatal alert of TLS 1.2, handshake_failure. */
const HANDSHAKE_FAILURE = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);
const TLS_HANDSHAKE = 0x16;

/** Lets faults have their say when a tunnel through the proxy is opened, before anything goes through it. */
export function guardTunnels(parts: TunnelParts): void {
  const { server, http, rule } = parts;
  const ruled = new WeakMap<Socket, Effect | null>();

  function judge(socket: Socket, place: string): Effect | null {
    const known = ruled.get(socket);
    if (known !== undefined) return known;
    const { amazon, region, bucket } = hostAddress(place);
    const effect =
      amazon && region !== null ? rule({ region, bucket, address: socket.remoteAddress ?? '' }, place) : null;
    ruled.set(socket, effect);
    return effect;
  }

  const openTunnel = http.listeners('connect');
  http.removeAllListeners('connect');
  http.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (judge(socket, request.url ?? '')?.kind === 'dns-gone') {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    for (const listener of openTunnel) Reflect.apply(listener, http, [request, socket, head]);
  });

  const emit = server.emit.bind(server);
  const wrong = lazy(() => openWrongServer(parts, ruled));
  // Both CONNECT and SOCKS give a tunnel back to the server as a new connection.
  server.emit = (event: string | symbol, ...given: unknown[]): boolean => {
    const [socket] = given;
    if (event !== 'connection' || !(socket instanceof Socket)) return emit(event, ...given);
    const place = socket[LastTunnelAddress];
    const effect = place === undefined ? null : judge(socket, place);
    if (effect?.kind === 'dns-gone') resetConnection(socket);
    else if (effect?.kind === 'tls-failure') {
      onHello(socket, (isTls) => {
        if (!isTls) emit(event, ...given);
        else if (effect.how === 'handshake') socket.end(HANDSHAKE_FAILURE);
        else
          wrong().then(
            (tls) => tls.emit('connection', socket),
            () => resetConnection(socket),
          );
      });
    } else return emit(event, ...given);
    return true;
  };
}

function lazy<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => (made ??= make());
}

/** Waits for the client's first byte and tells whether it begins a TLS handshake. */
function onHello(socket: Socket, then: (isTls: boolean) => void): void {
  socket.on('error', () => socket.destroy());
  const data: unknown = socket.read();
  if (data instanceof Buffer) {
    socket.unshift(data);
    then(data[0] === TLS_HANDSHAKE);
  } else if (!socket.readableEnded && !socket.destroyed) socket.once('readable', () => onHello(socket, then));
}

/** Shows a certificate for another name; who takes it nevertheless is served. */
async function openWrongServer(
  { server, wrongCertificate }: TunnelParts,
  ruled: WeakMap<Socket, Effect | null>,
): Promise<TlsServer> {
  const tls = createTlsServer(await wrongCertificate());
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  tls.on('secureConnection', (socket) => {
    ruled.set(socket, null);
    server.emit('connection', socket);
  });
  return tls;
}
