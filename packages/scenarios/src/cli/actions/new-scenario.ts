import { join } from 'node:path';
import { firstScenario } from '../../core/first-steps/first-files.ts';
import { CliError } from '../cli-error.ts';
import { writeNew } from '../write-new.ts';

/** Writes scenarios/NAME.yaml, where there is none. @throws {CliError} */
export function newScenario(name: string): void {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    throw new CliError(
      `${name} is no name for a scenario`,
      'write lower-case words joined by "-": disk-of-doom',
      'usage',
    );
  }
  const { file, written } = writeNew(join('scenarios', `${name}.yaml`), firstScenario(name));
  if (!written) throw new CliError(`${file} is there already`, 'choose another name, or edit that file', 'usage');
  console.log(`wrote ${file}\n\nNext: chaos show ${name}, then chaos run ${name}`);
}
