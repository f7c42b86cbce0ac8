import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { composeScenario, fileReferences } from '../core/scenario/compose-scenario.ts';
import { InputError, type Path } from '../core/source/input-error.ts';
import { wordHint } from '../core/words/nearest-word.ts';
import { parseScenario } from '../core/scenario/parse-scenario.ts';
import { harSteps } from '../core/workload/har.ts';
import { parseTarget, recordingOf, type Target } from '../core/target/parse-target.ts';
import type { PlannedStep } from '../core/plan.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { locateFindings, parseYaml, YAML_BYTES_MAX, type YamlDocument } from '../core/source/yaml-document.ts';
import { bundledScenarios } from './bundled.ts';

/** A scenario that builds on more files than this is a mistake. */
const FILES_MAX = 32;
/** A recording of an afternoon, pictures included. */
const HAR_BYTES_MAX = 100 * 1_048_576;

/** A file that a scenario builds on, or its own. */
export interface ScenarioFile {
  /** Absolute. */
  readonly path: string;
  /** As the file that refers to it has it; the scenario's own is as the caller has it. */
  readonly name: string;
}

/**
 * Reads a scenario's file, and those that it extends and includes.
 * @throws {InputError} for a file that is missing, too large, or wrong in any way
 */
export const loadScenario = async (file: string): Promise<Scenario> => (await loadScenarioFiles(file)).scenario;

/** A scenario, and the files that it takes, its own first. @throws {InputError} as `loadScenario` does */
export async function loadScenarioFiles(
  file: string,
): Promise<{ readonly scenario: Scenario; readonly files: readonly ScenarioFile[] }> {
  const root = await loadYaml(file);
  const documents = new Map([[resolve(file), root]]);
  const files: ScenarioFile[] = [{ path: resolve(file), name: file }];
  const meant = new Map<YamlDocument, Map<string, YamlDocument>>();
  const pending = [root];
  for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
    const named = new Map<string, YamlDocument>();
    meant.set(from, named);
    for (const { path, name } of fileReferences(from.data)) {
      const found = referredFile(from.file, name);
      const known = documents.get(resolve(found));
      const document = known ?? (await loadReferred(from, path, found, documents.size));
      named.set(name, document);
      files.push({ path: resolve(found), name });
      if (known !== undefined) continue;
      documents.set(resolve(found), document);
      pending.push(document);
    }
  }
  return { scenario: parseScenario(composeScenario(root, (from, name) => meant.get(from)?.get(name) ?? root)), files };
}

/** Whether a scenario is named by where its file is. */
export const isPath = (nameOrPath: string): boolean => /[/\\]|\.ya?ml$/.test(nameOrPath);

/** Beside the file that refers to it; a mere name may also be that of a bundled scenario. */
function referredFile(from: string, name: string): string {
  if (isPath(name)) return isAbsolute(name) ? name : join(dirname(from), name);
  const beside = join(dirname(from), `${name}.yaml`);
  return existsSync(beside) ? beside : join(bundledScenarios, `${name}.yaml`);
}

async function loadReferred(from: YamlDocument, path: Path, file: string, already: number): Promise<YamlDocument> {
  const located = (message: string, hint: string | null = null): InputError =>
    new InputError(locateFindings(from, [{ path, message, hint }]));
  if (already >= FILES_MAX) throw located(`builds on more than ${FILES_MAX} files`);
  try {
    return await loadYaml(file);
  } catch (error) {
    // A file that cannot be read is the mistake of the line that names it; what is wrong inside it is its own.
    const unreadable = error instanceof InputError && error.problems.every(({ line }) => line === null);
    if (!unreadable) throw error;
    const names = [
      ...(await listScenarios(dirname(from.file))).keys(),
      ...(await listScenarios(bundledScenarios)).keys(),
    ];
    throw located(error.message, wordHint(basename(file, '.yaml'), [...new Set(names)]));
  }
}

/** The recording that a `chaos.yaml` names, as it names it; null where it names none. @throws {InputError} */
export const recordingNamed = async (file: string): Promise<string | null> => recordingOf(await loadYaml(file));

/** Reads a `chaos.yaml`. @throws {InputError} for a file that is missing, too large, or wrong in any way */
export async function loadTarget(file: string): Promise<Target> {
  const document = await loadYaml(file);
  const recording = recordingOf(document);
  return parseTarget(document, recording === null ? [] : await loadRecording(resolve(dirname(file), recording)));
}

/** The scenario files of a folder, by scenario name, in the order of the names. */
export async function listScenarios(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const names = files.map((file) => basename(file, '.yaml')).toSorted();
  return new Map(names.map((name) => [name, join(folder, `${name}.yaml`)]));
}

/**
 * The file of a scenario that the user named: a path where it looks like one, else a name of the library.
 * @throws {InputError} with the nearest name where the library has none such
 */
export async function findScenario(nameOrPath: string, library: string): Promise<string> {
  if (isPath(nameOrPath)) return nameOrPath;
  const scenarios = await listScenarios(library);
  const file = scenarios.get(nameOrPath);
  if (file !== undefined) return file;
  throw problem(nameOrPath, 'no such scenario', wordHint(nameOrPath, [...scenarios.keys()]));
}

async function loadYaml(file: string): Promise<YamlDocument> {
  return parseYaml(await loadText(file, YAML_BYTES_MAX), file);
}

async function loadRecording(file: string): Promise<PlannedStep[]> {
  const text = await loadText(file, HAR_BYTES_MAX);
  try {
    return harSteps(JSON.parse(text), file);
  } catch (error) {
    if (error instanceof SyntaxError) throw problem(file, `not a HAR recording, not even JSON: ${error.message}`);
    throw error;
  }
}

async function loadText(file: string, bytesMax: number): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > bytesMax) throw problem(file, `larger than ${bytesMax} bytes: this is no file of Gameday's`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    const code = 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw problem(file, 'no such file');
    if (code === 'EISDIR') throw problem(file, 'a folder, not a file', 'name the file in it');
    throw problem(file, `cannot be read: ${error.message}`);
  }
}

function problem(file: string, message: string, hint: string | null = null): InputError {
  return new InputError([{ file, line: null, column: null, path: '', message, hint }]);
}
