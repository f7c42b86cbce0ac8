import type { OperationClass } from './blast-radius.ts';
import { operationRows, type OperationRow } from './generated/s3-operations.ts';
import { headerOf, type RawHeaders } from './headers.ts';

/** What a request asks of S3. */
export interface Operation {
  /** As in the S3 API reference, or `Unknown`. */
  readonly name: string;
  readonly class: OperationClass;
}

export type OperationLevel = OperationRow['level'];

/** Every operation name of the S3 API. */
export const operationNames: readonly string[] = operationRows.map(({ name }) => name);

const byName = new Map(operationRows.map((row) => [row.name, row]));

/** Operations by method and level, those that ask for most first: the first that fits is the one. */
const candidates = new Map<string, readonly OperationRow[]>();
const demands = ({ query, headers }: OperationRow): number => query.length + headers.length;
for (const row of operationRows) {
  const place = `${row.method} ${row.level}`;
  candidates.set(
    place,
    [...(candidates.get(place) ?? []), row].toSorted(
      (a, b) => demands(b) - demands(a) || a.name.length - b.name.length,
    ),
  );
}

const unknown: Readonly<Record<OperationClass, Operation>> = {
  read: { name: 'Unknown', class: 'read' },
  write: { name: 'Unknown', class: 'write' },
  delete: { name: 'Unknown', class: 'delete' },
};

function unknownOperation(method: string): Operation {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return unknown.read;
  return method === 'DELETE' ? unknown.delete : unknown.write;
}

/** The query as `name` and `name=value`, so that an operation's demand for either is one look-up. */
function queryTerms(query: string): ReadonlySet<string> {
  const terms = new Set<string>();
  for (const part of query.split('&')) {
    terms.add(part);
    terms.add(part.split('=', 1)[0] ?? part);
  }
  return terms;
}

/** The operation that the AWS SDKs name in the query parameter `x-id`, if it can be that one. */
function namedOperation(query: string, method: string, level: OperationLevel): OperationRow | undefined {
  const at = query.indexOf('x-id=');
  if (at === -1 || (at > 0 && query[at - 1] !== '&')) return undefined;
  const end = query.indexOf('&', at);
  const row = byName.get(query.slice(at + 5, end === -1 ? undefined : end));
  return row !== undefined && row.method === method && row.level === level ? row : undefined;
}

/**
 * Which operation of the S3 API a request is.
 * @param query without its question mark
 */
export function operationOf(method: string, level: OperationLevel, query: string, headers: RawHeaders): Operation {
  const named = query === '' ? undefined : namedOperation(query, method, level);
  if (named !== undefined) return named;
  const terms = queryTerms(query);
  const fits = (row: OperationRow): boolean =>
    row.query.every((term) => terms.has(term)) && row.headers.every((name) => headerOf(headers, name) !== undefined);
  return candidates.get(`${method} ${level}`)?.find(fits) ?? unknownOperation(method);
}
