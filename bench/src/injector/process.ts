import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onCore } from './cores.ts';

/** A process of the bench, listening on a loopback port. */
export interface BenchProcess {
  readonly port: number;
  /** CPU time that the process has used, all threads and children, in microseconds. */
  cpuUs(): number;
  /** Memory that it holds, and the most that it held since the last call, in bytes. */
  memory(): { readonly now: number; readonly peak: number };
  stop(): Promise<void>;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The process and its children: nginx and HAProxy work in a child. */
function familyOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

/** Nanoseconds on a core, as the scheduler counts them. */
const onCpuNs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );

function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** What `/proc` tells of a child that listens on a port. Linux. */
export function watched(child: ChildProcess, port: number): BenchProcess {
  const { pid } = child;
  if (pid === undefined) throw new Error('a bench process did not start');
  const ended = once(child, 'exit');
  return {
    port,
    cpuUs: () => familyOf(pid).reduce((sum, member) => sum + onCpuNs(member), 0) / 1000,
    memory: () => memoryOf(pid),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/** Starts the script at a file URL; its first message is its port. */
export async function startProcess(script: string, ...args: readonly string[]): Promise<BenchProcess> {
  return startOn(null, script, ...args);
}

/** The same on one core, where that can be had. */
export async function startOn(core: number | null, script: string, ...args: readonly string[]): Promise<BenchProcess> {
  const [command, ...rest] = onCore(core, [process.execPath, fileURLToPath(script), ...args]);
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port]: unknown[] = await once(child, 'message');
  if (!isNumber(port)) throw new Error('a bench process spoke out of turn');
  return watched(child, port);
}

/** In the started process: tells the port. */
export function announce(address: AddressInfo | string | null): void {
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  process.on('disconnect', () => process.exit());
  process.send?.(address.port);
}
