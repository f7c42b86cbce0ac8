import { expandFault } from './fault-entry.ts';
import type { Path } from './input-error.ts';
import { wordHint } from './nearest-word.ts';
import { isRecord } from './schema-words.ts';
import type { Finding } from './yaml-document.ts';

const REFERENCE = /^\$\{([^}]*)\}$/;

export interface Filled {
  /** The document with every `${name}` in its faults replaced by the figure, and every short form written out. */
  readonly data: unknown;
  readonly findings: readonly Finding[];
  /** Which assumption stands where, by path as JSON. */
  readonly places: ReadonlyMap<string, string>;
}

/**
 * Fills the assumptions into the faults of a scenario as it stands in its file. Only whole values are references
 * (`share: ${dropped}`): there is no arithmetic, so that a reader sees every figure.
 */
export function fillReferences(data: unknown, values: ReadonlyMap<string, number>): Filled {
  const findings: Finding[] = [];
  const places = new Map<string, string>();
  const fill = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (isRecord(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]));
    }
    const name = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (name === undefined) return value;
    const figure = values.get(name);
    places.set(JSON.stringify(path), name);
    if (figure !== undefined) return figure;
    const hint = wordHint(name, [...values.keys()]) ?? 'declare it under assumptions, with its value and why';
    findings.push({ path, message: `no assumption is named "${name}"`, hint });
    return value;
  };
  const fillFault = (entry: unknown, path: Path): unknown => {
    const filled = fill(entry, path);
    return isRecord(filled) && 'fault' in filled ? { ...filled, fault: expandFault(filled['fault']) } : filled;
  };
  const fillPhase = (phase: unknown, path: Path): unknown => {
    if (!isRecord(phase) || !Array.isArray(phase['faults'])) return phase;
    const faults = phase['faults'].map((entry, index) => fillFault(entry, [...path, 'faults', index]));
    return { ...phase, faults };
  };
  if (!isRecord(data) || !Array.isArray(data['phases'])) return { data, findings, places };
  const phases = data['phases'].map((phase, index) => fillPhase(phase, ['phases', index]));
  return { data: { ...data, phases }, findings, places };
}
