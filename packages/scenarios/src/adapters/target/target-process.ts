import { spawn } from 'node:child_process';
import { joinCommand } from '../../core/words/command-line.ts';
import { lastOutput } from '../../core/first-steps/last-output.ts';
import type { PlannedTarget } from '../../core/plan.ts';
import { TargetError, type Target, type TargetExit, type TargetReadyAgain } from '../../ports/target.ts';
import { linkGuardian, type GuardianLink } from './guardian-link.ts';
import { guardianFile } from './guardian-messages.ts';
import { waitUntilReady } from './ready-check.ts';

export interface TargetProcessOptions {
  readonly target: Pick<PlannedTarget, 'folder' | 'ready'>;
  readonly command: readonly string[];
  /** Base URL, templates filled. */
  readonly url: string;
  /** The whole environment of the target. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Marks every process of the target's tree. */
  readonly runId: string;
  /** Which of several, from 1; left out where there is but one. */
  readonly replica?: number;
}

/** Starts the target under a guardian that stops it even when the runner is killed. */
export function startTargetProcess(options: TargetProcessOptions): Target {
  const { target, command, url, env, runId, replica } = options;
  const guardian = spawn(process.execPath, [guardianFile, ...command], {
    cwd: target.folder,
    env: { ...env, GAMEDAY_RUN_ID: runId, GAMEDAY_REPLICA: String(replica ?? 1) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const link = linkGuardian(guardian, replica);
  const gone = new Promise<void>((resolve) => {
    guardian.once('exit', () => resolve());
    // A guardian that never started never exits.
    guardian.once('error', () => resolve());
  });
  const readyAgain: ((ready: TargetReadyAgain) => void)[] = [];
  watchRestarts(link, url, target.ready, (afterMs) => {
    for (const listener of readyAgain) listener({ afterMs, ...(replica === undefined ? {} : { replica }) });
  });
  const printed = lastOutput();
  link.onOutput(({ line }) => printed.add(line));

  return {
    onStart: link.onStart,
    onReadyAgain(listener) {
      readyAgain.push(listener);
    },
    onOutput: link.onOutput,
    onExit: link.onExit,
    async ready() {
      const stop = new AbortController();
      const died = new Promise<never>((_resolve, reject) => {
        link.onExit((exit) => {
          const how = `the target ended before it was ready (${describeExit(exit)})`;
          reject(new TargetError(how, startedBy(command, target.folder), printed.lines()));
        });
        link.onFailure((message) => {
          reject(
            new TargetError(`the target's command could not be started: ${message}`, startedBy(command, target.folder)),
          );
        });
      });
      try {
        await Promise.race([waitUntilReady(url, target.ready, stop.signal, () => printed.lines()), died]);
      } finally {
        stop.abort();
      }
    },
    strike(blow, which) {
      if (which !== null && which !== (replica ?? 1)) return `there is no replica ${which}`;
      link.order(blow);
      return null;
    },
    async stop() {
      link.order('stop');
      await gone;
      await link.settled();
    },
  };
}

/** Asks every life of the target but the first whether it is ready, until it is or ends. */
function watchRestarts(
  link: GuardianLink,
  url: string,
  ready: PlannedTarget['ready'],
  onReady: (afterMs: number) => void,
): void {
  let lives = 0;
  let life = new AbortController();
  const unlimited = { ...ready, withinMs: Number.POSITIVE_INFINITY };
  link.onStart(() => {
    lives += 1;
    if (lives === 1) return;
    life.abort();
    life = new AbortController();
    const { signal } = life;
    const started = performance.now();
    const wait = async (): Promise<void> => {
      await waitUntilReady(url, unlimited, signal, () => null);
      if (!signal.aborted) onReady(performance.now() - started);
    };
    void wait();
  });
  link.onExit(() => life.abort());
}

/** How a process ended, in words. */
export function describeExit(exit: Pick<TargetExit, 'code' | 'signal'>): string {
  return exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `killed by ${exit.signal}`;
}

const startedBy = (command: readonly string[], folder: string): string =>
  `it was started by: ${joinCommand(command)}, in ${folder}`;
