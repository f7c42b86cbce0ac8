import type { Socket } from 'node:net';
import type { InFlight } from './in-flight.ts';

/** Every exchange in flight. */
export interface Registry {
  add(live: InFlight): void;
  delete(live: InFlight): void;
  readonly size: number;
  /** Those that satisfy a predicate; a copy, so that ending them does not disturb the walk. */
  where(predicate: (live: InFlight) => boolean): readonly InFlight[];
  /** The client connections that carry them. */
  sockets(): ReadonlySet<Socket>;
}

/**
 * An array whose members know their places, not a Set: a Set that lives long and sees a member come and go with every
 * request leaves tables behind that keep the dead from the garbage collector: at 64 connections that took a third of the CPU time.
 */
export function createRegistry(): Registry {
  const inFlight: InFlight[] = [];
  return {
    add: (live) => {
      live.place = inFlight.push(live) - 1;
    },
    delete: (live) => {
      const last = inFlight.pop();
      if (last === undefined || last === live) return;
      inFlight[live.place] = last;
      last.place = live.place;
    },
    get size() {
      return inFlight.length;
    },
    where: (predicate) => inFlight.filter(predicate),
    sockets: () => new Set(inFlight.map(({ socket }) => socket)),
  };
}
