import { spawn } from 'node:child_process';
import { linkGuardian } from './guardian-link.ts';
import { guardianFile } from './guardian-messages.ts';

export interface GuardedCommand {
  readonly words: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runId: string;
  /** Unique in the run. */
  readonly mark: string;
  readonly patienceMs: number;
  /** Told of every line of its output. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null; readonly lastLine: string }
  /** It was stopped when its time was over, or the run's. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Runs a command to its end, for no longer than its patience, under a guardian: it is stopped with all it started, also
 * where the runner is killed. The guardian adds some 50 ms to what the command itself takes.
 */
export function runGuarded(command: GuardedCommand, signal: AbortSignal): Promise<CommandOutcome> {
  const guardian = spawn(process.execPath, [guardianFile, ...command.words], {
    cwd: command.folder,
    env: { ...command.env, GAMEDAY_RUN_ID: command.runId, GAMEDAY_REPLICA: command.mark },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const link = linkGuardian(guardian);
  let lastLine = '';
  link.onOutput(({ line, stream }) => {
    if (stream === 'stdout') command.onLine?.(line);
    if (line.trim() !== '') lastLine = line.trim();
  });
  return new Promise((resolve) => {
    let outcome: CommandOutcome = { kind: 'failed', reason: 'it never started' };
    let decided = false;
    const decide = (what: CommandOutcome): void => {
      if (decided) return;
      decided = true;
      outcome = what;
      link.order('stop');
    };
    const stop = (): void => decide({ kind: 'stopped' });
    const timer = setTimeout(stop, command.patienceMs);
    signal.addEventListener('abort', stop, { once: true });
    link.onExit(({ code, signal: by }) => decide({ kind: 'exited', code, signal: by, lastLine }));
    link.onFailure((reason) => decide({ kind: 'failed', reason }));
    const finish = async (): Promise<void> => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      await link.settled();
      resolve(outcome);
    };
    guardian.once('close', () => void finish());
    guardian.once('error', () => void finish());
    if (signal.aborted) stop();
  });
}
