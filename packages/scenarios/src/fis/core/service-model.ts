import { isRecord } from '../../core/source/schema-words.ts';
import {
  errorStatuses,
  operationRows,
  shapeRows,
  type OperationRow,
  type ShapeRow,
} from './generated/service-model.ts';

/** A rule of the service model that a value breaks, in the words of AWS's own answers. */
export interface Violation {
  /** `actions.blackout.parameters.duration`; empty for the whole value. */
  readonly path: string;
  /** `Member must have length less than or equal to 512`. */
  readonly constraint: string;
}

/** An operation found by its route, with the labels of its path, decoded. */
export interface RoutedOperation {
  readonly operation: OperationRow;
  readonly labels: Readonly<Record<string, string>>;
}

const routes = operationRows.map((operation) => ({ operation, parts: operation.path.split('/').slice(1) }));

/** The HTTP status of an error of the service; 500 for one that it does not have. */
export const statusOfError = (name: string): number => errorStatuses[name] ?? 500;

/**
 * The operation that a request asks for; null where the service has no such route.
 * @param path without its query, as it came: labels are decoded here, an ARN may hold encoded slashes
 */
export function routeOperation(method: string, path: string): RoutedOperation | null {
  const given = path.replace(/\/$/, '').split('/').slice(1);
  for (const { operation, parts } of routes) {
    if (operation.method !== method || parts.length !== given.length) continue;
    const labels: Record<string, string> = {};
    const fits = parts.every((part, index) => {
      const text = given[index] ?? '';
      const [, label] = /^\{(\w+)\}$/.exec(part) ?? [];
      if (label === undefined) return part === text;
      if (text === '') return false;
      labels[label] = decode(text);
      return true;
    });
    if (fits) return { operation, labels };
  }
  return null;
}

/** What is wrong with a value, by the service model: missing members, types, lengths, patterns, enums. Empty for nothing. */
export function violations(shape: string, value: unknown, path = ''): Violation[] {
  const row = shapeRows[shape];
  if (row === undefined) throw new Error(`the service model has no shape ${shape}`);
  const wrong = (constraint: string): Violation[] => [{ path, constraint }];
  switch (row.type) {
    case 'structure':
      return isRecord(value) ? structureViolations(row, value, path) : wrong('Member must be a structure');
    case 'list': {
      if (!Array.isArray(value)) return wrong('Member must be a list');
      return [
        ...lengthViolations(row, value.length, path),
        ...value.flatMap((item: unknown, index) => violations(row.member, item, `${path}[${index}]`)),
      ];
    }
    case 'map':
      return isRecord(value) ? mapViolations(row, value, path) : wrong('Member must be a map');
    case 'string':
      return typeof value === 'string' ? stringViolations(row, value, path) : wrong('Member must be a string');
    case 'integer':
      return Number.isInteger(value) ? rangeViolations(row, Number(value), path) : wrong('Member must be an integer');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('Member must be a boolean');
    case 'timestamp':
      return typeof value === 'number' ? [] : wrong('Member must be a timestamp');
    default:
      return row satisfies never;
  }
}

/** Several violations as AWS words them in one message. */
export function violationMessage(found: readonly Violation[]): string {
  const count = `${found.length} validation error${found.length === 1 ? '' : 's'} detected`;
  const each = found.map(
    ({ path, constraint }) => `Value at '${path === '' ? 'body' : path}' failed to satisfy constraint: ${constraint}`,
  );
  return `${count}: ${each.join('; ')}`;
}

/** The members of a structure that stand in the query of its request, and those of its body. */
export function membersAt(shape: string, location: 'querystring' | 'uri' | undefined): readonly string[] {
  const row = shapeRows[shape];
  if (row?.type !== 'structure') return [];
  return Object.entries(row.members)
    .filter(([, member]) => member.location === location)
    .map(([name]) => name);
}

/** The type of a structure's member, and the name that it is bound to in path or query. */
export function memberOf(
  shape: string,
  name: string,
): { readonly type: ShapeRow['type']; readonly bound: string } | null {
  const row = shapeRows[shape];
  if (row?.type !== 'structure') return null;
  const member = row.members[name];
  const type = member === undefined ? undefined : shapeRows[member.shape]?.type;
  return member === undefined || type === undefined ? null : { type, bound: member.locationName ?? name };
}

function structureViolations(
  row: Extract<ShapeRow, { type: 'structure' }>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Violation[] {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = row.required
    .filter((name) => value[name] === undefined || value[name] === null)
    .map((name) => ({ path: below(name), constraint: 'Member must not be null' }));
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = row.members[name];
    // As every AWS service does: members that nobody knows are passed over.
    return known === undefined || member === undefined || member === null
      ? []
      : violations(known.shape, member, below(name));
  });
  return [...missing, ...wrong];
}

function mapViolations(
  row: Extract<ShapeRow, { type: 'map' }>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Violation[] {
  const entries = Object.entries(value);
  const below = ([key, member]: [string, unknown]): Violation[] => [
    ...violations(row.key, key, `${path}.${key}`),
    ...violations(row.value, member, `${path}.${key}`),
  ];
  return [...lengthViolations(row, entries.length, path), ...entries.flatMap(below)];
}

interface Limits {
  readonly min?: number;
  readonly max?: number;
}

function lengthViolations({ min = 0, max = Infinity }: Limits, length: number, path: string): Violation[] {
  if (length < min) return [{ path, constraint: `Member must have length greater than or equal to ${min}` }];
  if (length > max) return [{ path, constraint: `Member must have length less than or equal to ${max}` }];
  return [];
}

function rangeViolations({ min = -Infinity, max = Infinity }: Limits, value: number, path: string): Violation[] {
  if (value < min) return [{ path, constraint: `Member must have value greater than or equal to ${min}` }];
  if (value > max) return [{ path, constraint: `Member must have value less than or equal to ${max}` }];
  return [];
}

function stringViolations(row: Extract<ShapeRow, { type: 'string' }>, value: string, path: string): Violation[] {
  const found = lengthViolations(row, value.length, path);
  if (row.enum !== undefined && !row.enum.includes(value)) {
    found.push({ path, constraint: `Member must satisfy enum value set: [${row.enum.join(', ')}]` });
  }
  if (row.pattern !== undefined && !new RegExp(`^(?:${row.pattern})$`, 'u').test(value)) {
    found.push({ path, constraint: `Member must satisfy regular expression pattern: ${row.pattern}` });
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
