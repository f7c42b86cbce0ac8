import { runGuarded } from '../adapters/target/guarded-command.ts';
import type { WorkloadOptions } from '../adapters/workload/workload-options.ts';
import type { Credentials } from '../adapters/s3-behind.ts';
import { fillTemplate } from '../core/words/template.ts';
import type { OpenTargetOptions } from './open-target.ts';
import { targetEnvironment, targetValues } from './target-environment.ts';

/**
 * What runs the workload's commands: in the target's folder, with its environment.
 * @param url of the target, whose port is their PORT
 * @param endpoints of S3, by region
 */
export function commandRunner(
  { plan, runId, env }: OpenTargetOptions,
  url: string,
  endpoints: ReadonlyMap<string, string>,
  credentials: Credentials,
  alertsUrl: string,
): WorkloadOptions['runCommand'] {
  const values = targetValues(Number(new URL(url).port), endpoints, plan.target.homeRegion, alertsUrl);
  const environment = targetEnvironment(plan, values, credentials, env);
  return (words, patienceMs, index, signal, onLine) =>
    runGuarded(
      {
        words: words.map((word) => fillTemplate(word, values)),
        folder: plan.target.folder,
        env: environment,
        runId,
        mark: `command-${index}`,
        patienceMs,
        onLine,
      },
      signal,
    );
}
