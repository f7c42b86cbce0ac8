import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entrySchema, type Entry, type EntryOf, type EntryType } from '@gameday/reporter/journal';

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** The repository's root. */
export const repository: string = fileURLToPath(new URL('../../../../', import.meta.url));

export interface ChaosProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  stdout(): string;
  stderr(): string;
}

export interface ChaosSurroundings {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor for its stdout instead of a pipe. */
  readonly stdout?: number;
}

/** Starts the real command, as its own process. */
export function startChaos(args: readonly string[], { cwd, env, stdout: to }: ChaosSurroundings = {}): ChaosProcess {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: cwd ?? repository,
    env: { ...process.env, NO_COLOR: '1', CI: 'true', ...env },
    stdio: ['ignore', to ?? 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, exit, stdout: () => stdout, stderr: () => stderr };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function chaos(args: readonly string[], cwd?: string): Promise<Ended> {
  const started = startChaos(args, cwd === undefined ? {} : { cwd });
  const { code } = await started.exit;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

/** A folder that goes when the test does. */
export function scratch(t: { teardown: (action: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A journal's entries; a torn last line is left out. */
export function readEntries(file: string): Entry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => entrySchema.parse(JSON.parse(line)));
}

export function entriesOf<Type extends EntryType>(entries: readonly Entry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.type === type);
}

/** Resolves when something holds, looked at every few milliseconds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Processes that carry a run's mark: its target's tree. Linux only. */
export function processesOfRun(runId: string): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`GAMEDAY_RUN_ID=${runId}`);
      } catch {
        return false;
      }
    });
}
