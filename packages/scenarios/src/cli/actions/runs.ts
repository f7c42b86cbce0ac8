import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { pastRuns, type PastRun } from '../../adapters/run-folders.ts';
import { wordHint } from '../../core/words/nearest-word.ts';
import { CliError } from '../cli-error.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { parseDurationOption } from '../run-arguments.ts';

export interface RunsRequest {
  readonly action: 'list' | 'open' | 'prune';
  readonly id: string | undefined;
  readonly olderThan: string | undefined;
  readonly dir: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Lists past runs, opens the report of one, or deletes old ones. @throws {CliError} */
export async function runs(request: RunsRequest): Promise<void> {
  const past = await pastRuns(request.dir);
  switch (request.action) {
    case 'list':
      listRuns(past, request);
      return;
    case 'open':
      openRun(past, request.id);
      return;
    case 'prune':
      pruneRuns(past, request);
      return;
    default:
      request.action satisfies never;
  }
}

function listRuns(past: readonly PastRun[], { json, dir }: RunsRequest): void {
  if (json) {
    console.log(JSON.stringify(past, null, 2));
    return;
  }
  if (past.length === 0) console.log(`no runs in ${dir}`);
  const width = Math.max(0, ...past.map(({ scenario }) => scenario.length));
  for (const { letter, at, scenario, target, id } of past) {
    const when = at === null ? '?'.padEnd(16) : at.slice(0, 16).replace('T', ' ');
    console.log(`${letter ?? '?'}  ${when}  ${scenario.padEnd(width)}  ${target}  ${id}`);
  }
}

/** Prints where the report is; with a person at the terminal it is opened too. */
function openRun(past: readonly PastRun[], id: string | undefined): void {
  const [latest] = past;
  const matches = id === undefined ? past.slice(0, 1) : past.filter((run) => run.id === id || run.id.startsWith(id));
  const run = matches.find((one) => one.id === id) ?? matches[0];
  if (run === undefined || latest === undefined) {
    const hint =
      wordHint(
        id ?? '',
        past.map((one) => one.id),
      ) ?? 'chaos runs lists them';
    throw new CliError(id === undefined ? 'there are no runs' : `there is no run ${id}`, hint, 'usage');
  }
  if (run.id !== id && matches.length > 1) {
    throw new CliError(
      `${id ?? ''} could be any of ${matches.length} runs`,
      matches.map((one) => one.id).join(', '),
      'usage',
    );
  }
  if (run.report === null) {
    throw new CliError(`${run.id} has no report`, `chaos report ${relative('', run.folder)}/journal.ndjson`, 'usage');
  }
  console.log(run.report);
  if (!process.stdout.isTTY || process.env['CI'] !== undefined) return;
  // Where there is nothing to open it with, its path has been printed.
  openInBrowser(run.report);
}

const DAY = /^(\d+)d$/;

function pruneRuns(past: readonly PastRun[], { olderThan, dryRun, json }: RunsRequest): void {
  if (olderThan === undefined) {
    throw new CliError('say how old a run must be to go', 'chaos runs prune --older-than 30d', 'usage');
  }
  const days = DAY.exec(olderThan)?.[1];
  const ageMs = days === undefined ? parseDurationOption('--older-than', olderThan) : Number(days) * 86_400_000;
  const before = new Date(Date.now() - ageMs).toISOString();
  // A run whose age nobody can tell stays.
  const old = past.filter(({ at }) => at !== null && at < before);
  if (!dryRun) for (const { folder } of old) rmSync(folder, { recursive: true, force: true });
  if (json) {
    console.log(JSON.stringify({ deleted: !dryRun, runs: old.map(({ id }) => id) }, null, 2));
    return;
  }
  for (const { id } of old) console.log(`${dryRun ? 'would delete' : 'deleted'}  ${id}`);
  console.log(`${old.length} of ${past.length} runs are older than ${olderThan}`);
}
