import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { formatPath, InputError, type Path, type Problem } from './input-error.ts';

/** A file of this size is no scenario: refused before it is parsed. */
export const YAML_BYTES_MAX = 1_048_576;
/** How often aliases may be expanded: enough to reuse a block everywhere, too few for a file that explodes. */
const ALIAS_COUNT_MAX = 100;
/** Enough to work on; a file with more is wrong in one way that repeats. */
const PROBLEMS_MAX = 30;
const SYNTAX_PROBLEMS_MAX = 3;

export interface Position {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML file that still knows where everything stood. */
export interface YamlDocument {
  readonly file: string;
  readonly data: unknown;
  /** Where the value at a path stands, or its key; of what does not exist, where its nearest parent stands. */
  locate(path: Path, what?: 'value' | 'key'): Position;
}

/** What a problem is before it is known where in the file it stands. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | null;
  /** Point at the key rather than at its value: it is the key that is wrong. */
  readonly at?: 'key';
}

/** Parses one YAML 1.2 document. @throws {InputError} with the first syntax errors, each with its line and column. */
export function parseYaml(text: string, file: string): YamlDocument {
  const start = (message: string, hint: string | null = null): InputError =>
    new InputError([{ file, line: 1, column: 1, path: '', message, hint }]);
  if (text.length > YAML_BYTES_MAX) throw start(`longer than ${YAML_BYTES_MAX} bytes: this is no file of Gameday's`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.some((fault) => fault.code === 'RESOURCE_EXHAUSTION')) {
    throw start('nested too deeply: this is no file of Gameday’s');
  }
  if (faults.length > 0) {
    // What follows the first is most often its consequence.
    throw new InputError(
      faults.slice(0, SYNTAX_PROBLEMS_MAX).map((fault) => {
        const { line, col } = lines.linePos(fault.pos[0]);
        const shown = text.split('\n', line).at(-1)?.trim().slice(0, 100) ?? '';
        const hint = shown === '' ? null : `the line is: ${shown}`;
        return { file, line, column: col, path: '', message: `not valid YAML: ${fault.message}`, hint };
      }),
    );
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: ALIAS_COUNT_MAX });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/alias count/i.test(reason)) throw start('its aliases expand too often', 'write the repeated part out');
    throw start(`not valid YAML: ${reason}`);
  }
  if (data === null || data === undefined) throw start('the file is empty');
  return { file, data, locate: (path, what = 'value') => ({ file, ...locate(document, lines, path, what) }) };
}

/** Findings as problems of the file, or files, in which they stand: the file itself first, from its top down. */
export function locateFindings(document: YamlDocument, findings: readonly Finding[]): Problem[] {
  const fileRank = ({ file }: Problem): number => (file === document.file ? 0 : 1);
  return findings
    .map((finding): Problem => {
      const { file, line, column } = document.locate(finding.path, finding.at ?? 'value');
      const { path, message, hint = null } = finding;
      return { file, line, column, path: formatPath(path), message, hint };
    })
    .toSorted((a, b) => fileRank(a) - fileRank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .slice(0, PROBLEMS_MAX);
}

function locate(
  document: Document.Parsed,
  lines: LineCounter,
  path: Path,
  what: 'value' | 'key',
): Omit<Position, 'file'> {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) break;
      const wanted = what === 'key' && depth === path.length - 1 ? pair.key : (pair.value ?? pair.key);
      offset = rangeStart(wanted) ?? rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      if (node === undefined) break;
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function rangeStart(node: unknown): number | null {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0] ?? null;
  return null;
}
