import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Expected, expectedSchema } from './expected.ts';

/** The repository's root. */
export const repository: string = fileURLToPath(new URL('../../../../', import.meta.url));
const examplesFolder = join(repository, 'examples');
/** Where Debian keeps servers; not on everybody's PATH. */
const SERVER_PLACES = ['/usr/sbin', '/usr/local/sbin'];

/** An example in a naive and a resilient form, perhaps more. */
export interface Example {
  readonly name: string;
  readonly folder: string;
  readonly expected: Expected;
  /** Programs that it needs and this machine lacks. */
  readonly missing: readonly string[];
}

function isInstalled(program: string): boolean {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_PLACES];
  return places.some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws {Error} for an expected.yaml that is wrong, with file and field */
function readExpected(file: string): Expected {
  const parsed = expectedSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** Every folder of examples/ with an expected.yaml, sorted by name. @throws {Error} for a wrong expected.yaml */
export function findExamples(): readonly Example[] {
  return readdirSync(examplesFolder)
    .toSorted()
    .map((name) => ({ name, folder: join(examplesFolder, name), file: join(examplesFolder, name, 'expected.yaml') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, folder, file }) => {
      const expected = readExpected(file);
      return { name, folder, expected, missing: expected.needs.filter((program) => !isInstalled(program)) };
    });
}
