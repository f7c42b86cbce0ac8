import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isLoopback } from '@gameday/injector';
import { optionError } from '../core/source/input-error.ts';
import { parseBuckets } from '../core/target/parse-buckets.ts';
import { defaultTargetForCommand, type Target } from '../core/target/parse-target.ts';
import { bundledExample } from './bundled.ts';
import { loadTarget } from './yaml-source.ts';

/** What the user said of the target. */
export interface TargetChoice {
  /** `--target`: a chaos.yaml or its folder. */
  readonly target: string | undefined;
  /** The command after `--`; empty where there is none. */
  readonly command: readonly string[];
  /** `--url`: where that command listens. */
  readonly url: string | undefined;
  /** `--bucket`: what that command needs in S3. */
  readonly bucket?: readonly string[];
  /** `--target-url`: where the target runs already, so that it is not started. */
  readonly targetUrl?: string | undefined;
  /** Whether that may be another machine: only where an account was armed for AWS FIS. */
  readonly anywhere?: boolean;
}

export interface ChosenTarget {
  readonly target: Target;
  /** Where its command runs. */
  readonly folder: string;
  /** One line for the user: which target, and why this one. */
  readonly why: string;
}

/**
 * Which app to break: what `--target` names, else the command after `--`, else ./chaos.yaml, else what runs at
 * `--target-url`, else the bundled example.
 * @throws {InputError}
 */
export async function chooseTarget(choice: TargetChoice): Promise<ChosenTarget> {
  const chosen = await chooseFile(choice);
  if (choice.targetUrl === undefined) return chosen;
  const url = checkTargetUrl(choice.targetUrl, choice.anywhere ?? false);
  const { target, folder, why } = chosen;
  return { target: { ...target, command: null, url }, folder, why: `${why}; already running at ${url}` };
}

function checkTargetUrl(text: string, anywhere: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !(anywhere || isLoopback(url))) {
    const hint = 'only loopback is ever touched: --target-url http://127.0.0.1:3000';
    throw optionError(`--target-url ${text}`, 'not a URL of this machine', hint);
  }
  return url.origin;
}

async function chooseFile({
  target: named,
  command,
  url,
  bucket = [],
  targetUrl,
}: TargetChoice): Promise<ChosenTarget> {
  if (bucket.length > 0 && (named !== undefined || command.length === 0)) {
    const hint = 'a chaos.yaml names its buckets itself, under buckets:';
    throw optionError(`--bucket ${bucket[0] ?? ''}`, 'only a command after -- takes it', hint);
  }
  if (named !== undefined) {
    const file = existsSync(named) && statSync(named).isDirectory() ? join(named, 'chaos.yaml') : named;
    if (!existsSync(file)) {
      const hint = file === named ? 'name a chaos.yaml or its folder' : `chaos init ${named} writes a first one`;
      throw optionError(`--target ${named}`, `there is no file ${file}`, hint);
    }
    return fromFile(file, 'as --target says');
  }
  if (command.length > 0) {
    const target = defaultTargetForCommand(command, url ?? null, process.cwd(), parseBuckets(bucket));
    return { target, folder: process.cwd(), why: `${command.join(' ')} (the command after --)` };
  }
  if (existsSync('chaos.yaml')) return fromFile('chaos.yaml', 'found in this folder');
  if (targetUrl !== undefined) {
    // Whatever runs there, it is not the bundled example: nothing of that one's routes may be asked of it.
    const target = defaultTargetForCommand(null, null, process.cwd());
    return { target, folder: process.cwd(), why: 'an app without a chaos.yaml: GET / five times a second' };
  }
  return fromFile(join(bundledExample, 'chaos.yaml'), 'the bundled example, as there is no chaos.yaml in this folder');
}

async function fromFile(file: string, reason: string): Promise<ChosenTarget> {
  const target = await loadTarget(file);
  const shown = relative(process.cwd(), file);
  return { target, folder: dirname(resolve(file)), why: `${target.name} from ${shown}, ${reason}` };
}
