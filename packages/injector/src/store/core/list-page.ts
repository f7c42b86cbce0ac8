import { compareUtf8, prefixEnd } from './utf8-order.ts';

/** An ordered collection that can be entered at any key. */
export interface OrderedSource<T> {
  /** Entries in UTF-8 order from the first key that is not below `from`. */
  from(from: string): Iterable<readonly [key: string, items: readonly T[]]>;
}

export interface PageRequest<T> {
  readonly prefix: string;
  readonly delimiter: string;
  /** Where to go on: after this key or common prefix. */
  readonly after: string;
  /** Items of the key `after` that are still to come (further versions, further uploads); none by default. */
  readonly rest?: (items: readonly T[]) => readonly T[];
  /** Items and common prefixes together. */
  readonly maxKeys: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix that the page holds. */
  readonly last: string;
}

/**
 * One page of a listing. Keys that share the part between `prefix` and the next `delimiter` are rolled up into one common
 * prefix, and passed over in one step however many there are.
 */
export function listPage<T>(source: OrderedSource<T>, request: PageRequest<T>): Page<T> {
  const { prefix, delimiter, after, maxKeys } = request;
  // No page would ever be the last one.
  if (maxKeys === 0) return { items: [], commonPrefixes: [], truncated: false, last: '' };
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  let from: string | undefined = compareUtf8(after, prefix) > 0 ? after : prefix;
  // A common prefix that ended the page before this one is done with as a whole.
  if (delimiter !== '' && after.startsWith(prefix) && after.endsWith(delimiter) && after.length > prefix.length) {
    const rolled = rollUp(after, prefix, delimiter);
    if (rolled === after) from = prefixEnd(after);
  }
  while (from !== undefined) {
    let next: string | undefined;
    for (const [key, found] of source.from(from)) {
      if (!key.startsWith(prefix)) break;
      const live: readonly T[] = key === after ? (request.rest?.(found) ?? []) : found;
      if (live.length === 0) continue;
      const common = delimiter === '' ? undefined : rollUp(key, prefix, delimiter);
      if (common !== undefined) {
        if (items.length + commonPrefixes.length >= maxKeys) return { items, commonPrefixes, truncated: true, last };
        commonPrefixes.push(common);
        last = common;
        next = prefixEnd(common);
        break;
      }
      for (const item of live) {
        if (items.length + commonPrefixes.length >= maxKeys) return { items, commonPrefixes, truncated: true, last };
        items.push(item);
        last = key;
      }
    }
    from = next;
  }
  return { items, commonPrefixes, truncated: false, last };
}

/**
 * Of the items of one key (its versions, its uploads) those behind the one with the marker's id: none without a marker, and all
 * where that one is gone meanwhile. Whoever removes page by page what a listing shows must miss none.
 */
export function itemsAfter<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  marker: string | undefined,
): readonly T[] {
  if (marker === undefined || marker === '') return [];
  return items.slice(items.findIndex((item) => idOf(item) === marker) + 1);
}

function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}
