import { readFileSync } from 'node:fs';
import { InputError } from '../core/input-error.ts';

/** A problem with a whole file. */
export const fileProblem = (file: string, message: string, hint: string | null = null): InputError =>
  new InputError([{ file, line: null, column: null, path: '', message, hint }]);

/** Reads a JSON file. @throws {InputError} where it is missing or is no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw fileProblem(file, code === 'ENOENT' ? 'no such file' : `cannot be read: ${String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileProblem(file, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
