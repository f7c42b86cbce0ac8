/** A query string taken apart: decoded, first value of each name wins, order kept. */
export type Query = ReadonlyMap<string, string>;

const empty: Query = new Map();

/** Decodes percent escapes; a malformed escape yields undefined. `+` stays a plus, as S3 treats it in paths. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Percent-encodes as Signature Version 4 wants it: everything but unreserved characters. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Splits `a=1&b` (without the question mark). In a query `+` means a space. Undefined where an escape is malformed. */
export function parseQuery(text: string): Query | undefined {
  if (text === '') return empty;
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = percentDecode((equals === -1 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = percentDecode(equals === -1 ? '' : pair.slice(equals + 1).replaceAll('+', ' '));
    if (name === undefined || value === undefined) return undefined;
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}
