import { freePort, isListening } from '../adapters/free-port.ts';
import { startInjectorNemesis, type InjectorNemesis } from '../adapters/injector-nemesis.ts';
import { runningTarget } from '../adapters/running-target.ts';
import { prepareS3, type Credentials, type S3Behind } from '../adapters/s3-behind.ts';
import { startTargetProcess } from '../adapters/target-process.ts';
import type { Plan } from '../core/plan.ts';
import { fillTemplate } from '../core/template.ts';
import { TargetError, type Target } from '../ports/target.ts';
import { targetEnvironment, targetValues } from './target-environment.ts';

export interface StageOptions {
  readonly plan: Plan;
  readonly runId: string;
  /** S3 endpoints by region that stand in for the embedded store. */
  readonly upstreams: ReadonlyMap<string, string>;
  readonly credentials: Credentials | null;
  /** What the target inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that stands on stage before the play begins: S3, the injector before it, and the app before that. */
export interface RehearsalStage {
  readonly s3: S3Behind;
  readonly nemesis: InjectorNemesis;
  readonly target: Target;
  /** Base URL of the app. */
  readonly url: string;
}

/** Things to undo, done backwards: the target goes before the S3 that it talks to. */
export type UndoList = (() => Promise<void>)[];

/**
 * Starts S3, injector and target. What has been started is in `undo` even where this throws half-way.
 * @throws {TargetError} where the target's address is taken
 */
export async function openStage(options: StageOptions, undo: UndoList): Promise<RehearsalStage> {
  const { plan } = options;
  const s3 = await prepareS3(plan, options.upstreams, options.credentials);
  undo.push(() => s3.stop());
  const behind = [...s3.endpoints].map(([region, upstream]) => ({ region, upstream }));
  const nemesis = await startInjectorNemesis(behind, plan.seed);
  undo.push(() => nemesis.stop());
  const values = targetValues(await freePort(), nemesis.endpoints, plan.target.homeRegion);
  const url = fillTemplate(plan.target.url, values);
  const target = await openTarget(options, url, values, s3.credentials);
  undo.push(() => target.stop());
  return { s3, nemesis, target, url };
}

/** Undoes everything, also what comes after a step that fails. @throws what the first failing step threw */
export async function undoAll(undo: UndoList): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function openTarget(
  { plan, runId, env }: StageOptions,
  url: string,
  values: Readonly<Record<string, string>>,
  credentials: Credentials,
): Promise<Target> {
  const { command } = plan.target;
  if (command === null) return runningTarget(plan.target, url);
  if (await isListening(url)) {
    throw new TargetError(
      `something already listens at ${url}, where the target should start`,
      'stop it, or let the target listen on ${PORT} and write url: http://127.0.0.1:${PORT}',
    );
  }
  return startTargetProcess({
    target: plan.target,
    command: command.map((word) => fillTemplate(word, values)),
    url,
    env: targetEnvironment(plan, values, credentials, env),
    runId,
  });
}
