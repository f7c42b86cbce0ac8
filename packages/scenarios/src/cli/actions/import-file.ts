import { importExperiment, readExperiment } from '../../chaos-toolkit/core/import-experiment.ts';
import { importTemplate, readTemplate } from '../../fis/core/import-template.ts';
import type { ScenarioDraft } from '../../fis/core/scenario-draft.ts';
import { fileError } from '../../core/source/input-error.ts';
import { isRecord } from '../../core/source/schema-words.ts';
import { CliError } from '../cli-error.ts';
import { readJson } from '../read-json.ts';
import { writeNew } from '../write-new.ts';

/** Turns a template of FIS into a scenario. @throws {InputError | CliError} */
export async function importFis(file: string, out: string | undefined): Promise<void> {
  const template = readTemplate(readJson(file));
  if (typeof template === 'string') {
    throw fileError(file, `no template of FIS: ${template}`, 'aws fis get-experiment-template prints one');
  }
  give(importTemplate(template), out);
}

/** Turns an experiment of Chaos Toolkit into a scenario; a template of FIS is told by its `actions`. @throws {InputError | CliError} */
export async function importAny(file: string, out: string | undefined): Promise<void> {
  const value = readJson(file);
  if (isRecord(value) && (value['actions'] !== undefined || value['experimentTemplate'] !== undefined)) {
    return importFis(file, out);
  }
  const experiment = readExperiment(value);
  if (typeof experiment === 'string') {
    throw fileError(file, `no experiment of Chaos Toolkit: ${experiment}`, 'it has a title and a method');
  }
  give(importExperiment(experiment), out);
}

/** The scenario goes to stdout or a new file, what it does otherwise to stderr. */
function give({ yaml, notes }: ScenarioDraft, out: string | undefined): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  if (out === undefined) process.stdout.write(yaml);
  else if (!writeNew(out, yaml).written) {
    throw new CliError(`${out} is there already`, 'name another file with --out', 'usage');
  }
}
