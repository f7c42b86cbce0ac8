import type { IncomingMessage } from 'node:http';
import { headerOf } from '../core/headers.ts';

/** A request's headers as they go upstream, and what they say about its body. */
export interface RequestHeaders {
  readonly headers: string[];
  readonly hasBody: boolean;
}

/** Headers of one connection, not of the message: each side of the injector has its own. */
export function isHopByHop(name: string): boolean {
  switch (name.length) {
    case 10: {
      const lower = name.toLowerCase();
      return lower === 'connection' || lower === 'keep-alive';
    }
    case 16:
      return name.toLowerCase() === 'proxy-connection';
    case 19:
      return name.toLowerCase() === 'proxy-authorization';
    default:
      return false;
  }
}

const methodsWithoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

export function requestHeaders(raw: readonly string[], method: string): RequestHeaders {
  const headers: string[] = [];
  let hasBody = false;
  let framed = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    if (isHopByHop(name)) continue;
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      framed = true;
      hasBody ||= value !== '0';
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      framed = true;
      hasBody = true;
    }
    headers.push(name, value);
  }
  // Without either header Node would frame a body that is not there as chunks; said plainly, it is the same request.
  if (!framed && !methodsWithoutBody.has(method)) headers.push('Content-Length', '0');
  return { headers, hasBody };
}

/** An answer's headers as they go to the client, and the length of its body where they tell it. */
export interface AnswerHeaders {
  readonly headers: string[];
  readonly length: number | null;
}

/**
 * `Connection: close` stays: what S3 closes, the injector closes.
 * @param chunks whether the client understands chunked bodies (HTTP/1.1)
 */
export function answerHeaders(raw: readonly string[], chunks: boolean): AnswerHeaders {
  const headers: string[] = [];
  let length: number | null = null;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    if (isHopByHop(name)) {
      if (name.length === 10 && value.toLowerCase() === 'close') headers.push(name, value);
      continue;
    }
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
    else if (!chunks && name.length === 17 && name.toLowerCase() === 'transfer-encoding') continue;
    headers.push(name, value);
  }
  return { headers, length };
}

/** For how many seconds the upstream keeps an idle connection, where it says so in `Keep-Alive: timeout=N`. */
export function announcedIdleSeconds(raw: readonly string[]): number | null {
  const announced = /\btimeout=(\d+)/.exec(headerOf(raw, 'keep-alive') ?? '');
  return announced === null ? null : Number(announced[1]);
}

/** The trailers of a message as Node takes them. */
export function trailersOf(message: IncomingMessage): [string, string][] {
  const { rawTrailers } = message;
  return rawTrailers.flatMap((name, index) => (index % 2 === 0 ? [[name, rawTrailers[index + 1] ?? '']] : []));
}

const unwritable = /[^\t -~\u0080-\u00FF]/;

/** Node takes any reason phrase from an upstream, and throws at some that it is to write: those are left out. */
export const writableReason = (reason: string): string => (unwritable.test(reason) ? '' : reason);

/** Node takes a status below 100 from an upstream, and throws where it is to write one. */
export const isWritableStatus = (status: number): boolean => status >= 100;
