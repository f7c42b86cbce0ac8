import { readFileSync } from 'node:fs';
import { fileError } from '../core/source/input-error.ts';

/** Reads a JSON file. @throws {InputError} where it is missing or is no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw fileError(file, code === 'ENOENT' ? 'no such file' : `cannot be read: ${String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileError(file, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
