import type { CaptureFrom, PlannedStep } from '../plan.ts';

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
      const whole = typeof value === 'string' ? value : (value?.[0] ?? null);
      return whole === null || (from.pattern ?? null) === null ? whole : matched(from.pattern ?? '', whole);
    }
    case 'regex':
      return matched(from.pattern, text);
    case 'json':
      return jsonAt(text, from.path);
    default:
      return from satisfies never;
  }
}

function matched(pattern: string, text: string): string | null {
  const match = new RegExp(pattern).exec(text);
  return match === null ? null : (match[1] ?? match[0]);
}

/** The keys of `items.0.id`, or of a JSON pointer (RFC 6901) such as `/items/0/id`. */
function partsOf(path: string): string[] {
  if (!path.startsWith('/')) return path.split('.');
  const parts = path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function jsonAt(text: string, path: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const part of partsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
    value = Object.entries(value).find(([key]) => key === part)?.[1];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A place of an answer in words: `the header Location`. */
export function captureWords(from: CaptureFrom): string {
  switch (from.kind) {
    case 'header':
      return `the header ${from.name}${(from.pattern ?? null) === null ? '' : ` as /${from.pattern}/`}`;
    case 'regex':
      return `what matches /${from.pattern}/`;
    case 'json':
      return `JSON at "${from.path}"`;
    default:
      return from satisfies never;
  }
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
