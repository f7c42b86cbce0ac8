import { percentDecode, percentEncode } from './query.ts';

const canonicalShape = /^[A-Za-z0-9\-._~%]*$/;

/** The query as Signature Version 4 signs it: each name and value encoded anew, sorted, without the signature itself. */
export function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  const pairs: [string, string][] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = reencode(equals === -1 ? pair : pair.slice(0, equals));
    if (name !== 'X-Amz-Signature') pairs.push([name, equals === -1 ? '' : reencode(pair.slice(equals + 1))]);
  }
  return pairs
    .toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : x > y ? 1 : 0) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function reencode(text: string): string {
  if (canonicalShape.test(text) && !text.includes('%')) return text;
  const decoded = percentDecode(text);
  return decoded === undefined ? text : percentEncode(decoded);
}

/** The path encoded anew, segment by segment, for clients that send it less strictly encoded than they sign it. */
export function normalizedPath(path: string): string {
  return canonicalShape.test(path.replaceAll('/', '')) && !path.includes('%')
    ? path
    : path.split('/').map(reencode).join('/');
}

/** Trims and folds inner white space, as the signing rules say. */
const foldSpace = (value: string): string => {
  const trimmed = value.trim();
  return trimmed.includes('  ') ? trimmed.replaceAll(/ {2,}/g, ' ') : trimmed;
};

export interface CanonicalParts {
  readonly method: string;
  /** The path as sent. */
  readonly path: string;
  /** Already canonical. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Lower-case names, sorted, as the client lists them. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

export function canonicalRequest(parts: CanonicalParts): string {
  let headers = '';
  for (const name of parts.signedHeaders) headers += `${name}:${foldSpace(parts.headers[name] ?? '')}\n`;
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${parts.signedHeaders.join(';')}\n${parts.payloadHash}`;
}
