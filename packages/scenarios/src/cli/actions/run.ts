import { relative, resolve } from 'node:path';
import { explainWindow } from '@gameday/injector';
import type { Report } from '@gameday/reporter';
import type { Letter } from '@gameday/reporter/journal';
import { explainPlan } from '../../core/explain-plan.ts';
import { planExperiment } from '../../core/plan-experiment.ts';
import type { Plan } from '../../core/plan.ts';
import { newRunId } from '../../run/run-id.ts';
import { journalFile } from '../../run/run-scenario.ts';
import { carryOut } from '../carry-out.ts';
import { chooseTarget } from '../choose-target.ts';
import { CliError } from '../cli-error.ts';
import type { ExitName } from '../exit-codes.ts';
import { printReport } from '../print-report.ts';
import { exitOfReport } from '../report-exit.ts';
import { gradeJournal, reportFileNames, writeReportFiles } from '../report-files.ts';
import { parseSets } from '../run-arguments.ts';
import { loadNamedScenario } from '../scenario-catalog.ts';

/** What the user asked for, as yargs read it. */
export interface RunRequest {
  readonly scenario: string;
  readonly target: string | undefined;
  readonly url: string | undefined;
  /** The command after `--`; empty where there is none. */
  readonly command: readonly string[];
  readonly speed: number | undefined;
  readonly seed: string;
  readonly set: readonly string[];
  readonly upstream: readonly string[];
  readonly gate: Letter | undefined;
  readonly out: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Plans, runs, grades, and shows it. @throws {CliError | InputError | TargetError} */
export async function run(request: RunRequest): Promise<ExitName> {
  const { target, folder, why } = await chooseTarget(request.target, request.command, request.url);
  const plan = planExperiment({
    scenario: await loadNamedScenario(request.scenario),
    target,
    targetFolder: folder,
    options: {
      seed: request.seed,
      sets: parseSets(request.set),
      ...(request.speed === undefined ? {} : { speed: request.speed }),
      ...(request.gate === undefined ? {} : { gate: request.gate }),
    },
  });
  if (request.dryRun) {
    process.stdout.write(request.json ? `${JSON.stringify(plan, null, 2)}\n` : explainPlan(plan, explainWindow));
    return 'completed';
  }
  const runId = newRunId(plan.scenario.name, new Date());
  const out = resolve(request.out ?? `runs/${runId}`);
  introduce(plan, why, out);
  const { reason, detail } = await carryOut(plan, runId, out, request.upstream);

  const report = await gradeJournal(journalFile(out), undefined);
  if (reason === 'tool-error') say(`\nchaos: ${detail}\n`);
  const unwritten = tryWriting(report, out);
  if (reason === 'target-failed')
    throw new CliError(detail, `the journal is ${shown(journalFile(out))}`, 'environment');
  say('\n');
  printReport(report, request.json);
  if (unwritten !== null) throw unwritten;
  say(`\nReport: ${shown(out)}/report.html (also ${[...reportFileNames.slice(1), 'journal.ndjson'].join(', ')})\n`);
  return exitOfReport(report);
}

/** On a full disk the result can still be shown; the failure is told after it. */
function tryWriting(report: Report, folder: string): unknown {
  try {
    writeReportFiles(report, folder);
    return null;
  } catch (error) {
    return error;
  }
}

function introduce(plan: Plan, why: string, folder: string): void {
  const seconds = Math.round((plan.phases.at(-1)?.endMs ?? 0) / 1000);
  say(`${plan.scenario.title}\n`);
  say(`  target  ${why}\n`);
  say(`  plan    about ${seconds} s at ${plan.clock.speed}x the incident's clock, seed ${plan.seed}\n`);
  say(`  out     ${shown(folder)}\n`);
  for (const warning of plan.warnings) say(`  note    ${warning}\n`);
  say('\n');
}

/** Progress and notes go to stderr, so that stdout is the result alone. */
function say(text: string): void {
  process.stderr.write(text);
}

const shown = (folder: string): string => relative(process.cwd(), folder) || '.';
