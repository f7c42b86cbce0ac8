import picocolors from 'picocolors';
import type { Diagnosis } from '../../core/first-steps/diagnosis.ts';
import { planExperiment } from '../../core/planning/plan-experiment.ts';
import { examine, type ExaminationStep } from '../../run/examine.ts';
import { newRunId } from '../../run/run-id.ts';
import { chooseTarget } from '../../adapters/choose-target.ts';
import { CliError } from '../cli-error.ts';
import type { ExitName } from '../exit-codes.ts';
import { parseInjector, type InjectorRequest } from '../injector-options.ts';
import { refuseUnarmed } from '../refuse-unarmed.ts';
import { parseArm, parseUpstreams, upstreamCredentials } from '../run-arguments.ts';
import { loadNamedScenario } from '../../adapters/scenario-catalog.ts';
import { describeTerminal } from '../terminal.ts';

export interface DoctorRequest extends InjectorRequest {
  readonly scenario: string;
  readonly target: string | undefined;
  readonly url: string | undefined;
  readonly targetUrl: string | undefined;
  readonly s3Port: number | undefined;
  readonly command: readonly string[];
  readonly upstream: readonly string[];
  /** What of upstreams that are not on this machine may be touched. */
  readonly arm: readonly string[];
  readonly json: boolean;
}

/** Examines a target with nothing broken. @throws {CliError | InputError | TargetError} */
export async function doctor(request: DoctorRequest): Promise<ExitName> {
  const injector = parseInjector(request, process.env);
  if (injector !== undefined && request.s3Port !== undefined) {
    throw new CliError('--injector does not go with --s3-port', 'its ports are those of chaos inject --port', 'usage');
  }
  const { target, folder, why } = await chooseTarget(request);
  const scenario = await loadNamedScenario(request.scenario);
  const plan = planExperiment({ scenario, target, targetFolder: folder, options: { seed: '1' } });
  const arm = parseArm(request.arm);
  const upstreams = parseUpstreams(request.upstream, arm);
  if (arm !== null) refuseUnarmed(plan, arm);
  const say = (line: string): void => void (request.json || process.stderr.write(`${line}\n`));
  say(`target  ${why}`);
  if (injector !== undefined) say(`attach  to the injector at ${injector.url}`);
  const stage = {
    plan,
    runId: newRunId('doctor', new Date()),
    s3Port: request.s3Port ?? null,
    injector,
    upstreams,
    arm,
    credentials: upstreamCredentials(process.env),
    env: process.env,
  };
  const diagnosis = await examine(stage, (step) => say(describeStep(step)));
  process.stdout.write(request.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : describe(diagnosis));
  return diagnosis.ready ? 'completed' : 'inconclusive';
}

function describeStep(step: ExaminationStep): string {
  switch (step.kind) {
    case 'ready':
      return `start   the target is ready when GET ${step.address} answers, within ${step.withinMs / 1_000} s`;
    case 'load':
      return `load    about ${step.lastsMs / 1_000} s of its own workload, with nothing broken`;
    case 'audit':
      return `audit   what it wrote is read back (writes: ${step.writes})`;
  }
}

function describe(diagnosis: Diagnosis): string {
  const paint = picocolors.createColors(describeTerminal(process.stdout, process.env).color);
  const mark = { ok: paint.green('ok     '), warning: paint.yellow('warning'), problem: paint.red('problem') };
  const lines = diagnosis.findings.map(
    ({ check, state, detail, hint }) =>
      `${mark[state]}  ${check}: ${detail}${hint === null ? '' : `\n         ${hint}`}`,
  );
  const verdict = diagnosis.ready ? 'A game day with this app means something.' : 'Mend the problems first.';
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
