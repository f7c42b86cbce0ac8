import type { Arming, ControlStatus } from '@gameday/injector';
import type { WorkloadOptions } from '../adapters/workload/workload-options.ts';
import { startAlertReceiver, type AlertReceiver } from '../adapters/watch/alert-receiver.ts';
import type { InjectorAddress } from '../adapters/nemesis/control-client.ts';
import type { InjectorNemesis } from '../adapters/nemesis/injector-nemesis.ts';
import type { Credentials, S3Behind } from '../adapters/s3-behind.ts';
import type { Plan } from '../core/plan.ts';
import type { Target } from '../ports/target.ts';
import { commandRunner } from './command-runner.ts';
import { openS3 } from './open-s3.ts';
import { openTarget } from './open-target.ts';

export interface StageOptions {
  readonly plan: Plan;
  readonly runId: string;
  /** S3 endpoints by region that stand in for the embedded store. */
  readonly upstreams: ReadonlyMap<string, string>;
  readonly credentials: Credentials | null;
  /** What of those endpoints may be touched; needed where one is not on this machine. */
  readonly arm: Arming | null;
  /** Where the injector serves the home region's S3, the other regions' following; null for free ports. */
  readonly s3Port: number | null;
  /** An injector in another process, instead of one here. */
  readonly injector?: InjectorAddress | undefined;
  /** Puts another nemesis in the injector's place, which then only looks on. */
  readonly nemesisOver?: (observer: InjectorNemesis) => InjectorNemesis;
  /** What the target inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that stands on stage before the play begins: S3, the injector before it, and the app before that. */
export interface RehearsalStage {
  readonly s3: S3Behind;
  readonly nemesis: InjectorNemesis;
  /** What the injector in another process said of itself; null for the one of this process. */
  readonly elsewhere: ControlStatus | null;
  readonly target: Target;
  /** Base URL of the app. */
  readonly url: string;
  /** Where each replica answers by itself. */
  readonly replicaUrls: readonly string[];
  /** Where the app's alerts go. */
  readonly alerts: AlertReceiver;
  /** Runs a command of the workload in the target's folder and environment. */
  readonly runCommand: WorkloadOptions['runCommand'];
}

/** Things to undo, done backwards: the target goes before the S3 that it talks to. */
export type UndoList = (() => Promise<void>)[];

/**
 * Starts S3, injector and target. What has been started is in `undo` even where this throws half-way.
 * @throws {TargetError} where the target's address is taken
 * @throws {InjectorError} where the injector elsewhere cannot be used
 */
export async function openStage(options: StageOptions, undo: UndoList): Promise<RehearsalStage> {
  const { s3, nemesis, elsewhere } = await openS3(options, undo);
  const alerts = await startAlertReceiver();
  undo.push(() => alerts.close());
  const { url, replicaUrls, target } = await openTarget(options, nemesis.endpoints, s3.credentials, alerts.url);
  undo.push(() => target.stop());
  const runCommand = commandRunner(options, url, nemesis.endpoints, s3.credentials, alerts.url);
  return { s3, nemesis, elsewhere, target, url, replicaUrls, alerts, runCommand };
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
