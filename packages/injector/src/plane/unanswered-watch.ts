import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { connectingTo } from '../core/socket-table.ts';
import { UnansweredAttempts, type UnansweredAttempt } from '../core/unanswered.ts';
import { ownPorts } from './own-connections.ts';

/** From one look to the next. What gave up within it may be missed. */
const LOOK_EVERY_MS = 100;
/** Linux's tables of sockets, of this network namespace. Other systems have neither them nor black holes. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

export interface UnansweredListener {
  /** So many attempts more than before. */
  readonly begun: (count: number) => void;
  readonly over: (attempt: UnansweredAttempt) => void;
}

/** Which sockets, by the kernel's numbers, wait for a port to answer their SYN; Gameday's own left out. */
async function waitingFor(port: number): Promise<ReadonlySet<string>> {
  const before = ownPorts();
  const tables = await Promise.all(TABLES.map((file) => readFile(file, 'latin1').catch(() => '')));
  const own = new Set([...before, ...ownPorts()]);
  const connecting = tables.flatMap((table) => connectingTo(table, port));
  return new Set(connecting.filter(({ localPort }) => !own.has(localPort)).map(({ inode }) => inode));
}

/**
 * Looks for connections that clients try to make to a loopback port that drops them. Where the clients are in another
 * network namespace, as in a container, or the system has no such table, none are seen.
 * @returns ends it; what waits still is over then
 */
export function watchUnanswered(port: number, clock: Clock, listener: UnansweredListener): () => void {
  const attempts = new UnansweredAttempts();
  let ended = false;
  let cancel: (() => void) | null = null;
  const look = async (): Promise<void> => {
    const ids = await waitingFor(port);
    if (ended) return;
    const { begun, over } = attempts.look(ids, clock.now());
    if (begun > 0) listener.begun(begun);
    for (const attempt of over) listener.over(attempt);
    cancel = clock.schedule(LOOK_EVERY_MS, () => void look());
  };
  void look();
  return () => {
    ended = true;
    cancel?.();
    for (const attempt of attempts.end()) listener.over(attempt);
  };
}
