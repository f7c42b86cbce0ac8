import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { joinCommand } from '../../core/command-line.ts';
import { firstTargetFile } from '../../core/first-files.ts';
import { appFiles, findApp, type FoundApp } from '../../core/found-app.ts';
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
  const app = appIn(folder, command);
  const files = [
    writeNew(join(folder, 'chaos.yaml'), firstTargetFile(app)),
    ...(ci ? [writeNew(join(folder, '.github', 'workflows', 'gameday.yml'), githubWorkflow(firstJob))] : []),
  ];
  if (json) {
    console.log(JSON.stringify({ app, files }, null, 2));
    return;
  }
  const start = typeof app.command === 'string' ? app.command : joinCommand(app.command);
  console.log(`found    ${app.name}, started by ${start} (${app.from})`);
  for (const { file, written } of files) {
    console.log(written ? `wrote    ${file}` : `kept     ${file}: it is there already`);
  }
  console.log('\nNext: describe your users in chaos.yaml, then run chaos doctor.');
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
    'say it: chaos init -- npm start',
    'usage',
  );
}
