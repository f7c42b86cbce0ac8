import { FisError } from './fis-error.ts';

/** How many entries a page has where the client does not say. */
const PAGE = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

/**
 * A page of a list that only grows at its end.
 * @param input with `maxResults` and `nextToken`, where the client gave them
 * @throws {FisError} for a token that this endpoint never gave
 */
export function pageOf<Item>(all: readonly Item[], input: Readonly<Record<string, unknown>>): Page<Item> {
  const { maxResults, nextToken } = input;
  const count = typeof maxResults === 'number' ? maxResults : PAGE;
  const from = typeof nextToken === 'string' ? offsetOf(nextToken, all.length) : 0;
  const end = from + count;
  return { items: all.slice(from, end), nextToken: end < all.length ? tokenOf(end) : undefined };
}

const tokenOf = (offset: number): string => Buffer.from(`gameday:${offset}`).toString('base64url');

function offsetOf(token: string, length: number): number {
  const [, digits] = /^gameday:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  const offset = Number(digits);
  if (digits === undefined || offset > length) throw new FisError('ValidationException', 'The nextToken is invalid.');
  return offset;
}
