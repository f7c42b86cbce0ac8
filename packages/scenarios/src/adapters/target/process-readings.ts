import { readFile, readdir, readlink } from 'node:fs/promises';
import type { Target } from '../../ports/target.ts';

/** How a process tree was doing at one moment. */
export interface ProcessReading {
  readonly processes: number;
  readonly rssBytes: number;
  readonly threads: number;
  readonly openFiles: number;
  /** Null where there are too many open files to look at each. */
  readonly sockets: number | null;
  /** CPU time used so far by those that are alive, milliseconds. */
  readonly cpuMs: number;
}

/** Linux counts CPU time for programs in hundredths of a second on every architecture. */
const TICK_MS = 10;
/** Each open file is a system call; beyond so many in a process its sockets are not told from its files. */
const FILES_LOOKED_AT_MAX = 4_096;
/** A tree that grows without end must not take the runner with it. */
const PROCESSES_MAX = 256;

/**
 * Reads a process and all its children from /proc.
 * @returns null where there is no such process, or no /proc (everywhere but on Linux)
 */
async function readProcessTree(pid: number): Promise<ProcessReading | null> {
  const readings = await Promise.all((await treeOf(pid)).map(readProcess));
  const alive = readings.filter((reading) => reading !== null);
  if (alive.length === 0) return null;
  const sum = (pick: (one: Omit<ProcessReading, 'processes'>) => number): number =>
    alive.reduce((total, one) => total + pick(one), 0);
  return {
    processes: alive.length,
    rssBytes: sum(({ rssBytes }) => rssBytes),
    threads: sum(({ threads }) => threads),
    openFiles: sum(({ openFiles }) => openFiles),
    sockets: alive.some(({ sockets }) => sockets === null) ? null : sum(({ sockets }) => sockets ?? 0),
    cpuMs: sum(({ cpuMs }) => cpuMs),
  };
}

const EVERY_MS = 500;

/** Reads every process tree of the target twice a second until the signal. A tree that is gone is left out. */
export function startProcessReadings(
  target: Pick<Target, 'onStart'>,
  signal: AbortSignal,
  onReading: (reading: ProcessReading & { readonly replica?: number }) => void,
): void {
  const alive = new Map<number | undefined, number>();
  target.onStart(({ pid, replica }) => alive.set(replica, pid));
  let reading = false;
  const read = async (): Promise<void> => {
    for (const [replica, pid] of alive) {
      const found = await readProcessTree(pid);
      if (found !== null && !signal.aborted) onReading({ ...found, ...(replica === undefined ? {} : { replica }) });
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void read().finally(() => {
      reading = false;
    });
  }, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

async function treeOf(root: number): Promise<number[]> {
  const tree = [root];
  for (let index = 0; index < tree.length && tree.length < PROCESSES_MAX; index += 1) {
    tree.push(...(await childrenOf(tree[index] ?? root)));
  }
  return tree;
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter((word) => word !== '')).map(Number);
}

async function readProcess(pid: number): Promise<Omit<ProcessReading, 'processes'> | null> {
  try {
    const [status, stat, files] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readdir(`/proc/${pid}/fd`),
    ]);
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    // The name before the last parenthesis may hold anything; user and system time are the 14th and 15th field.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      rssBytes: field('VmRSS') * 1_024,
      threads: field('Threads'),
      openFiles: files.length,
      sockets: files.length > FILES_LOOKED_AT_MAX ? null : await socketsOf(pid, files),
      cpuMs: (Number(afterName[11]) + Number(afterName[12])) * TICK_MS,
    };
  } catch {
    // Gone meanwhile, or not ours to read.
    return null;
  }
}

async function socketsOf(pid: number, files: readonly string[]): Promise<number> {
  const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return links.filter((link) => link.startsWith('socket:')).length;
}
