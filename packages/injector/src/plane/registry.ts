import type { Socket } from 'node:net';
import type { LiveExchange } from './live-exchange.ts';

/** Every exchange in flight. */
export interface Registry {
  add(live: LiveExchange): void;
  delete(live: LiveExchange): void;
  readonly size: number;
  /** Those that satisfy a predicate; a copy, so that ending them does not disturb the walk. */
  where(predicate: (live: LiveExchange) => boolean): readonly LiveExchange[];
  /** The client connections that carry them. */
  sockets(): ReadonlySet<Socket>;
}

export function createRegistry(): Registry {
  const inFlight = new Set<LiveExchange>();
  return {
    add: (live) => {
      inFlight.add(live);
    },
    delete: (live) => {
      inFlight.delete(live);
    },
    get size() {
      return inFlight.size;
    },
    where: (predicate) => [...inFlight].filter(predicate),
    sockets: () => new Set([...inFlight].map(({ socket }) => socket)),
  };
}
