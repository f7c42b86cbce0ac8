import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../adapters/loopback-server.ts';
import type { LiveView } from './core/live-view.ts';

/** How the run came out, for those who still look. */
export interface LiveOutcome {
  readonly letter: string | null;
  readonly headline: string;
  /** The folder with the reports. */
  readonly folder: string;
}

export interface LivePageOptions {
  readonly view: () => LiveView | null;
  /** Somebody pressed Stop: end the run, healed. */
  readonly stop: () => void;
  /** Loopback port; 0 (the default) takes a free one. */
  readonly port?: number;
}

/** The page of a run, served on loopback. */
export interface LivePage {
  /** Where to look: the token in it is the key to everything. */
  readonly url: string;
  /** Tells those who look how it came out, and closes. */
  close(outcome: LiveOutcome | null): Promise<void>;
}

const PUSH_EVERY_MS = 250;
const LAST_WORD_MS = 1_000;
/** A page that reads no further is let go; its browser comes back by itself. */
const BACKLOG_BYTES_MAX = 4 * 1_048_576;

const assets = new URL('../../../assets/live/', import.meta.url);
const files: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '': { name: 'index.html', type: 'text/html; charset=utf-8' },
  'live.css': { name: 'live.css', type: 'text/css; charset=utf-8' },
  'live.js': { name: 'live.js', type: 'text/javascript; charset=utf-8' },
};

/** Nothing but what the page itself brings along, and nobody frames it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Serves the page of a run. @throws {Error} where the port is taken */
export async function openLivePage({ view, stop, port = 0 }: LivePageOptions): Promise<LivePage> {
  const token = randomBytes(24).toString('base64url');
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const own = `127.0.0.1:${request.socket.localPort}`;
    const path = pathBehind(request, own, token);
    if (path === null) refuse(response, 403, 'This is not your run.');
    else answer(request, response, path);
  });

  function answer(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = files[path];
    if (request.method === 'POST' && path === 'stop') {
      stop();
      response.writeHead(204, HEADERS).end();
    } else if (request.method !== 'GET') refuse(response, 405, 'Only GET, and POST to stop.');
    else if (path === 'events') listen(response);
    else if (file === undefined) refuse(response, 404, 'There is no such page.');
    else
      response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(readFileSync(new URL(file.name, assets)));
  }

  function listen(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    response.flushHeaders();
    listeners.add(response);
    response.once('close', () => listeners.delete(response));
    const now = view();
    if (now !== null) response.write(message('view', now));
  }

  function push(text: string): void {
    for (const listener of listeners) {
      if (listener.writableLength > BACKLOG_BYTES_MAX) listener.destroy();
      else listener.write(text);
    }
  }

  const timer = setInterval(() => {
    const now = listeners.size === 0 ? null : view();
    if (now !== null) push(message('view', now));
  }, PUSH_EVERY_MS);
  const { url, close } = await listenOnLoopback(server, port);

  return {
    url: `${url}/${token}/`,
    async close(outcome) {
      clearInterval(timer);
      const last = view();
      if (last !== null) push(message('view', last));
      if (outcome !== null) push(message('outcome', outcome));
      // Who does not read on is not waited for.
      const heard = [...listeners].map((listener) => new Promise<void>((resolve) => listener.end(() => resolve())));
      await Promise.race([Promise.all(heard), new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS).unref())]);
      await close();
    },
  };
}

const message = (event: string, data: LiveView | LiveOutcome): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/**
 * The path behind the token; null for whoever has no business here. Pages of other origins can send requests to
 * loopback: neither their Origin nor a rebound name gets in.
 */
function pathBehind({ headers, url = '/' }: IncomingMessage, own: string, token: string): string | null {
  const hosts = [own, own.replace('127.0.0.1', 'localhost')];
  if (!hosts.includes(headers.host ?? '')) return null;
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`)) return null;
  const [, given = '', ...rest] = (url.split('?', 1)[0] ?? '').split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b) && rest.length > 0 ? rest.join('/') : null;
}
