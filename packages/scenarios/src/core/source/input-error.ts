/** Where in a document: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** One thing wrong with what the user gave us: what, where, and how to mend it. */
export interface Problem {
  /** A file as the user named it, or the option: `--set`. */
  readonly file: string;
  /** Both from 1; null where the input is not a file. */
  readonly line: number | null;
  readonly column: number | null;
  /** `phases[2].faults[0].share`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
  /** How to mend it; null where the message says it all. */
  readonly hint: string | null;
}

/** `['phases', 2, 'faults']` as a reader writes it: `phases[2].faults`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** One line: `scenarios/x.yaml:12:7 phases[2].faults[0].fault: "silnt" is no fault; did you mean "silent"?` */
export function formatProblem(problem: Problem): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const hint = problem.hint === null ? '' : `; ${problem.hint}`;
  return `${place}${path}: ${problem.message}${hint}`;
}

/** The user's input cannot be used. Carries every problem found, not only the first. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** A problem with a file as a whole. */
export function fileError(file: string, message: string, hint: string | null = null): InputError {
  return new InputError([{ file, line: null, column: null, path: '', message, hint }]);
}

/** A problem with an option of the command line rather than with a file. */
export const optionError: typeof fileError = (option, message, hint) => fileError(option, message, hint);
