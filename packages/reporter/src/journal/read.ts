import { type Entry, entrySchema, type EntryType } from './entry.ts';

/** A longer line is no journal entry: it is dropped while it streams by, and counted. */
export const LINE_CHARS_MAX = 4_000_000;

/** One line of a journal as it could be read. `line` counts from 1. */
export type JournalLine =
  | { readonly kind: 'entry'; readonly line: number; readonly entry: Entry }
  /** Of a type that this version does not know: a newer Gameday wrote it. */
  | { readonly kind: 'unknown'; readonly line: number; readonly type: string }
  | { readonly kind: 'malformed'; readonly line: number; readonly why: string }
  /** The last line, cut in mid-write. */
  | { readonly kind: 'torn'; readonly line: number };

/** Every type of entry that this version knows. */
export const entryTypes: readonly EntryType[] = entrySchema.options.flatMap((option) => option.shape.type.def.values);
const knownTypes: ReadonlySet<string> = new Set(entryTypes);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function readLine(text: string, line: number): JournalLine {
  const json = parseJson(text);
  if (!json.ok) return { kind: 'malformed', line, why: 'not JSON' };
  if (!isObject(json.value)) return { kind: 'malformed', line, why: 'not an object' };
  const type = json.value['type'];
  if (typeof type !== 'string') return { kind: 'malformed', line, why: 'no type' };
  if (!knownTypes.has(type)) return { kind: 'unknown', line, type };
  const parsed = entrySchema.safeParse(json.value);
  if (parsed.success) return { kind: 'entry', line, entry: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'malformed', line, why: `${type}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}

/**
 * Reads a journal as it streams in, in chunks of any size. Never throws on what a line says: a line that is no entry is
 * reported as such. Holds one line in memory at a time. Empty lines are skipped.
 */
export async function* readJournal(
  chunks: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<JournalLine, void, undefined> {
  let rest = '';
  let overlong = false;
  let line = 0;
  for await (const chunk of chunks) {
    const pieces = chunk.split('\n');
    for (const [index, piece] of pieces.entries()) {
      if (!overlong) rest += piece;
      if (rest.length > LINE_CHARS_MAX) {
        overlong = true;
        rest = '';
      }
      if (index === pieces.length - 1) break;
      line += 1;
      if (overlong) yield { kind: 'malformed', line, why: `longer than ${LINE_CHARS_MAX} characters` };
      else if (rest.trim() !== '') yield readLine(rest, line);
      rest = '';
      overlong = false;
    }
  }
  if (overlong) yield { kind: 'torn', line: line + 1 };
  else if (rest.trim() !== '') {
    const last = readLine(rest, line + 1);
    yield last.kind === 'malformed' && !parseJson(rest).ok ? { kind: 'torn', line: line + 1 } : last;
  }
}
