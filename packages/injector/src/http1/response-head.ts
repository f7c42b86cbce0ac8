import { COLON, CR, IN_NAME, IN_VALUE, LF, skip, SPACE } from './bytes.ts';

/** How an answer's body ends. `none`: there is none, whatever the headers say. `end`: with the connection. */
export type Framing = 'none' | 'length' | 'chunks' | 'end';

/** An answer's head, read off the bytes of a connection. */
export type ResponseHead =
  | OrdinaryAnswer
  /** `100 Continue` and its like: another head follows. */
  | { readonly kind: 'interim'; readonly headLength: number }
  /** So far an ordinary head, whose end has not come yet. */
  | { readonly kind: 'incomplete' }
  /** Anything that is not plainly ordinary, be it legal or not. */
  | { readonly kind: 'unusual' };

/** The answer of an HTTP/1 server to a request that was neither CONNECT nor Upgrade. */
export interface OrdinaryAnswer {
  readonly kind: 'complete';
  /** 200 to 999. */
  readonly status: number;
  /** Bytes of the head, the empty line at its end included: the body begins right after them. */
  readonly headLength: number;
  readonly framing: Framing;
  /** Bytes of the body where its framing is `length`, else 0. */
  readonly contentLength: number;
  /** Whether the server will take another request on this connection. */
  readonly keepAlive: boolean;
  /** For how many seconds the server keeps an idle connection, where it says so in `Keep-Alive: timeout=N`. */
  readonly idleSeconds: number | null;
  /** Whether a line of it is `Connection: close`. */
  readonly saysClose: boolean;
  /** HTTP/1.0. */
  readonly isOld: boolean;
  /** The lines that are the connection's and not the answer's: where each begins and ends, in turn. */
  readonly ownLines: readonly number[];
}

/** As long as node:http takes them here. */
const HEAD_MAX_BYTES = 64 * 1024;
const LENGTH_MAX_DIGITS = 15;
/** `HTTP/1.1 200 ` and the reason phrase, which may be empty; some leave out the last blank too. */
const STATUS_AT = 9;
const REASON_AT = 12;

const incomplete: ResponseHead = { kind: 'incomplete' };
const unusual: ResponseHead = { kind: 'unusual' };

const ZERO = 0x30;

/** Headers that tell of framing or of the connection have names of these lengths; no other line is looked at. */
const telling: ReadonlySet<number> = new Set(
  ['connection', 'keep-alive', 'content-length', 'proxy-connection', 'transfer-encoding', 'proxy-authorization'].map(
    (name) => name.length,
  ),
);

/**
 * Reads the head of the answer that begins at `start`. What it calls complete, node:http understands to be the same.
 * @param method of the request: an answer to HEAD has no body
 */
export function readResponseHead(bytes: Buffer, start: number, method: string): ResponseHead {
  const end = Math.min(bytes.length, start + HEAD_MAX_BYTES);
  const short = bytes.length > end ? unusual : incomplete;
  const version = endOfVersion(bytes, start, end);
  if (version === 'unusual') return unusual;
  if (version === 'short' || end - start < REASON_AT + 2) return short;

  const status = statusAt(bytes, start + STATUS_AT);
  if (status === null) return unusual;
  const lineEnd = skip(bytes, start + REASON_AT, end, IN_VALUE);
  if (lineEnd > start + REASON_AT && bytes[start + REASON_AT] !== SPACE) return unusual;
  if (lineEnd + 1 >= end) return lineEnd === end || bytes[lineEnd] === CR ? short : unusual;
  if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) return unusual;

  const fields = readFields(bytes, start, lineEnd + 2, end);
  if (fields === 'short') return short;
  if (fields === 'unusual' || status === 101) return unusual;
  const headLength = fields.end - start;
  if (status < 200) return { kind: 'interim', headLength };
  return answer(status, headLength, version === '1.0', method, fields);
}

const keepsOpen = /(?:^|,)\s*keep-alive\s*(?:,|$)/;
const closes = /(?:^|,)\s*close\s*(?:,|$)/;

function answer(status: number, headLength: number, isOld: boolean, method: string, fields: Fields): ResponseHead {
  const { length, coding, connection, saysClose, keepAlive, ownLines } = fields;
  if (coding !== null && (length !== null || coding !== 'chunked' || isOld)) return unusual;
  const isBodiless = method === 'HEAD' || status === 204 || status === 304 || length === 0;
  const framing = isBodiless ? 'none' : coding !== null ? 'chunks' : length !== null ? 'length' : 'end';
  const announced = keepAlive === null ? null : /\btimeout=(\d+)/.exec(keepAlive);
  return {
    kind: 'complete',
    status,
    headLength,
    framing,
    contentLength: framing === 'length' ? (length ?? 0) : 0,
    keepAlive: framing !== 'end' && (isOld ? keepsOpen.test(connection ?? '') : !closes.test(connection ?? '')),
    idleSeconds: announced === null ? null : Number(announced[1]),
    saysClose,
    isOld,
    ownLines,
  };
}

const versions = [Buffer.from('HTTP/1.1 '), Buffer.from('HTTP/1.0 ')] as const;

function endOfVersion(bytes: Buffer, start: number, end: number): '1.1' | '1.0' | 'short' | 'unusual' {
  const [current, old] = versions;
  let isOld = false;
  for (let index = 0; index < current.length; index += 1) {
    const byte = bytes[start + index];
    if (start + index === end) return 'short';
    if (byte === current[index]) continue;
    if (byte !== old[index]) return 'unusual';
    isOld = true;
  }
  return isOld ? '1.0' : '1.1';
}

/** Three digits; null where they are not, or say what nobody may send. */
function statusAt(bytes: Buffer, at: number): number | null {
  let status = 0;
  for (let index = at; index < at + 3; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return null;
    status = status * 10 + digit;
  }
  return status < 100 ? null : status;
}

interface Fields {
  readonly end: number;
  readonly length: number | null;
  readonly coding: string | null;
  readonly connection: string | null;
  readonly saysClose: boolean;
  readonly keepAlive: string | null;
  readonly ownLines: readonly number[];
}

/** Around a value. What else may stand there, by some reading of HTTP, is not plainly ordinary in a header of framing. */
const spaces = /^ +| +$/g;

const none: readonly number[] = Object.freeze([]);

function readFields(bytes: Buffer, start: number, fieldsStart: number, end: number): Fields | 'short' | 'unusual' {
  let length: number | null = null;
  let coding: string | null = null;
  let connection: string | null = null;
  let saysClose = false;
  let keepAlive: string | null = null;
  let ownLines: number[] | null = null;
  let at = fieldsStart;
  while (at < end && bytes[at] !== CR) {
    const nameEnd = skip(bytes, at, end, IN_NAME);
    if (nameEnd === end) return 'short';
    if (nameEnd === at || bytes[nameEnd] !== COLON) return 'unusual';
    const lineEnd = skip(bytes, nameEnd + 1, end, IN_VALUE);
    if (lineEnd + 1 >= end) return lineEnd === end || bytes[lineEnd] === CR ? 'short' : 'unusual';
    if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) return 'unusual';
    if (telling.has(nameEnd - at)) {
      const value = (): string =>
        bytes
          .toString('latin1', nameEnd + 1, lineEnd)
          .replaceAll(spaces, '')
          .toLowerCase();
      switch (bytes.toString('latin1', at, nameEnd).toLowerCase()) {
        case 'content-length': {
          const digits = value();
          if (length !== null || digits.length > LENGTH_MAX_DIGITS || !/^\d+$/.test(digits)) return 'unusual';
          length = Number(digits);
          break;
        }
        case 'transfer-encoding':
          if (coding !== null) return 'unusual';
          coding = value();
          break;
        case 'connection': {
          const said = value();
          connection = connection === null ? said : `${connection}, ${said}`;
          if (said === 'close') saysClose = true;
          else (ownLines ??= []).push(at - start, lineEnd + 2 - start);
          break;
        }
        case 'keep-alive':
          keepAlive ??= value();
          (ownLines ??= []).push(at - start, lineEnd + 2 - start);
          break;
        case 'proxy-connection':
        case 'proxy-authorization':
          (ownLines ??= []).push(at - start, lineEnd + 2 - start);
          break;
        default:
      }
    }
    at = lineEnd + 2;
  }
  if (at + 1 >= end) return 'short';
  if (bytes[at + 1] !== LF) return 'unusual';
  return { end: at + 2, length, coding, connection, saysClose, keepAlive, ownLines: ownLines ?? none };
}
