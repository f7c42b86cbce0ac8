import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { originForm } from '../core/s3-address.ts';
import { isHopByHop, isWritableStatus, requestHeaders, writableReason } from './pass-headers.ts';
import { resetConnection } from './reset.ts';

/** Joins a client's connection with one to where it wanted to go: traffic that is not for S3 is none of our business. */
export function tunnelElsewhere(client: Socket, host: string, port: number): void {
  const server = connect({ host, port });
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  client.on('close', () => server.destroy());
  server.on('error', () => resetConnection(client));
}

/** Passes a plain HTTP request that is not for S3 on to its own host. `authority` is `host` or `host:port`. */
export function passElsewhere(request: IncomingMessage, response: ServerResponse, authority: string): void {
  const target = URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`) : null;
  const fail = (): void => resetConnection(request.socket);
  if (target === null || target.hostname === '') {
    fail();
    return;
  }
  const outgoing = send({
    // A connection that is kept may be lost just as it is taken, and what it carries with it.
    agent: false,
    host: target.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: target.port === '' ? 80 : Number(target.port),
    method: request.method,
    path: originForm(request.url ?? '/'),
    headers: requestHeaders(request.rawHeaders, request.method ?? '').headers,
  });
  outgoing.on('error', fail);
  outgoing.once('response', (answer) => {
    answer.on('error', fail);
    const { statusCode = 0, statusMessage = '' } = answer;
    if (!isWritableStatus(statusCode)) {
      fail();
      return;
    }
    response.sendDate = false;
    const headers = answer.rawHeaders.filter((_, index, all) => !isHopByHop(all[index - (index % 2)] ?? ''));
    response.writeHead(statusCode, writableReason(statusMessage), headers);
    answer.pipe(response);
  });
  response.once('close', () => outgoing.destroy());
  request.pipe(outgoing);
}
