import { freePort, isListening } from '../adapters/free-port.ts';
import { replicatedTarget } from '../adapters/target/replicated-target.ts';
import { startRoundRobin } from '../adapters/target/round-robin.ts';
import { runningTarget } from '../adapters/target/running-target.ts';
import type { Credentials } from '../adapters/s3-behind.ts';
import { startTargetProcess } from '../adapters/target/target-process.ts';
import type { Plan } from '../core/plan.ts';
import { fillTemplate } from '../core/words/template.ts';
import { TargetError, type Target } from '../ports/target.ts';
import { targetEnvironment, targetValues } from './target-environment.ts';

export interface OpenTargetOptions {
  readonly plan: Plan;
  readonly runId: string;
  /** What the target inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OpenedTarget {
  readonly target: Target;
  /** Where its users find it. */
  readonly url: string;
  /** Where each replica answers by itself. */
  readonly replicaUrls: readonly string[];
}

/**
 * Starts the target, each replica on a port of its own; several stand behind a round-robin.
 * @param endpoints of S3, by region
 * @param alertsUrl where its alerts go
 * @throws {TargetError} where its address is taken
 */
export async function openTarget(
  options: OpenTargetOptions,
  endpoints: ReadonlyMap<string, string>,
  credentials: Credentials,
  alertsUrl: string,
): Promise<OpenedTarget> {
  const planned = options.plan.target;
  const start = async (replica?: number): Promise<OpenedTarget> => {
    const values = targetValues(await freePort(), endpoints, planned.homeRegion, alertsUrl);
    const url = fillTemplate(planned.url, values);
    const { command } = planned;
    if (command === null) return { url, replicaUrls: [url], target: runningTarget(planned, url) };
    if (await isListening(url)) throw addressTaken(url);
    const target = startTargetProcess({
      target: planned,
      command: command.map((word) => fillTemplate(word, values)),
      url,
      env: targetEnvironment(options.plan, values, credentials, options.env),
      runId: options.runId,
      ...(replica === undefined ? {} : { replica }),
    });
    return { url, replicaUrls: [url], target };
  };
  const count = planned.command === null ? 1 : (planned.replicas ?? 1);
  if (count === 1) return start();
  const opened: OpenedTarget[] = [];
  try {
    for (let replica = 1; replica <= count; replica += 1) opened.push(await start(replica));
    const front = await startRoundRobin(opened.map(({ url }) => url));
    const target = replicatedTarget(
      opened.map((one) => one.target),
      () => front.close(),
    );
    return { url: front.url, replicaUrls: opened.map(({ url }) => url), target };
  } catch (error) {
    await Promise.all(opened.map(({ target }) => target.stop()));
    throw error;
  }
}

const addressTaken = (url: string): TargetError =>
  new TargetError(
    `something already listens at ${url}, where the target should start`,
    'stop it, or let the target listen on ${PORT} and write url: http://127.0.0.1:${PORT}',
  );
