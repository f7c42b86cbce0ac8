import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Letter } from '@gameday/reporter/journal';
import { Cron } from 'croner';
import { EMBEDDED_CREDENTIALS } from '../../adapters/s3-behind.ts';
import { loadTarget } from '../../adapters/yaml-source.ts';
import { optionError } from '../../core/source/input-error.ts';
import { planExperiment } from '../../core/planning/plan-experiment.ts';
import { APPLIED_BYTES_MAX } from '../../schedule/core/carried-files.ts';
import { crontab } from '../../schedule/core/crontab.ts';
import { githubWorkflow } from '../../schedule/core/github.ts';
import { gitlabJob } from '../../schedule/core/gitlab.ts';
import { jenkinsfile } from '../../schedule/core/jenkins.ts';
import { clusterManifest } from '../../schedule/core/kubernetes.ts';
import { gamedayVersion } from '../../adapters/gameday-version.ts';
import { filesForCluster } from '../files-for-cluster.ts';
import { loadNamedScenario } from '../../adapters/scenario-catalog.ts';

export interface ScheduleRequest {
  readonly scenario: string;
  /** Where it is scheduled. */
  readonly for: 'cron' | 'cronjob' | 'job' | 'github' | 'gitlab' | 'jenkins';
  readonly cron: string;
  readonly gate: Letter;
  /** The folder of the chaos.yaml. */
  readonly target: string;
  /** The app's container image. */
  readonly image: string | undefined;
  readonly gamedayImage: string;
  readonly port: number;
  readonly s3Port: number;
}

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const NEXT_SHOWN = 3;

/** Prints what to hand to a scheduler; writes nothing. @throws {CliError | InputError} */
export async function schedule(request: ScheduleRequest): Promise<void> {
  const { scenario, cron, gate } = request;
  await loadNamedScenario(scenario);
  const next = nextTimes(cron);
  process.stdout.write(await textFor(request));
  if (request.for !== 'job') process.stderr.write(`next     ${next.join(', ')}\n`);
  process.stderr.write(`gate     ${gate}: a lower letter fails\n`);
}

async function textFor(request: ScheduleRequest): Promise<string> {
  const { scenario, cron, gate } = request;
  switch (request.for) {
    case 'cron':
      return crontab({ scenario, cron, gate, folder: resolve(request.target), chaos: [process.execPath, main] });
    case 'github':
      return githubWorkflow({ scenario, cron, gate });
    case 'gitlab':
      return gitlabJob({ scenario, cron, gate });
    case 'jenkins':
      return jenkinsfile({ scenario, cron, gate });
    case 'cronjob':
      return manifest(request, cron);
    case 'job':
      return manifest(request, null);
  }
}

async function manifest(request: ScheduleRequest, cron: string | null): Promise<string> {
  const { image, target: folder, gamedayImage, port, s3Port, scenario, gate } = request;
  if (image === undefined) {
    throw optionError('--image', 'is missing: the container image of your app', '--image registry.example/shop:1.4');
  }
  const file = join(folder, 'chaos.yaml');
  if (!existsSync(file)) throw optionError('--target', `there is no ${file}`, 'chaos init writes a first one');
  const target = await loadTarget(file);
  const options = { seed: '1' };
  const plan = planExperiment({ scenario: await loadNamedScenario(scenario), target, targetFolder: folder, options });
  const text = clusterManifest({
    name: target.name,
    ...(await filesForCluster(scenario, file)),
    gate,
    cron,
    appImage: image,
    gamedayImage,
    gamedayVersion,
    port,
    s3Port,
    regions: plan.regions,
    credentials: EMBEDDED_CREDENTIALS,
  });
  if (Buffer.byteLength(text) > APPLIED_BYTES_MAX) {
    process.stderr.write('note     too large for kubectl apply to remember: kubectl apply --server-side -f -\n');
  }
  return text;
}

/** @throws {InputError} for what no cron understands, or for what never comes */
function nextTimes(cron: string): readonly string[] {
  let times: readonly Date[];
  try {
    times = new Cron(cron, { paused: true, mode: '5-part' }).nextRuns(NEXT_SHOWN);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw optionError('--cron', `"${cron}" is no schedule (${why})`, "minute hour day month weekday: '0 3 * * 1-5'");
  }
  if (times.length === 0) throw optionError('--cron', `"${cron}" never comes`);
  return times.map((time) => `${time.toISOString().slice(0, 16)}Z`);
}
