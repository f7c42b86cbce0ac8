import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** What is measured runs here alone; load and upstream share the other one. */
export const SUBJECT_CORE = 0;
export const LOAD_CORE = 1;

/** The command as it runs on one core; as it is where there is but one, or no `taskset`. */
export function onCore(
  core: number | null,
  [command, ...args]: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  return core === null || !canPin ? [command, ...args] : ['taskset', '-c', String(core), command, ...args];
}

function move(cores: string): void {
  execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
}

/** Moves this process, with all of its threads, to a core; the returned function gives it all of them again. */
export function stayOn(core: number): () => void {
  if (!canPin) return () => undefined;
  move(String(core));
  return () => move(`0-${availableParallelism() - 1}`);
}
