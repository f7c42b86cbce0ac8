import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A process of the bench, listening on a loopback port. */
export interface BenchProcess {
  readonly port: number;
  /** CPU time that the process has used, in microseconds. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

async function nextNumber(child: ChildProcess): Promise<number> {
  const [message]: unknown[] = await once(child, 'message');
  if (!isNumber(message)) throw new Error('a bench process spoke out of turn');
  return message;
}

/** Starts the script at a file URL; its first message is its port. */
export async function startProcess(script: string, ...args: readonly string[]): Promise<BenchProcess> {
  const child = fork(fileURLToPath(script), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const port = await nextNumber(child);
  return {
    port,
    cpuUs: async () => {
      child.send('cpu');
      return nextNumber(child);
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** In the started process: tells the port, then answers every question for the CPU time used. */
export function announce(address: AddressInfo | string | null): void {
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(address.port);
}
