import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file that is not there yet; one that is stays as it is. Returns what happened, for the reader. */
export function writeNew(file: string, text: string): { readonly file: string; readonly written: boolean } {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return { file, written: true };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return { file, written: false };
    throw error;
  }
}
