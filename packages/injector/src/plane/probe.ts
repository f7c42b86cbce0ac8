import { setTimeout as passed } from 'node:timers/promises';
import { connectOwn } from './own-connections.ts';

/** What becomes of a new connection. */
export type Reception = 'accepted' | 'refused' | 'dropped';

/** On loopback a connection that is not dropped is there at once; the kernel sends a dropped SYN again after a second. */
const DROPPED_AFTER_MS = 300;

/** Connects to a loopback port as a client would, and says what came of it. */
export async function probe(port: number): Promise<Reception> {
  const socket = connectOwn(port);
  const given = new AbortController();
  try {
    return await Promise.race([
      new Promise<Reception>((resolve) => {
        socket.once('connect', () => resolve('accepted'));
        socket.once('error', () => resolve('refused'));
      }),
      passed<Reception>(DROPPED_AFTER_MS, 'dropped', { ref: false, signal: given.signal }),
    ]);
  } finally {
    given.abort();
    socket.destroy();
  }
}
