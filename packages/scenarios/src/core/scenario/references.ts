import { expandFault } from './fault-entry.ts';
import type { Path } from '../source/input-error.ts';
import { wordHint } from '../words/nearest-word.ts';
import { isRecord } from '../source/schema-words.ts';
import type { Finding } from '../source/yaml-document.ts';

const REFERENCE = /^\$\{([^}]*)\}$/;
/** Where names are declared, and so not filled in. */
const DECLARATIONS: ReadonlySet<string> = new Set(['assumptions', 'variables']);

export interface Filled {
  /** The document with every `${name}` replaced by its value, and every fault's short form written out. */
  readonly data: unknown;
  readonly findings: readonly Finding[];
  /** Which assumption or variable stands where, by path as JSON. */
  readonly places: ReadonlyMap<string, string>;
}

/**
 * Fills assumptions and variables into a scenario as it stands in its file. Only whole values are references
 * (`share: ${dropped}`): there is no arithmetic, so that a reader sees every figure.
 */
export function fillReferences(data: unknown, values: ReadonlyMap<string, number | string>): Filled {
  const findings: Finding[] = [];
  const places = new Map<string, string>();
  const fill = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (isRecord(value)) {
      const entries = Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]);
      const filled: Record<string, unknown> = Object.fromEntries(entries);
      return isFaultEntry(filled, path) ? { ...filled, fault: expandFault(filled['fault']) } : filled;
    }
    const name = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (name === undefined) return value;
    const given = values.get(name);
    places.set(JSON.stringify(path), name);
    if (given !== undefined) return given;
    const hint = wordHint(name, [...values.keys()]) ?? 'declare it under variables or assumptions';
    findings.push({ path, message: `nothing is named "${name}" here`, hint });
    return value;
  };
  if (!isRecord(data)) return { data, findings, places };
  const entries = Object.entries(data).map(([key, value]) => [key, DECLARATIONS.has(key) ? value : fill(value, [key])]);
  return { data: Object.fromEntries(entries), findings, places };
}

/** One of a phase's faults, or the fault on a monkey's menu. */
function isFaultEntry(value: Readonly<Record<string, unknown>>, path: Path): boolean {
  const onMenu = path.at(-1) === 'fault' && path.at(-3) === 'menu';
  return 'fault' in value && (path.at(-2) === 'faults' || onMenu);
}
