import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTarget } from '../adapters/yaml-source.ts';
import { defaultTargetForCommand, type Target } from '../core/parse-target.ts';
import { CliError } from './cli-error.ts';

/** The app that is rehearsed where the user names none. */
const bundledExample = fileURLToPath(new URL('../../../../../examples/photo-gallery/', import.meta.url));

export interface ChosenTarget {
  readonly target: Target;
  /** Where its command runs. */
  readonly folder: string;
  /** One line for the user: which target, and why this one. */
  readonly why: string;
}

/**
 * Which app to break: what `--target` names, else the command after `--`, else ./chaos.yaml, else the bundled example.
 * @throws {CliError | InputError}
 */
export async function chooseTarget(
  named: string | undefined,
  command: readonly string[],
  url: string | undefined,
): Promise<ChosenTarget> {
  if (named !== undefined) {
    const file = existsSync(named) && statSync(named).isDirectory() ? join(named, 'chaos.yaml') : named;
    if (!existsSync(file))
      throw new CliError(`there is no target file ${file}`, 'name a chaos.yaml or its folder', 'usage');
    return fromFile(file, 'as --target says');
  }
  if (command.length > 0) {
    const target = defaultTargetForCommand(command, url ?? null, process.cwd());
    return { target, folder: process.cwd(), why: `${command.join(' ')} (the command after --)` };
  }
  if (existsSync('chaos.yaml')) return fromFile('chaos.yaml', 'found in this folder');
  return fromFile(join(bundledExample, 'chaos.yaml'), 'the bundled example, as there is no chaos.yaml in this folder');
}

async function fromFile(file: string, reason: string): Promise<ChosenTarget> {
  const target = await loadTarget(file);
  const shown = relative(process.cwd(), file);
  return { target, folder: dirname(resolve(file)), why: `${target.name} from ${shown}, ${reason}` };
}
