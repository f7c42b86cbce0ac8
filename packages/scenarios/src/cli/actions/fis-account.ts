import { isEnded, type ListedExperiment, type ListedTemplate } from '../../fis/adapters/fis-access.ts';
import { pause } from '../../fis/adapters/fis-driver.ts';
import type { FisPlan } from '../../fis/core/plan-fis.ts';
import { CliError } from '../cli-error.ts';
import type { FisAccountRequest, FisScenarioRequest } from '../fis-arguments.ts';
import { asCliError, openFis, type OpenedFis } from '../open-fis.ts';
import { planForFis } from '../plan-for-fis.ts';

type Request = FisAccountRequest & FisScenarioRequest;

const STOP_MS = 120_000;

async function withFis(request: Request, act: (fis: OpenedFis, plan: FisPlan) => Promise<void>): Promise<void> {
  const plan = await planForFis(request);
  const opened = await openFis(request, plan, false, ({ what, id }) => console.log(`${id}  ${what}`));
  try {
    await act(opened, plan);
  } catch (error) {
    throw asCliError(error);
  } finally {
    opened.close();
  }
}

/** Makes the templates. @throws {CliError | InputError} */
export const applyFis = (request: Request): Promise<void> =>
  withFis(request, async ({ driver }, { templates }) => {
    for (const { id, made, template } of await driver.apply(templates)) {
      console.log(`${id}  ${template.name} in ${template.region} ${made ? 'made' : 'is as planned'}`);
    }
  });

/** Tells what there is of a scenario. @throws {CliError | InputError} */
export const statusFis = (request: Request): Promise<void> =>
  withFis(request, async (fis, plan) => {
    const { templates, experiments } = await ours(fis, plan);
    for (const { id, template, region } of templates) console.log(`${id}  template    ${template} in ${region}`);
    for (const { id, template, region, status } of experiments) {
      console.log(`${id}  experiment  ${template} in ${region}: ${status}`);
    }
    if (templates.length + experiments.length === 0) console.log('nothing of this scenario is there');
  });

/** Stops what runs. @throws {CliError | InputError} */
export const stopFis = (request: Request): Promise<void> =>
  withFis(request, async (fis, plan) => stopRunning(fis, (await ours(fis, plan)).experiments));

/** Stops what runs, deletes what was made. @throws {CliError | InputError} */
export const destroyFis = (request: Request): Promise<void> =>
  withFis(request, async (fis, plan) => {
    const { templates, experiments } = await ours(fis, plan);
    await stopRunning(fis, experiments);
    for (const template of templates) {
      await fis.access.delete(template);
      console.log(`${template.id}  template ${template.template} deleted`);
    }
  });

/** Whatever bears the scenario's tag, in every region that the plan has to do with. */
async function ours(
  { access }: OpenedFis,
  { plan, appRegion, templates }: FisPlan,
): Promise<{ templates: ListedTemplate[]; experiments: ListedExperiment[] }> {
  const regions = [...new Set([appRegion, ...templates.map(({ region }) => region)])];
  const mine = ({ scenario }: { readonly scenario: string }): boolean => scenario === plan.scenario.name;
  return {
    templates: (await Promise.all(regions.map((region) => access.templates(region)))).flat().filter(mine),
    experiments: (await Promise.all(regions.map((region) => access.experiments(region)))).flat().filter(mine),
  };
}

async function stopRunning({ access, driver }: OpenedFis, experiments: readonly ListedExperiment[]): Promise<void> {
  const running = experiments.filter(({ status }) => !isEnded(status));
  if (running.length === 0) console.log('nothing of this scenario is running');
  const giveUp = AbortSignal.timeout(STOP_MS);
  for (const experiment of running) {
    for (let { status } = await driver.look(experiment); !isEnded(status); { status } = await driver.look(experiment)) {
      if (giveUp.aborted) {
        throw new CliError(
          `${experiment.id} does not stop`,
          'stop it by hand, or engage the safety lever',
          'environment',
        );
      }
      if (status !== 'stopping') await access.stop(experiment).catch(() => {});
      await pause(driver.lookMs);
    }
  }
}
