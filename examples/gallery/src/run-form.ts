import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readReport, type Report } from '@gameday/reporter';
import { type Example, repository } from './find-examples.ts';

/** A run that lasts longer hangs; its own guardian stops the app when it is killed. */
const RUN_MS_MAX = 180_000;
const TAIL_CHARS = 600;

const chaos = join(repository, 'packages/scenarios/dist/src/cli/main.js');

/** One run of one form. */
export interface FormRun {
  readonly form: string;
  readonly seed: string;
  /** Where journal and reports are. */
  readonly folder: string;
  readonly report: Report;
}

const scenarioOf = ({ folder, expected: { scenario } }: Example): string =>
  isAbsolute(scenario) || !/[/\\]|\.ya?ml$/.test(scenario) ? scenario : join(folder, scenario);

/**
 * Rehearses a form with the real command, in a process of its own.
 * @throws {Error} where no report came of it, with the last that the command said
 */
export async function runForm(example: Example, form: string, seed: string, out: string): Promise<FormRun> {
  const folder = join(out, `${example.name}-${form}-${seed}`);
  const target = join(example.folder, form);
  const child = spawn(
    process.execPath,
    [chaos, 'run', scenarioOf(example), '--target', target, '--seed', seed, '--out', folder],
    {
      cwd: repository,
      env: { ...process.env, NO_COLOR: '1', CI: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: RUN_MS_MAX,
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-TAIL_CHARS)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const file = join(folder, 'report.json');
  const read = existsSync(file) ? readReport(readFileSync(file, 'utf8')) : null;
  if (read?.ok === true) return { form, seed, folder, report: read.report };
  const why = read === null ? `no report (exit code ${String(code)})` : read.why;
  throw new Error(`${example.name}/${form}, seed ${seed}: ${why}\n${said}`);
}
