import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PlannedTarget } from '../core/plan.ts';
import { TargetError, type Target, type TargetExit } from '../ports/target.ts';
import { waitUntilReady } from './ready-check.ts';

const guardianMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), pid: z.number() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
]);

const guardianFile = fileURLToPath(new URL('target-guardian.js', import.meta.url));
const OUTPUT_LINE_CHARS_MAX = 2_000;

export interface TargetProcessOptions {
  readonly target: PlannedTarget;
  readonly command: readonly string[];
  /** Base URL, templates filled. */
  readonly url: string;
  /** The whole environment of the target. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Marks every process of the target's tree. */
  readonly runId: string;
}

/** Starts the target under a guardian that stops it even when the runner is killed. */
export function startTargetProcess(options: TargetProcessOptions): Target {
  const { target, command, url, env, runId } = options;
  const guardian = spawn(process.execPath, [guardianFile, ...command], {
    cwd: target.folder,
    env: { ...env, GAMEDAY_RUN_ID: runId },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const state = watchGuardian(guardian);
  const gone = new Promise<void>((resolve) => guardian.once('exit', () => resolve()));
  const lastLines: string[] = [];
  state.onOutput((_stream, line) => {
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
  });

  return {
    get pid() {
      return state.pid();
    },
    onOutput: state.onOutput,
    onExit: state.onExit,
    async ready() {
      const stop = new AbortController();
      const died = new Promise<never>((_resolve, reject) => {
        state.onExit((exit) => {
          reject(new TargetError(`the target ended before it was ready (${describeExit(exit)})`, tail(lastLines)));
        });
        state.onFailure((message) => {
          reject(
            new TargetError(`the target's command could not be started: ${message}`, `command: ${command.join(' ')}`),
          );
        });
      });
      try {
        await Promise.race([waitUntilReady(url, target.ready, stop.signal, () => tail(lastLines)), died]);
      } finally {
        stop.abort();
      }
    },
    async stop() {
      state.expectExit();
      if (guardian.connected) guardian.send('stop');
      await gone;
    },
  };
}

/** How a process ended, in words. */
export function describeExit(exit: Omit<TargetExit, 'expected'>): string {
  return exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `killed by ${exit.signal}`;
}

const tail = (lines: readonly string[]): string =>
  lines.length === 0 ? 'it printed nothing' : `its last output: ${lines.join(' | ')}`;

function watchGuardian(guardian: ChildProcess) {
  const outputs: ((stream: 'stdout' | 'stderr', line: string) => void)[] = [];
  const exits: ((exit: TargetExit) => void)[] = [];
  const failures: ((message: string) => void)[] = [];
  let pid: number | null = null;
  let ended: TargetExit | undefined;
  let failure: string | undefined;
  let expected = false;

  const exited = (code: number | null, signal: string | null): void => {
    if (ended !== undefined) return;
    ended = { code, signal, expected };
    for (const listener of exits) listener(ended);
  };
  const failed = (message: string): void => {
    failure ??= message;
    for (const listener of failures) listener(message);
  };
  guardian.on('message', (raw) => {
    const message = guardianMessage.parse(raw);
    if (message.kind === 'started') pid = message.pid;
    else if (message.kind === 'failed') failed(message.message);
    else exited(message.code, message.signal);
  });
  guardian.on('error', (error) => failed(error.message));
  guardian.on('exit', (code, signal) => {
    // A guardian that was killed cannot stop its target any more; its process group is still ours to stop.
    if (!expected && pid !== null) killGroup(pid);
    exited(code, signal);
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const pipe = guardian[stream];
    if (pipe === null) continue;
    createInterface({ input: pipe }).on('line', (line) => {
      for (const listener of outputs) listener(stream, line.slice(0, OUTPUT_LINE_CHARS_MAX));
    });
  }
  return {
    pid: () => pid,
    expectExit: () => {
      expected = true;
    },
    onOutput: (listener: (stream: 'stdout' | 'stderr', line: string) => void) => {
      outputs.push(listener);
    },
    onExit: (listener: (exit: TargetExit) => void) => {
      if (ended === undefined) exits.push(listener);
      else listener(ended);
    },
    onFailure: (listener: (message: string) => void) => {
      if (failure === undefined) failures.push(listener);
      else listener(failure);
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
