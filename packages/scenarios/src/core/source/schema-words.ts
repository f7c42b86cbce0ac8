import type { Path } from './input-error.ts';

type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The words that a JSON Schema allows as keys at a path of the data: for "did you mean". Where the data's own `kind`
 * or `do` chooses between alternatives, only the chosen one speaks.
 */
export function keysAt(schema: unknown, data: unknown, path: Path): string[] {
  let nodes = alternatives(schema, data);
  let value: unknown = data;
  for (const part of path) {
    value = childOf(value, part);
    nodes = nodes.flatMap((node) => {
      const below = typeof part === 'number' ? node['items'] : propertyOf(node, part);
      return alternatives(below, value);
    });
  }
  const keys = nodes.flatMap((node) => Object.keys(isRecord(node['properties']) ? node['properties'] : {}));
  return [...new Set(keys)];
}

/** What stands at a path of the data; undefined where nothing does. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) value = childOf(value, part);
  return value;
}

function childOf(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined;
  return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

function propertyOf(node: Json, name: string): unknown {
  const properties = node['properties'];
  return (isRecord(properties) ? properties[name] : undefined) ?? node['additionalProperties'];
}

/** The fields that choose between alternatives: of faults, and of events. */
const DISCRIMINATORS = ['kind', 'do'] as const;

function chooses(branch: Json, value: unknown, field: string): boolean {
  const declared = isRecord(branch['properties']) ? branch['properties'][field] : undefined;
  return isRecord(declared) && isRecord(value) && declared['const'] !== undefined && declared['const'] === value[field];
}

function alternatives(schema: unknown, value: unknown): Json[] {
  if (!isRecord(schema)) return [];
  const union = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  if (union === undefined) return [schema];
  const branches: Json[] = union.flatMap((branch: unknown) => alternatives(branch, value));
  const chosen = branches.filter((branch) => DISCRIMINATORS.some((field) => chooses(branch, value, field)));
  return chosen.length > 0 ? chosen : branches;
}
