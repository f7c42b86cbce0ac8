import { COLON, CR, IN_METHOD, IN_NAME, IN_TARGET, IN_VALUE, LF, skip, SPACE, TAB } from './bytes.ts';

/** A request's head, read off the bytes of a connection. */
export type RequestHead =
  | OrdinaryHead
  /** So far an ordinary head, whose end has not come yet. */
  | { readonly kind: 'incomplete' }
  /**
   * Anything that is not plainly ordinary, be it legal or not. Hand the connection over to node:http, which knows the
   * rest of the protocol: `socket.unshift(bytes)`, then `server.emit('connection', socket)`.
   */
  | { readonly kind: 'unusual' };

/** A request of HTTP/1.1 with a Host, a path, and a body of known length or none. */
export interface OrdinaryHead {
  readonly kind: 'complete';
  readonly method: string;
  /** Path and query as sent; begins with a slash. */
  readonly target: string;
  /** Names and values in turn as node:http gives them: as sent, decoded as latin1, white space around values taken off. */
  readonly rawHeaders: readonly string[];
  /** Bytes of the head, the empty line at its end included: the body begins right after them. */
  readonly headLength: number;
  /** Bytes of the body; null where the client does not say, so that there is none. */
  readonly contentLength: number | null;
  /** Whether the client wants to go on with this connection after the answer. */
  readonly keepAlive: boolean;
}

/** Longer heads are left to node:http, whose own limit is 16 KiB. */
const HEAD_MAX_BYTES = 8 * 1024;
const HEADERS_MAX = 100;
/** 999 TB: far beyond S3's 5 GiB, and exact as a number. */
const LENGTH_MAX_DIGITS = 15;
const NAMES_MAX = 1000;

const incomplete: RequestHead = { kind: 'incomplete' };
const unusual: RequestHead = { kind: 'unusual' };

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH']);
/** Where they are sent, there is more to a request than its head and a body of known length. */
const special: ReadonlySet<string> = new Set([
  'expect',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const SLASH = 0x2f;

/** Clients send the same few names again and again. */
const lowerNames = new Map<string, string>();

/** A header's name in lower case. */
export function lowerCaseName(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerNames.size < NAMES_MAX) lowerNames.set(name, lower);
  return lower;
}

/**
 * Reads the head of the request that begins at `start`. Whatever it calls complete, node:http understands to be the same.
 * An unusual head is known as such at its first unusual byte, not at its end.
 */
export function readRequestHead(bytes: Buffer, start = 0): RequestHead {
  const end = Math.min(bytes.length, start + HEAD_MAX_BYTES);
  const short = bytes.length > end ? unusual : incomplete;

  const methodEnd = skip(bytes, start, end, IN_METHOD);
  if (methodEnd === end) return short;
  const method = bytes.toString('latin1', start, methodEnd);
  if (bytes[methodEnd] !== SPACE || !methods.has(method)) return unusual;

  const targetStart = methodEnd + 1;
  const targetEnd = skip(bytes, targetStart, end, IN_TARGET);
  if (targetEnd > targetStart && bytes[targetStart] !== SLASH) return unusual;
  if (targetEnd === end) return short;
  if (targetEnd === targetStart) return unusual;
  const versionEnd = endOfVersion(bytes, targetEnd, end);
  if (typeof versionEnd === 'string') return versionEnd === 'short' ? short : unusual;

  const fields = readFields(bytes, versionEnd, end);
  if (typeof fields === 'string') return fields === 'short' ? short : unusual;
  const { rawHeaders, contentLength, keepAlive } = fields;
  const target = bytes.toString('latin1', targetStart, targetEnd);
  return { kind: 'complete', method, target, rawHeaders, headLength: fields.end - start, contentLength, keepAlive };
}

const version = Buffer.from(' HTTP/1.1\r\n');

function endOfVersion(bytes: Buffer, at: number, end: number): number | 'short' | 'unusual' {
  for (let index = 0; index < version.length; index += 1) {
    if (at + index === end) return 'short';
    if (bytes[at + index] !== version[index]) return 'unusual';
  }
  return at + version.length;
}

interface Fields {
  readonly rawHeaders: readonly string[];
  /** Where the body begins. */
  readonly end: number;
  readonly contentLength: number | null;
  readonly keepAlive: boolean;
}

function readFields(bytes: Buffer, start: number, end: number): Fields | 'short' | 'unusual' {
  const rawHeaders: string[] = [];
  let host: string | undefined;
  let length: string | undefined;
  let connection: string | undefined;
  let at = start;
  while (at < end && bytes[at] !== CR) {
    const nameEnd = skip(bytes, at, end, IN_NAME);
    if (nameEnd === end) return 'short';
    if (nameEnd === at || bytes[nameEnd] !== COLON) return 'unusual';
    const lineEnd = skip(bytes, nameEnd + 1, end, IN_VALUE);
    if (lineEnd + 1 >= end) return lineEnd === end || bytes[lineEnd] === CR ? 'short' : 'unusual';
    if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) return 'unusual';
    const name = bytes.toString('latin1', at, nameEnd);
    const value = trimmed(bytes, nameEnd + 1, lineEnd);
    const lower = lowerCaseName(name);
    if (special.has(lower)) return 'unusual';
    if (lower === 'host' || lower === 'content-length' || lower === 'connection') {
      const blanks = lineEnd - nameEnd - 1 - value.length;
      const isPlain = value !== '' && (blanks === 0 || (blanks === 1 && bytes[nameEnd + 1] === SPACE));
      const known = lower === 'host' ? host : lower === 'connection' ? connection : length;
      if (!isPlain || known !== undefined) return 'unusual';
      if (lower === 'host') host = value;
      else if (lower === 'connection') connection = value.toLowerCase();
      else length = value;
    }
    rawHeaders.push(name, value);
    at = lineEnd + 2;
  }
  if (at + 1 >= end) return 'short';
  if (bytes[at + 1] !== LF || rawHeaders.length > 2 * HEADERS_MAX) return 'unusual';
  if (host === undefined) return 'unusual';
  if (connection !== undefined && connection !== 'keep-alive' && connection !== 'close') return 'unusual';
  if (length !== undefined && (length.length > LENGTH_MAX_DIGITS || !/^\d+$/.test(length))) return 'unusual';
  return {
    rawHeaders,
    end: at + 2,
    contentLength: length === undefined ? null : Number(length),
    keepAlive: connection !== 'close',
  };
}

function trimmed(bytes: Buffer, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from += 1;
  while (to > from && isBlank(bytes[to - 1])) to -= 1;
  return bytes.toString('latin1', from, to);
}

const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;
