import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { bundledScenarios } from '../adapters/bundled.ts';
import { scenarioFile } from '../adapters/scenario-catalog.ts';
import { isPath, loadScenarioFiles, recordingNamed } from '../adapters/yaml-source.ts';
import { optionError } from '../core/source/input-error.ts';
import { carriedFiles, CONFIG_MAP_BYTES_MAX, type CarriedFile } from '../schedule/core/carried-files.ts';

/** What a pod is given of this machine's files. */
export interface FilesForCluster {
  /** The name that the scenario has in the pod: its own where it comes with Gameday, else the path of one of the files. */
  readonly scenario: string;
  /** The text of the chaos.yaml. */
  readonly target: string;
  readonly files: readonly CarriedFile[];
}

/** Below the target's folder. */
const SCENARIO_FOLDER = 'scenario';

const isBundled = (file: string): boolean => dirname(file) === resolve(bundledScenarios);
const withSlashes = (path: string): string => path.split(sep).join('/');

/**
 * The chaos.yaml and its recording, and a scenario that does not come with Gameday with what it extends and includes.
 * @throws {InputError} for a file that only this machine has where it is named, or where Kubernetes would find them too large
 */
export async function filesForCluster(scenario: string, target: string): Promise<FilesForCluster> {
  const own = await scenarioFile(scenario);
  const text = await readFile(target, 'utf8');
  const ofScenario = isBundled(resolve(own)) ? [] : await scenarioTexts(own);
  const files = [...ofScenario, ...(await recordingText(target))];
  refuseLarge([{ path: 'chaos.yaml', text }, ...files]);
  return { scenario: ofScenario[0]?.path ?? basename(own, '.yaml'), target: text, files };
}

/** The scenario's own file is the first. */
async function scenarioTexts(own: string): Promise<readonly CarriedFile[]> {
  const { files } = await loadScenarioFiles(own);
  const absolute = files.slice(1).find(({ name }) => isAbsolute(name));
  if (absolute !== undefined) {
    throw optionError(own, `builds on ${absolute.name}, which a pod does not have`, 'write its path from the scenario');
  }
  // What is meant by a mere name and comes with Gameday is there already.
  const needed = files.filter(({ path, name }, index) => index === 0 || isPath(name) || !isBundled(path));
  const paths = [...new Set(needed.map(({ path }) => path))];
  const texts = await Promise.all(
    paths.map(async (path) => ({ path: withSlashes(path), text: await readFile(path, 'utf8') })),
  );
  return carriedFiles(texts, SCENARIO_FOLDER);
}

async function recordingText(target: string): Promise<readonly CarriedFile[]> {
  const named = await recordingNamed(target);
  if (named === null) return [];
  const file = resolve(dirname(target), named);
  const path = withSlashes(relative(dirname(target), file));
  if (isAbsolute(named) || path.startsWith('..')) {
    throw optionError(target, `its recording ${named} is not below its folder, which is all that a pod gets`);
  }
  return [{ key: 'recording.har', path, text: await readFile(file, 'utf8') }];
}

function refuseLarge(files: readonly { readonly path: string; readonly text: string }[]): void {
  const sizes = files.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
  const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes <= CONFIG_MAP_BYTES_MAX) return;
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0];
  throw optionError(
    '--for',
    `a ConfigMap takes ${CONFIG_MAP_BYTES_MAX} bytes (1 MiB), and these files have ${bytes}`,
    `the largest is ${largest?.path ?? ''} with ${largest?.bytes ?? 0}: make it smaller, or put it into an image of your own`,
  );
}
