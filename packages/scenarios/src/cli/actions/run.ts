import { relative, resolve } from 'node:path';
import { explainWindow } from '@gameday/injector';
import type { Report } from '@gameday/reporter';
import type { Letter } from '@gameday/reporter/journal';
import { explainPlan } from '../../core/planning/explain-plan.ts';
import { planExperiment, type PlanInput } from '../../core/planning/plan-experiment.ts';
import { replicationWarnings } from '../../core/planning/replication-warnings.ts';
import type { Plan } from '../../core/plan.ts';
import { ControlClient } from '../../adapters/nemesis/control-client.ts';
import { foreignRegions } from '../../run/foreign-regions.ts';
import { meetInjector } from '../../run/meet-injector.ts';
import { newRunId } from '../../run/run-id.ts';
import { journalFile } from '../../run/run-plan.ts';
import { carryOut, type CarriedOut } from '../carry-out.ts';
import { chooseTarget } from '../../adapters/choose-target.ts';
import { CliError } from '../cli-error.ts';
import type { ExitName } from '../exit-codes.ts';
import { parseInjector, type InjectorRequest } from '../injector-options.ts';
import { printReport } from '../print-report.ts';
import { refuseUnarmed } from '../refuse-unarmed.ts';
import { exitOfReport } from '../report-exit.ts';
import { gradeJournal, reportFileNames, writeReportFiles } from '../../adapters/report-files.ts';
import { parseArm, parseDurationOption, parseSets, parseUpstreams } from '../run-arguments.ts';
import { runSeeds, seedsFrom, type SeedRun } from '../run-seeds.ts';
import { loadNamedScenario } from '../../adapters/scenario-catalog.ts';

/** What the user asked for, as yargs read it. */
export interface RunRequest extends InjectorRequest {
  readonly scenario: string;
  readonly target: string | undefined;
  readonly url: string | undefined;
  readonly targetUrl: string | undefined;
  /** The command after `--`; empty where there is none. */
  readonly command: readonly string[];
  /** `NAME` or `NAME@REGION`, for that command. */
  readonly bucket: readonly string[];
  readonly speed: number | undefined;
  readonly duration: string | undefined;
  /** Phase ids, parted by commas. */
  readonly only: string | undefined;
  readonly from: string | undefined;
  readonly seed: string;
  /** How many runs; one where undefined. */
  readonly seeds: number | undefined;
  readonly set: readonly string[];
  readonly upstream: readonly string[];
  /** What of upstreams that are not on this machine may be touched. */
  readonly arm: readonly string[];
  /** Where the target finds S3's home region; free ports where undefined. */
  readonly s3Port: number | undefined;
  readonly on: 'injector' | 'fis';
  readonly endpointUrl: string | undefined;
  readonly grid: string;
  readonly gate: Letter | undefined;
  readonly out: string | undefined;
  readonly dryRun: boolean;
  /** Serve a page that shows the run. */
  readonly watch: boolean;
  /** Where telemetry goes; undefined where only the environment may ask for it. */
  readonly otlp: string | undefined;
  readonly json: boolean;
}

/** Plans, runs, grades, and shows it. @throws {CliError | InputError | TargetError} */
export async function run(request: RunRequest): Promise<ExitName> {
  if (request.watch && request.seeds !== undefined) {
    throw new CliError('--watch shows one run, --seeds makes several', 'leave one of them out', 'usage');
  }
  const injector = parseInjector(request, process.env);
  if (injector !== undefined && (request.on === 'fis' || request.s3Port !== undefined)) {
    const hint = 'its ports are those of chaos inject --port';
    throw new CliError('--injector goes with neither --on fis nor --s3-port', hint, 'usage');
  }
  if (request.on === 'fis') return runOnFis(request);
  const { target, folder, why } = await chooseTarget(request);
  const scenario = await loadNamedScenario(request.scenario);
  const planWith = (seed: string): Plan =>
    planExperiment({ scenario, target, targetFolder: folder, options: planOptions(request, seed) });
  const arm = parseArm(request.arm);
  const upstreams = parseUpstreams(request.upstream, arm);
  const bare = planWith(request.seed);
  if (arm !== null) refuseUnarmed(bare, arm);
  // A dry run touches nothing, the injector elsewhere neither.
  const met = injector === undefined || request.dryRun ? null : await meetInjector(new ControlClient(injector), bare);
  const foreign = foreignRegions(upstreams, met);
  const warned = (plan: Plan): Plan => ({
    ...plan,
    warnings: [...plan.warnings, ...replicationWarnings(plan, foreign)],
  });
  const plan = warned(bare);
  if (request.dryRun) {
    process.stdout.write(request.json ? `${JSON.stringify(plan, null, 2)}\n` : explainPlan(plan, explainWindow));
    return 'completed';
  }
  const runId = newRunId(plan.scenario.name, new Date());
  const out = resolve(request.out ?? `runs/${runId}`);
  introduce(plan, why, out);
  if (request.seeds === undefined) {
    const { exit } = await runOne(plan, runId, out, request, (graded) => printReport(graded, request.json));
    const files = [...reportFileNames.slice(1), 'journal.ndjson'].join(', ');
    say(`\nReport: ${shown(out)}/report.html (also ${files})\n`);
    return exit;
  }
  const seeds = seedsFrom(request.seed, request.seeds);
  return runSeeds(seeds, out, request.json, say, (seed, seedFolder) =>
    runOne(warned(planWith(seed)), `${runId}-${seed}`, seedFolder, request, ({ headline }) => say(`${headline}\n`)),
  );
}

/** The same with AWS FIS as the nemesis. */
async function runOnFis(request: RunRequest): Promise<ExitName> {
  const { planForFis } = await import('../plan-for-fis.ts');
  const { carryOutOnFis, watchable } = await import('../run-on-fis.ts');
  const { upstream, s3Port, gate, watch, otlp } = request;
  if (request.seeds !== undefined || request.duration !== undefined) {
    throw new CliError('--on fis takes neither --seeds nor --duration', 'give --speed', 'usage');
  }
  const account = request.arm.find((name) => /^(?:account:)?\d{12}$/.test(name));
  const access = { endpointUrl: request.endpointUrl, arm: account };
  const anywhere = account !== undefined;
  const fis = await planForFis({ ...request, actions: 'aws', cutFrom: 0.5, anywhere });
  const watched = watchable(fis, access, upstream);
  const plan = gate === undefined ? watched : { ...watched, gate };
  if (request.dryRun) {
    process.stdout.write(request.json ? `${JSON.stringify(plan, null, 2)}\n` : explainPlan(plan, explainWindow));
    return 'completed';
  }
  const runId = newRunId(plan.scenario.name, new Date());
  const out = resolve(request.out ?? `runs/${runId}`);
  introduce(plan, `${plan.target.name}, broken by AWS FIS in account ${fis.aws.account}`, out);
  const outcome = await carryOutOnFis(plan, runId, out, { fis, request: access, upstream, s3Port, watch, otlp });
  const { exit } = await gradeRun(outcome, out, (graded) => printReport(graded, request.json));
  say(`\nReport: ${shown(out)}/report.html\n`);
  return exit;
}

function planOptions(request: RunRequest, seed: string): PlanInput['options'] {
  const { speed, duration, only, from, gate } = request;
  return {
    seed,
    sets: parseSets(request.set),
    ...(speed === undefined ? {} : { speed }),
    ...(duration === undefined ? {} : { durationMs: parseDurationOption('--duration', duration) }),
    ...(only === undefined ? {} : { only: only.split(',').map((id) => id.trim()) }),
    ...(from === undefined ? {} : { from }),
    ...(gate === undefined ? {} : { gate }),
  };
}

/** @throws {CliError} where the target failed before there was anything to grade, or the files cannot be written */
async function runOne(
  plan: Plan,
  runId: string,
  folder: string,
  request: RunRequest,
  show: (report: Report) => void,
): Promise<SeedRun> {
  const arm = parseArm(request.arm);
  const injector = parseInjector(request, process.env);
  return gradeRun(await carryOut(plan, runId, folder, { ...request, arm, injector }), folder, show);
}

/** @throws {CliError} as `runOne` does */
async function gradeRun(
  { reason, detail, tellOutcome }: CarriedOut,
  folder: string,
  show: (report: Report) => void,
): Promise<SeedRun> {
  const report = await gradeJournal(journalFile(folder), undefined);
  if (reason === 'tool-error') say(`\nchaos: ${detail}\n`);
  const unwritten = tryWriting(report, folder);
  await tellOutcome({ letter: report.letter, score: report.score, headline: report.headline, folder });
  if (reason === 'target-failed')
    throw new CliError(detail, `the journal is ${shown(journalFile(folder))}`, 'environment');
  say('\n');
  show(report);
  if (unwritten !== null) throw unwritten;
  return { report, exit: exitOfReport(report) };
}

/** On a full disk the result can still be shown; the failure is told after it. */
function tryWriting(report: Report, folder: string): unknown {
  try {
    writeReportFiles(report, folder, folder);
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
