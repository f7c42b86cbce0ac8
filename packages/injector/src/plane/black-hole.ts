import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connectOwn } from './own-connections.ts';

/** A port whose accept queue is full: the kernel drops every SYN, and clients try again until they give up. */
export interface BlackHole {
  close(): Promise<void>;
}

const childFile = fileURLToPath(new URL('black-hole-child.js', import.meta.url));

/** Whether this system drops what its accept queue cannot take; others reset it. */
export const hasBlackHoles = process.platform === 'linux';

/** A queue of length 1 takes two connections. */
const FILLERS = 2;

/** Does not wait: where others were quicker to fill the queue, a filler is never connected. */
function fill(port: number): Socket {
  const socket = connectOwn(port);
  socket.on('error', () => socket.destroy());
  socket.unref();
  return socket;
}

/**
 * Hands a listening server's socket over to a process that never accepts. Somebody listens all the time, so nothing is
 * refused: what connects before the queue is full is taken and left in silence.
 * @param server listens on `port`; to be closed when this has resolved
 */
export async function openBlackHole(server: Server, port: number): Promise<BlackHole> {
  const child = fork(childFile, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.unref();
  const ended = once(child, 'exit');
  const held = once(child, 'message');
  child.send('hold', server);
  await Promise.race([
    held,
    ended.then(() => {
      throw new Error('the process that holds the port has ended');
    }),
  ]);
  child.channel?.unref();
  const fillers = Array.from({ length: FILLERS }, () => fill(port));
  return {
    close: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
