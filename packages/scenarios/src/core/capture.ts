import type { CaptureFrom, PlannedStep } from './plan.ts';

/** As much of an answer as values can be taken from. Header names in lower case. */
export interface Capturable {
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The value at a place of an answer; null where there is none. */
export function capture(from: CaptureFrom, { text, headers }: Capturable): string | null {
  switch (from.kind) {
    case 'header': {
      const value = headers[from.name.toLowerCase()];
      return typeof value === 'string' ? value : (value?.[0] ?? null);
    }
    case 'regex': {
      const match = new RegExp(from.pattern).exec(text);
      return match === null ? null : (match[1] ?? match[0]);
    }
    case 'json':
      return jsonAt(text, from.path);
    default:
      return from satisfies never;
  }
}

function jsonAt(text: string, path: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
    value = Object.entries(value).find(([key]) => key === part)?.[1];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Fills every `${capture.NAME}` that has a value, and leaves everything else as it is. */
export function fillCaptures(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(capture\.[a-z][a-z0-9_]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** The latest values that answers gave. */
export interface Captures {
  /** Keeps what the step captures. Returns the name of what the answer lacks, or null: then everything is kept. */
  keep(step: PlannedStep, answer: Capturable): string | null;
  /** Kept values of these names by `capture.NAME`, drawn in [0, 1); null while one of them is missing. */
  draw(names: readonly string[], draw: number): Readonly<Record<string, string>> | null;
}

/** So many values of a name are kept; the oldest go first. */
const KEPT_MAX = 1_000;

export function createCaptures(): Captures {
  const kept = new Map<string, string[]>();
  return {
    keep({ captures = {} }, answer) {
      const found = Object.entries(captures).map(([name, from]) => [name, capture(from, answer)] as const);
      const missing = found.find(([, value]) => value === null);
      if (missing !== undefined) return missing[0];
      for (const [name, value] of found) {
        const values = kept.get(name) ?? [];
        if (value !== null) values.push(value);
        if (values.length > KEPT_MAX) values.shift();
        kept.set(name, values);
      }
      return null;
    },
    draw(names, draw) {
      const drawn = new Map<string, string>();
      for (const name of names) {
        const values = kept.get(name) ?? [];
        // Values of one answer stand at one place, so that an id and its token stay together.
        const value = values[Math.floor(draw * values.length)];
        if (value === undefined) return null;
        drawn.set(`capture.${name}`, value);
      }
      return Object.fromEntries(drawn);
    },
  };
}
