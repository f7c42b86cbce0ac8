import { once } from 'node:events';
import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
// The one place that reaches into mockttp: held by an exact version and by test/mitm.test.ts.
import { createComboServer, type ComboServerOptions } from 'mockttp/dist/server/http-combo-server';
import { LastTunnelAddress } from 'mockttp/dist/util/socket-extensions';
import { getCA } from 'mockttp/dist/util/certificates';
import { headerOf } from '../core/headers.ts';
import type { Authority } from './authority.ts';
import { passElsewhere, tunnelElsewhere } from './elsewhere.ts';
import type { Handler, Origin } from './handle.ts';
import { guardTunnels, type RuleTunnel } from './tunnels.ts';

/** The way in for clients whose endpoint cannot be changed: one port that is an HTTP, HTTPS and SOCKS proxy. */
export interface MitmDoor {
  /** `http://127.0.0.1:PORT`, for `HTTPS_PROXY` and `HTTP_PROXY`. */
  readonly url: string;
  /** The certificate authority of this run, in PEM: what clients must trust. Its key never leaves the process. */
  readonly caCertificate: string;
  close(): Promise<void>;
}

/** The hosts whose TLS is opened. All other connections are passed on as they are. */
const interceptedHosts = ['amazonaws.com', 'amazonaws.com.cn'].flatMap((domain) =>
  ['s3.', 's3.*.', 's3-*.', 's3express-*.'].flatMap((service) => [
    { hostname: `${service}${domain}` },
    { hostname: `*.${service}${domain}` },
  ]),
);

const tunnel = (socket: Socket, host: string, port = 443): void => tunnelElsewhere(socket, host, port);

/** Takes away what mockttp's HTTP server would do by itself: time-outs are faults that nobody planned. */
function calmDown(combo: object): Server {
  const inner: unknown = Reflect.get(combo, '_httpServer');
  if (!(inner instanceof Server)) throw new Error('mockttp has changed: its combo server has no HTTP server inside');
  inner.keepAliveTimeout = 0;
  inner.headersTimeout = 0;
  inner.requestTimeout = 0;
  inner.maxHeadersCount = 0;
  return inner;
}

/**
 * Opens the intercepting proxy on the loopback interface: absolute-form HTTP, CONNECT, TLS by SNI, SOCKS 4 and 5.
 * Built on mockttp's combo server, whose own `start()` would listen on every interface.
 * @param port 0 takes a free one
 * @param authority signs the certificates that clients are shown
 */
export async function openMitmDoor(
  port: number,
  handle: Handler,
  rule: RuleTunnel,
  authority: Authority,
): Promise<MitmDoor> {
  const origin: Origin = { region: null, tunnelOf: (request) => request.socket[LastTunnelAddress] };
  const serve = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    if (handle(request, response, origin, expectsContinue)) return;
    if (expectsContinue) response.writeContinue();
    passElsewhere(request, response, headerOf(request.rawHeaders, 'host') ?? request.socket[LastTunnelAddress] ?? '');
  };
  const options: ComboServerOptions = {
    debug: false,
    https: { key: authority.key, cert: authority.cert, tlsInterceptOnly: interceptedHosts },
    http2: false,
    socks: true,
    passthroughUnknownProtocols: true,
    keyLogStream: undefined,
    requestListener: (request, response) => serve(request, response, false),
    tlsClientErrorListener: (socket) => socket.destroy(),
    tlsPassthroughListener: tunnel,
    rawPassthroughListener: tunnel,
  };
  const server = await createComboServer(options);
  const http = calmDown(server);
  guardTunnels({
    server,
    http,
    rule,
    wrongCertificate: async () => {
      const ca = await getCA({ key: authority.key, cert: authority.cert });
      return ca.generateCertificate('another-name.invalid');
    },
  });
  // Its own listener would answer `100 Continue` at once, before S3 or a fault has had a say.
  server.removeAllListeners('checkContinue');
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => serve(request, response, true));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    caCertificate: authority.cert,
    close: () => server.destroy(),
  };
}
