import { gamedayTemplates } from '../fis/core/plan-gameday.ts';
import { GRID_MS, planFis, type FisPlan } from '../fis/core/plan-fis.ts';
import { templateProblems } from '../fis/core/template-check.ts';
import { violationMessage, violations } from '../fis/core/service-model.ts';
import { planExperiment, type PlanOptions } from '../core/planning/plan-experiment.ts';
import { chooseTarget } from '../adapters/choose-target.ts';
import { CliError } from './cli-error.ts';
import type { FisScenarioRequest } from './fis-arguments.ts';
import { parseDurationOption, parseSets } from './run-arguments.ts';
import { loadNamedScenario } from '../adapters/scenario-catalog.ts';

/**
 * The plan for FIS that the user asked for, checked against FIS's own rules.
 * @throws {CliError | InputError} where the scenario, the target or an option is wrong, or FIS would refuse the templates
 */
export async function planForFis(request: FisScenarioRequest): Promise<FisPlan> {
  const { target, folder } = await chooseTarget({
    target: request.target,
    command: request.command ?? [],
    url: request.url,
    targetUrl: request.targetUrl,
    anywhere: request.anywhere ?? false,
  });
  const scenario = await loadNamedScenario(request.scenario);
  const options = optionsOf(request);
  const gridMs = parseDurationOption('--grid', request.grid);
  if (gridMs < 1_000 || gridMs % 1_000 !== 0) {
    throw new CliError(`--grid ${request.grid}: FIS counts whole seconds`, '--grid 1s or --grid 1m', 'usage');
  }
  if (!(request.cutFrom > 0 && request.cutFrom <= 1)) {
    throw new CliError(`--cut-from ${request.cutFrom}: must be a share above 0, up to 1`, '--cut-from 0.5', 'usage');
  }
  const planned = planFis(scenario, target, folder, { ...options, gridMs, cutFrom: request.cutFrom });
  const fis = request.actions === 'aws' ? planned : trueToFaults(planned, options);
  checkTemplates(fis, request.actions === 'aws' && gridMs >= GRID_MS ? 'aws' : 'local');
  return fis;

  /** The same with an action for each phase, which loses nothing of the scenario. */
  function trueToFaults(fisPlan: FisPlan, planOptions: PlanOptions): FisPlan {
    const plan = planExperiment({ scenario, target, targetFolder: folder, options: planOptions });
    return {
      ...fisPlan,
      plan,
      templates: gamedayTemplates(plan, fisPlan.aws, fisPlan.appRegion),
      lines: [
        {
          about: 'every fault',
          verdict: 'kept',
          text: 'The local endpoint plays each phase as the scenario has it (gameday:s3:scenario-phase); AWS has no such action.',
        },
      ],
    };
  }
}

function optionsOf({ speed, only, from, set, seed }: FisScenarioRequest): PlanOptions {
  return {
    seed,
    sets: parseSets(set),
    ...(speed === undefined ? {} : { speed }),
    ...(only === undefined ? {} : { only: only.split(',').map((id) => id.trim()) }),
    ...(from === undefined ? {} : { from }),
  };
}

function checkTemplates({ templates }: FisPlan, venue: 'aws' | 'local'): void {
  for (const { name, body } of templates) {
    const broken = violations('CreateExperimentTemplateRequest', { ...body, clientToken: 'plan' });
    if (broken.length > 0) throw refused(name, violationMessage(broken));
    const [problem] = templateProblems(body, venue);
    if (problem !== undefined) throw refused(name, problem.message);
  }
}

const refused = (name: string, why: string): CliError =>
  new CliError(
    `FIS would refuse the template ${name}: ${why}`,
    'docs/fis.md says what the aws: section needs',
    'usage',
  );
