import { resolve } from 'node:path';
import { explainWindow } from '@gameday/injector';
import type { Report } from '@gameday/reporter';
import type { Entry, Letter } from '@gameday/reporter/journal';
import { chooseTarget } from '../adapters/choose-target.ts';
import { gamedayVersion } from '../adapters/gameday-version.ts';
import { gradeJournal, writeReportFiles } from '../adapters/report-files.ts';
import { loadNamedScenario } from '../adapters/scenario-catalog.ts';
import { journalPlan } from '../core/planning/journal-plan.ts';
import { planExperiment } from '../core/planning/plan-experiment.ts';
import { TargetError } from '../ports/target.ts';
import { newRunId } from '../run/run-id.ts';
import { journalFile, runPlan } from '../run/run-plan.ts';

/** What to rehearse, and with which app. */
export interface ScenarioOptions {
  /** A `chaos.yaml` or its folder. Default: `./chaos.yaml`, else the bundled example. */
  readonly target?: string;
  /** The words of a command that starts the app, instead of a `chaos.yaml`. */
  readonly command?: readonly string[];
  /** Where an app that runs already listens, on loopback. */
  readonly targetUrl?: string;
  /** Loopback port of S3 in the home region, for an app that runs already. Default: a free one. */
  readonly s3Port?: number;
  /** The control API of an injector in another process, and its token. Default: an injector in this process. */
  readonly injector?: { readonly url: string; readonly token: string };
  /** How much faster than the incident's clock. Default: the scenario's own. */
  readonly speed?: number;
  /** How long the whole load lasts, milliseconds of wall time: another way of giving the speed. */
  readonly durationMs?: number;
  /** Only these phases. */
  readonly only?: readonly string[];
  /** Every random draw derives from it. Default `1`. */
  readonly seed?: string;
  /** In place of assumptions and variables, by name. */
  readonly set?: Readonly<Record<string, number | string>>;
  /** The lowest letter that passes; the report's `gate` says whether it was reached. */
  readonly gate?: Letter;
  /** Folder for journal and reports, which must not hold those of another run. Default: `runs/<id>`. */
  readonly out?: string;
  /** Told of everything that happens, as it is journalled. Must not throw. */
  readonly onEntry?: (entry: Entry) => void;
  /** Ends the run before its time: every fault is healed, and what there is of it is graded. */
  readonly signal?: AbortSignal;
}

/** A run that is over. */
export interface ScenarioRun {
  /** The grade, and everything that it rests on. */
  readonly report: Report;
  /** Absolute folder with journal.ndjson, report.html and the other reports. */
  readonly folder: string;
}

/**
 * Rehearses a scenario with an app, as `chaos run` does, and grades it. Nothing is printed.
 * @param scenario the name of a bundled one, of one in `./scenarios`, or a file
 * @throws {InputError} for a scenario, a target or an option that cannot be used
 * @throws {TargetError} where the app never became ready
 * @throws {InjectorError} where the injector in another process cannot be used
 */
export async function runScenario(scenario: string, options: ScenarioOptions = {}): Promise<ScenarioRun> {
  const { target, folder: targetFolder } = await chooseTarget({
    target: options.target,
    command: options.command ?? [],
    url: undefined,
    targetUrl: options.targetUrl,
  });
  const { speed, durationMs, only, gate } = options;
  const plan = planExperiment({
    scenario: await loadNamedScenario(scenario),
    target,
    targetFolder,
    options: {
      seed: options.seed ?? '1',
      sets: options.set ?? {},
      ...(speed === undefined ? {} : { speed }),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(only === undefined ? {} : { only }),
      ...(gate === undefined ? {} : { gate }),
    },
  });
  const runId = newRunId(plan.scenario.name, new Date());
  const folder = resolve(options.out ?? `runs/${runId}`);
  const { reason, detail } = await runPlan({
    plan,
    record: journalPlan(plan, explainWindow),
    runId,
    folder,
    gamedayVersion,
    upstreams: new Map(),
    arm: null,
    s3Port: options.s3Port ?? null,
    credentials: null,
    injector: options.injector,
    env: process.env,
    ...(options.onEntry === undefined ? {} : { onEntry: options.onEntry }),
    onStarted: (experiment) => {
      const stop = (): void => experiment.tell({ kind: 'interrupted', detail: 'the caller ended it' });
      if (options.signal?.aborted === true) stop();
      else options.signal?.addEventListener('abort', stop, { once: true });
    },
  });
  const report = await gradeJournal(journalFile(folder), undefined);
  writeReportFiles(report, folder, folder);
  if (reason === 'target-failed') throw new TargetError(detail, `the journal is ${journalFile(folder)}`);
  return { report, folder };
}
