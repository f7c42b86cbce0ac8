import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Test } from 'tap';
import { portOf } from '../harness.ts';

/** What an upstream got of a request. */
export interface Heard {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly trailers: readonly string[];
  readonly body: string;
}

/** An upstream that hears everything and answers in ways that hang on what it heard. */
export interface Echo {
  readonly url: string;
  readonly port: number;
  readonly heard: Heard[];
}

/** Headers of one connection, and the length of a body that is not there, which may be said or not. */
const ofConnection = /^(?:connection|keep-alive|proxy-connection|proxy-authorization)$/i;

function endToEnd(raw: readonly string[]): string[] {
  return raw.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    const value = raw[index + 1] ?? '';
    return ofConnection.test(name) || (/^content-length$/i.test(name) && value === '0') ? [] : [`${name}: ${value}`];
  });
}

async function hear(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const { method = '', url = '', rawHeaders, rawTrailers } = request;
  const body = Buffer.concat(chunks).toString('latin1');
  return { method, target: url, headers: endToEnd(rawHeaders), trailers: rawTrailers, body };
}

export async function startEcho(t: Test): Promise<Echo> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    hear(request).then(
      (one) => {
        heard.push(one);
        response.sendDate = false;
        const body = Buffer.from(`${one.target} ${one.body}`, 'latin1');
        const kind = (one.target.length + one.body.length) % 5;
        if (kind === 0) response.writeHead(204, 'Nothing at all', ['x-a', '1', 'X-A', '2']).end();
        else if (kind === 1) response.writeHead(404, ['Content-Length', String(body.length), 'x-b', 'ü']).end(body);
        else if (kind === 2) response.writeHead(304, ['ETag', '"e"']).end();
        else {
          response.writeHead(200, ['Transfer-Encoding', 'chunked', 'Trailer', 'x-sum']);
          for (let from = 0; from < body.length; from += 1_000) response.write(body.subarray(from, from + 1_000));
          if (kind === 3) response.addTrailers([['x-sum', 'last']]);
          response.end();
        }
        return null;
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = portOf(server);
  return { url: `http://127.0.0.1:${port}`, port, heard };
}

/** An answer with what belongs to its connection and its framing taken away. */
export interface Answer {
  readonly status: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Reads an answer; null where there was none. */
export function answerOf(text: string): Answer | null {
  const rest = text.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, '');
  const end = rest.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [status = '', ...lines] = rest.slice(0, end).split('\r\n');
  let body = rest.slice(end + 4);
  if (lines.some((line) => /^transfer-encoding: chunked$/i.test(line)) && body !== '') {
    let whole = '';
    for (let size = Number.parseInt(body, 16); size > 0; size = Number.parseInt(body, 16)) {
      const from = body.indexOf('\r\n') + 2;
      whole += body.slice(from, from + size);
      body = body.slice(from + size + 2);
    }
    body = `${whole} and then ${body}`;
  }
  const headers = lines.filter((line) => !ofConnection.test(line.split(':', 1)[0] ?? ''));
  return { status, headers, body };
}

/** A hang, in milliseconds: far longer than any answer takes on a busy machine. */
const HANG_MS = 20_000;

/** Sends pieces and gives what comes back until the connection is over. @throws {Error} where it never is */
export async function converse(port: number, pieces: readonly Buffer[], during?: () => Promise<void>): Promise<string> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`the connection hangs after ${JSON.stringify(text.slice(0, 200))}`));
      socket.destroy();
    }, HANG_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await setImmediate();
  }
  await during?.();
  await closed;
  return text;
}
