import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder's name says whose it is: gameday-store-PID-RANDOM. */
const name = /^gameday-store-(\d+)-/;

/** Whether a process runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there all the same.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Removes what processes have left that could not clear up after themselves: killed all at once, or the power went. */
async function clearAbandoned(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = name.exec(entry)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(tmpdir(), entry, ''), { recursive: true, force: true }).catch(() => {}); // not ours to remove
  }
}

/** Makes a temporary folder for a store of this process, and removes those of processes that are gone. */
export async function makeTemporaryFolder(): Promise<string> {
  await clearAbandoned();
  return mkdtemp(join(tmpdir(), `gameday-store-${process.pid}-`));
}
