import { circuitBreaker, failFast, hedging, killSwitch, loadShedding } from './limits.ts';
import type { Pattern } from './pattern.ts';
import { readReplica, regionFailover, regionRotation } from './regions.ts';
import { staleCache, writeBehind } from './stores.ts';

/** Every pattern, in the order of the report. A new one is a file, or a neighbour in one, and a line here. */
export const patterns: readonly Pattern[] = [
  regionFailover,
  regionRotation,
  staleCache,
  writeBehind,
  readReplica,
  failFast,
  circuitBreaker,
  hedging,
  killSwitch,
  loadShedding,
];
