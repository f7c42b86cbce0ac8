import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadScenario, loadTarget } from '../../adapters/yaml-source.ts';
import { InputError, formatProblem, type Problem } from '../../core/source/input-error.ts';
import type { ExitName } from '../exit-codes.ts';
import { scenarioFile, scenarioFiles } from '../../adapters/scenario-catalog.ts';

const isTarget = (file: string): boolean => /^chaos\.ya?ml$/.test(basename(file));

/** Prints what is wrong with files; every scenario where none is named. */
export async function validate(request: {
  readonly files: readonly string[];
  readonly json: boolean;
}): Promise<ExitName> {
  const named = request.files.map(async (file) => (isTarget(file) ? file : fileOf(file)));
  const wanted = named.length > 0 ? await Promise.all(named) : [...(await scenarioFiles()).values()];
  const problems = (await Promise.all(wanted.map(problemsOf))).flat();
  if (request.json) console.log(JSON.stringify(problems, null, 2));
  else {
    for (const problem of problems) console.log(formatProblem(problem));
    if (problems.length === 0) console.log(`${wanted.length} checked, nothing wrong`);
  }
  return problems.length > 0 ? 'usage' : 'completed';
}

/** A folder stands for the chaos.yaml in it, as with --target. */
async function fileOf(named: string): Promise<string> {
  const inFolder = join(named, 'chaos.yaml');
  return existsSync(inFolder) ? inFolder : scenarioFile(named);
}

async function problemsOf(file: string): Promise<readonly Problem[]> {
  try {
    if (isTarget(file)) await loadTarget(file);
    else await loadScenario(file);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}
