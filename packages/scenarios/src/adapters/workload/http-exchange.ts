import { createHash, hash as hashOf, type Hash } from 'node:crypto';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { urlToHttpOptions } from 'node:url';

/** What to send, and how long a user would wait for the whole answer. */
export interface HttpCall {
  readonly method: string;
  /** As `URL.href` writes it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Whether the app does once what comes twice; without it that is so of the methods of which the standard says it. */
  readonly isRepeatable?: boolean;
  readonly patienceMs: number;
  /** The answer's text is kept up to so many characters; its digest always covers all of it. */
  readonly keepChars: number;
}

export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly digest: string;
      readonly text: string;
      readonly headers: IncomingHttpHeaders;
      /** True where it was sent twice, as the connection died under the first. */
      readonly again: boolean;
    }
  /** No whole answer within the patience. */
  | { readonly kind: 'hang'; readonly status: number | null }
  | { readonly kind: 'failed'; readonly status: number | null; readonly reason: string };

export interface HttpClient {
  call(call: HttpCall): Promise<HttpAnswer>;
  /** Ends every connection; calls under way fail. */
  close(): void;
}

/** What does the same when it is done twice (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * A client as a browser is one: an idempotent request that dies on a reused connection before any answer is sent once
 * more. With fresh connections each request opens its own and closes it.
 */
export function createHttpClient(socketsMax: number, connections: 'keep-alive' | 'fresh' = 'keep-alive'): HttpClient {
  const keepAlive = connections === 'keep-alive';
  const options = { keepAlive, maxSockets: socketsMax, maxFreeSockets: socketsMax, scheduling: 'lifo' } as const;
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const open = new Set<ClientRequest>();
  let closed = false;
  const origins = new Map<string, ReturnType<typeof urlToHttpOptions>>();
  const send = ({ url, method, headers, body }: HttpCall): ClientRequest => {
    // Where the path begins, behind `https://`; an app has one origin, and parsing it takes longer than all the rest.
    const end = url.indexOf('/', 8);
    const origin = url.slice(0, end);
    const where = origins.get(origin) ?? urlToHttpOptions(new URL(origin));
    origins.set(origin, where);
    const length = body === null ? {} : { 'content-length': String(body.byteLength) };
    const common = { ...where, path: url.slice(end).split('#')[0], method, headers: { ...length, ...headers } };
    return where.protocol === 'https:'
      ? httpsRequest({ ...common, agent: agents.https })
      : httpRequest({ ...common, agent: agents.http });
  };
  const attempt = (call: HttpCall, deadline: number, again: boolean): Promise<HttpAnswer | 'stale'> =>
    new Promise((resolve) => {
      const request = send(call);
      open.add(request);
      request.once('close', () => open.delete(request));
      let status: number | null = null;
      const giveUp = (): void => {
        resolve({ kind: 'hang', status });
        request.destroy();
      };
      const timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
      const settle = (answer: HttpAnswer | 'stale'): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      request.on('error', (error) => {
        const reason = 'code' in error ? String(error.code) : error.message;
        const repeatable = call.isRepeatable === true || IDEMPOTENT.has(call.method);
        const stale = request.reusedSocket && status === null && !closed && repeatable;
        settle(stale ? 'stale' : { kind: 'failed', status, reason });
      });
      request.on('response', (response) => {
        status = response.statusCode ?? null;
        readAnswer(response, call.keepChars, again, settle);
      });
      request.end(call.body);
    });
  return {
    async call(call) {
      const deadline = performance.now() + call.patienceMs;
      for (let again = false; ; again = true) {
        const answer = await attempt(call, deadline, again);
        if (answer !== 'stale') return answer;
      }
    },
    close() {
      closed = true;
      for (const request of open) request.destroy();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function readAnswer(
  response: IncomingMessage,
  keepChars: number,
  again: boolean,
  settle: (answer: HttpAnswer) => void,
): void {
  const status = response.statusCode ?? 0;
  let first: Buffer | null = null;
  let more: Hash | null = null;
  let text = '';
  const decoder = new StringDecoder('utf8');
  response.on('data', (chunk: Buffer) => {
    if (first === null) first = chunk;
    else more = (more ?? createHash('sha256').update(first)).update(chunk);
    // A letter may begin in one piece and end in the next.
    if (text.length < keepChars) text += decoder.write(chunk).slice(0, keepChars - text.length);
  });
  response.on('end', () => {
    if (!response.complete) return;
    // Most answers come in one piece.
    const digest = more === null ? hashOf('sha256', first ?? '') : more.digest('hex');
    settle({ kind: 'answered', status, digest, text, headers: response.headers, again });
  });
  response.on('close', () => {
    if (!response.complete) settle({ kind: 'failed', status, reason: 'the answer broke off' });
  });
  response.on('error', () => settle({ kind: 'failed', status, reason: 'the answer broke off' }));
}
