import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Harness } from './harness.ts';
import { clientOn, rawClient, requestText, type RawClient, type RequestParts, type Seen } from './raw-client.ts';

/** Sends one request and gives what came back. With `keepAlive` the client does not ask for the connection to close. */
export type Ask = (request: RequestParts, keepAlive?: true) => Promise<Seen>;

/** A way in to the injector. */
export interface Way {
  readonly name: string;
  readonly proxied: boolean;
  readonly secure: boolean;
  readonly enter: (harness: Omit<Harness, 'ask'>) => Ask;
}

const HOST = 's3.us-east-1.amazonaws.com';

function proxyOf({ injector }: Omit<Harness, 'ask'>): { readonly port: number; readonly ca: string } {
  const { proxy } = injector;
  if (proxy === null) throw new Error('no proxy');
  return { port: Number(new URL(proxy.url).port), ca: proxy.caCertificate };
}

async function tunnel(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

async function socks(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, 'data');
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, HOST.length]), Buffer.from(HOST), Buffer.from([1, 187])]));
  await once(socket, 'data');
  return socket;
}

async function secure(socket: Socket, ca: string): Promise<RawClient> {
  const tls = connectTls({ socket, servername: HOST, ca });
  await once(tls, 'secureConnect');
  return clientOn(tls);
}

/** A client that expects `100 Continue` sends its body when it has come. */
function speak(client: RawClient, request: RequestParts, keepAlive?: true): Promise<Seen> {
  const [method, target, headers = [], body = ''] = request;
  const waits = body !== '' && headers.includes('Expect: 100-continue');
  const text = requestText(method, target, headers, waits ? '' : body).replace('Host: h', `Host: ${HOST}`);
  client.write(keepAlive === true ? text.replace('Connection: close\r\n', '') : text);
  if (waits) void client.until((seen) => seen.includes('100 Continue')).then(() => client.write(body));
  return client.over();
}

/** Every way in. */
export const ways: readonly Way[] = [
  {
    name: 'at the endpoint',
    proxied: false,
    secure: false,
    enter:
      ({ port }) =>
      (request, keepAlive) =>
        speak(rawClient(port), request, keepAlive),
  },
  {
    name: 'through the proxy, in plain HTTP',
    proxied: true,
    secure: false,
    enter: (harness) => {
      const { port } = proxyOf(harness);
      return ([method, target, ...rest], keepAlive) =>
        speak(rawClient(port), [method, `http://${HOST}${target}`, ...rest], keepAlive);
    },
  },
  {
    name: 'through CONNECT and TLS',
    proxied: true,
    secure: true,
    enter: (harness) => {
      const { port, ca } = proxyOf(harness);
      return async (request, keepAlive) => speak(await secure(await tunnel(port), ca), request, keepAlive);
    },
  },
  {
    name: 'through SOCKS 5 and TLS',
    proxied: true,
    secure: true,
    enter: (harness) => {
      const { port, ca } = proxyOf(harness);
      return async (request, keepAlive) => speak(await secure(await socks(port), ca), request, keepAlive);
    },
  },
];
