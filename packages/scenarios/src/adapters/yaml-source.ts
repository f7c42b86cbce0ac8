import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../core/input-error.ts';
import { wordHint } from '../core/nearest-word.ts';
import { parseScenario } from '../core/parse-scenario.ts';
import { parseTarget, type Target } from '../core/parse-target.ts';
import type { Scenario } from '../core/scenario.ts';
import { parseYaml, YAML_BYTES_MAX, type YamlDocument } from '../core/yaml-document.ts';

/** Reads a scenario's file. @throws {InputError} for a file that is missing, too large, or wrong in any way */
export async function loadScenario(file: string): Promise<Scenario> {
  return parseScenario(await loadYaml(file));
}

/** Reads a `chaos.yaml`. @throws {InputError} for a file that is missing, too large, or wrong in any way */
export async function loadTarget(file: string): Promise<Target> {
  return parseTarget(await loadYaml(file));
}

/** The scenario files of a folder, by scenario name, in the order of the names. */
export async function listScenarios(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  return new Map(files.map((file) => [basename(file, '.yaml'), join(folder, file)]));
}

/**
 * The file of a scenario that the user named: a path where it looks like one, else a name of the library.
 * @throws {InputError} with the nearest name where the library has none such
 */
export async function findScenario(nameOrPath: string, library: string): Promise<string> {
  if (/[/\\]|\.ya?ml$/.test(nameOrPath)) return nameOrPath;
  const scenarios = await listScenarios(library);
  const file = scenarios.get(nameOrPath);
  if (file !== undefined) return file;
  throw problem(nameOrPath, 'no such scenario', wordHint(nameOrPath, [...scenarios.keys()]));
}

async function loadYaml(file: string): Promise<YamlDocument> {
  try {
    const { size } = await stat(file);
    if (size > YAML_BYTES_MAX) throw problem(file, `larger than ${YAML_BYTES_MAX} bytes: this is no file of Gameday's`);
    return parseYaml(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    const code = 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw problem(file, 'no such file');
    if (code === 'EISDIR') throw problem(file, 'a folder, not a file');
    throw problem(file, `cannot be read: ${error.message}`);
  }
}

function problem(file: string, message: string, hint: string | null = null): InputError {
  return new InputError([{ file, line: null, column: null, path: '', message, hint }]);
}
