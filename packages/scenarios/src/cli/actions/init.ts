import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { joinCommand } from '../../core/words/command-line.ts';
import { firstTargetFile } from '../../core/first-steps/first-files.ts';
import { appFiles, findApp, type FoundApp } from '../../core/first-steps/found-app.ts';
import { readSource } from '../../core/first-steps/read-source.ts';
import { githubWorkflow } from '../../schedule/core/github.ts';
import { CliError } from '../cli-error.ts';
import { writeNew } from '../write-new.ts';

export interface InitRequest {
  readonly folder: string;
  /** The command after `--`; empty where there is none. */
  readonly command: readonly string[];
  readonly ci: boolean;
  readonly json: boolean;
}

/** Other CIs, and other times: `chaos schedule`. */
const firstJob = { scenario: 's3-us-east-1-outage', cron: '0 3 * * 1-5', gate: 'C' };

/** Writes a chaos.yaml for the app of a folder, and a CI job. Overwrites nothing. @throws {CliError} where there is no app */
export function init({ folder, command, ci, json }: InitRequest): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CliError(`there is no folder ${resolve(folder)}`, "name the app's folder: chaos init ../my-app", 'usage');
  }
  const app = appIn(folder, command);
  const hints = readSource(sourcesIn(folder));
  const files = [
    writeNew(join(folder, 'chaos.yaml'), firstTargetFile(app, hints)),
    ...(ci ? [writeNew(join(folder, '.github', 'workflows', 'gameday.yml'), githubWorkflow(firstJob))] : []),
  ];
  if (json) {
    console.log(JSON.stringify({ app, hints, files }, null, 2));
    return;
  }
  const start = typeof app.command === 'string' ? app.command : joinCommand(app.command);
  console.log(`found    ${app.name}, started by ${start} (${app.from})`);
  if (hints.health !== null) console.log(`seen     GET ${hints.health.path} (${hints.health.file})`);
  if (hints.port !== null) console.log(`seen     port ${hints.port.number} (${hints.port.file})`);
  for (const { name, file } of hints.buckets) console.log(`seen     bucket ${name} (${file})`);
  if (hints.writes !== null) {
    const { ids, collection, file } = hints.writes;
    const way = ids === 'given' ? `POST ${collection}, which answers with an id` : `PUT ${collection}/ID`;
    console.log(`seen     ${way}, and GET ${collection}/ID (${file})`);
  }
  for (const { file, written } of files) {
    console.log(written ? `wrote    ${file}` : `kept     ${file}: it is there already`);
  }
  const there = folder === '.' ? '' : ` --target ${folder}`;
  console.log(`
Next: say in ${join(folder, 'chaos.yaml')} what your users do and which buckets there are; then

  chaos doctor${there}
  chaos run s3-us-east-1-outage${there}`);
}

/** Larger files are built, not written. */
const SOURCE_BYTES_MAX = 200_000;
const SOURCES_MAX = 60;

/** The sources that lie in an app's folder and in its src. */
function sourcesIn(folder: string): ReadonlyMap<string, string> {
  const names = [folder, join(folder, 'src'), join(folder, 'app')].flatMap((place) =>
    existsSync(place) && statSync(place).isDirectory()
      ? readdirSync(place, { withFileTypes: true })
          .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|py|go|java|kt|rb)$/.test(entry.name))
          .map((entry) => join(place, entry.name))
      : [],
  );
  const small = names.filter((name) => statSync(name).size <= SOURCE_BYTES_MAX).slice(0, SOURCES_MAX);
  return new Map(small.map((name) => [relative(folder, name), readFileSync(name, 'utf8')]));
}

function appIn(folder: string, command: readonly string[]): FoundApp {
  const folderName = basename(resolve(folder)) || 'app';
  if (command.length > 0) return { name: folderName, command, port: null, from: 'the command line', note: null };
  const texts = appFiles
    .filter((name) => existsSync(join(folder, name)))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const app = findApp(new Map(texts), folderName);
  if (app !== null) return app;
  throw new CliError(
    texts.length === 0
      ? `nothing in ${resolve(folder)} says how the app is started`
      : `${texts.map(([name]) => name).join(' and ')} does not say how the app is started`,
    `looked for ${appFiles.join(', ')}; say it: chaos init${folder === '.' ? '' : ` ${folder}`} -- python3 serve.py`,
    'usage',
  );
}
