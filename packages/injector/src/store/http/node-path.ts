import type { IncomingMessage, ServerResponse } from 'node:http';
import { IDLE_MAX_MS, noBody, StreamedBody, type RequestBody } from '../body/request-body.ts';
import type { Headers } from './call.ts';
import { serve, type EndpointContext } from './exchange.ts';
import type { Outlet } from './respond.ts';

/** Serves a request that node:http has read. `expectsContinue`: its client sends no body before it is told to go on. */
export function serveNode(
  context: EndpointContext,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): void {
  response.sendDate = false;
  const head = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: headersOf(request),
    keepAlive: response.shouldKeepAlive,
    remoteAddress: request.socket.remoteAddress ?? '',
  };
  const exchange = { request: head, body: bodyOf(request, response, expectsContinue), outlet: outletOf(response) };
  // In a moment, so that a body that came along with its head is known to be there.
  queueMicrotask(() => void serve(context, exchange));
}

function headersOf(request: IncomingMessage): Headers {
  const headers: Record<string, string | undefined> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

function bodyOf(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): RequestBody {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && Number(length ?? 0) === 0) return noBody;
  const { socket } = request;
  const onIdle = (): void => body.idle();
  const body = new StreamedBody({
    begin: () => {
      if (expectsContinue) response.writeContinue();
      socket.setTimeout(IDLE_MAX_MS).on('timeout', onIdle);
    },
    resume: () => {
      // To listen is to let it flow, so nobody does before it is wanted.
      if (request.listenerCount('data') === 0) {
        request.on('data', (bytes: Buffer) => body.piece(bytes)).on('end', () => body.end());
      }
      request.resume();
    },
    pause: () => request.pause(),
    finish: () => socket.setTimeout(0).off('timeout', onIdle),
  });
  request.on('close', () => body.gone()).on('error', () => body.gone());
  return {
    get isRead() {
      return body.isRead || request.complete;
    },
    read: (sink) => body.read(sink),
    discard: (timeoutMs) => body.discard(timeoutMs),
  };
}

function outletOf(response: ServerResponse): Outlet {
  return {
    get isClosed() {
      return response.destroyed;
    },
    send: ({ status, headers }, body) => void response.writeHead(status, [...headers]).end(body),
    begin: ({ status, headers }) => response.writeHead(status, [...headers]).flushHeaders(),
    write: (piece) =>
      new Promise((resolve) => {
        const done = (): void => {
          response.off('close', done);
          resolve();
        };
        response.on('close', done);
        response.write(piece, done);
      }),
    end: () => void response.end(),
    destroy: () => void response.destroy(),
  };
}
