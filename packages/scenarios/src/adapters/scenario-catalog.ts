import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileError } from '../core/source/input-error.ts';
import { wordHint } from '../core/words/nearest-word.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { bundledScenarios } from './bundled.ts';
import { isPath, listScenarios, loadScenario } from './yaml-source.ts';

/** Every scenario file by name, sorted; where two folders have one of the same name, the user's own wins. */
export async function scenarioFiles(): Promise<Map<string, string>> {
  const own = resolve('scenarios');
  const bundled = await listScenarios(bundledScenarios);
  const files = existsSync(own) ? [...bundled, ...(await listScenarios(own))] : [...bundled];
  return new Map([...new Map(files)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The file of a scenario given by name or path.
 * @throws {InputError} where there is none, with the nearest name
 */
export async function scenarioFile(nameOrPath: string): Promise<string> {
  if (isPath(nameOrPath)) return nameOrPath;
  const files = await scenarioFiles();
  const file = files.get(nameOrPath);
  if (file !== undefined) return file;
  const hint = wordHint(nameOrPath, [...files.keys()]) ?? 'chaos list shows them all';
  throw fileError(nameOrPath, 'there is no scenario of this name', hint);
}

/** Reads a scenario by name or path. @throws {InputError} */
export const loadNamedScenario = async (nameOrPath: string): Promise<Scenario> =>
  loadScenario(await scenarioFile(nameOrPath));
