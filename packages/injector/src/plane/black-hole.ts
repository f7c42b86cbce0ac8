import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** A port whose accept queue is full: the kernel drops every SYN, and clients try again until they give up. */
export interface BlackHole {
  close(): Promise<void>;
}

const workerFile = fileURLToPath(new URL('black-hole-worker.js', import.meta.url));

/** Whether this system drops what its accept queue cannot take; others reset it. */
export const hasBlackHoles = process.platform === 'linux';

/** A queue of length 1 takes two connections. */
const FILLERS = 2;

/** Takes a place in the accept queue, or finds it full already: clients can be faster, and nobody waits for an answer. */
function fill(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy());
  socket.unref();
  return socket;
}

/**
 * Listens on a loopback port without ever accepting.
 * @throws {Error} with the code `EADDRINUSE` where the port is taken
 */
export async function openBlackHole(port: number): Promise<BlackHole> {
  const worker = new Worker(workerFile, { workerData: port });
  worker.unref();
  const [message]: unknown[] = await once(worker, 'message'); // throws what the worker throws
  if (message !== 'listening') throw new Error('the black hole spoke out of turn');
  const fillers = Array.from({ length: FILLERS }, () => fill(port));
  await setImmediate(); // By then the kernel has seen them.
  return {
    close: async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
