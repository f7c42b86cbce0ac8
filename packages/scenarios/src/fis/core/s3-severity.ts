import type { FaultWindow, Ramp } from '@gameday/injector';

/** Faults after which a request has failed, whatever its sort. */
const FAILING: ReadonlySet<string> = new Set([
  'refuse',
  'black-hole',
  'silent',
  'half-head',
  'reset',
  'dns-gone',
  'tls-failure',
  'http-error',
  'redirect',
  'blackout',
]);

/** Whether a window is about all requests of a class, rather than some buckets, keys, operations or clients. */
export function isBroad({ where }: FaultWindow): boolean {
  const { regions: _regions, classes: _classes, ...narrowed } = where;
  return Object.values(narrowed).every((value) => value === undefined);
}

export const isFailing = (window: FaultWindow): boolean => FAILING.has(window.fault.kind);

const strikesClass = ({ where }: FaultWindow, s3Class: 'read' | 'write'): boolean =>
  where.classes === undefined || where.classes.includes(s3Class);

/** The share of a window at a moment, in milliseconds on its own clock; 0 outside of it. */
function shareAt({ startMs, endMs, share }: FaultWindow, atMs: number): number {
  if (atMs < startMs || atMs >= endMs) return 0;
  return along(share, (atMs - startMs) / (endMs - startMs));
}

function along({ from, to, curve }: Ramp, part: number): number {
  return from + (to - from) * (curve === 'exponential' ? (2 ** (7 * part) - 1) / 127 : part);
}

/** How many of a region's requests of a class fail at a moment, 0 to 1: a later window strikes what earlier ones left. */
function failingShare(
  windows: readonly FaultWindow[],
  region: string,
  s3Class: 'read' | 'write',
  atMs: number,
): number {
  const passes = windows
    .filter((window) => isBroad(window) && isFailing(window) && strikesClass(window, s3Class))
    .filter(({ where }) => where.regions.includes(region))
    .reduce((left, window) => left * (1 - shareAt(window, atMs)), 1);
  return 1 - passes;
}

/** How many requests of whichever of reads and writes fares better fail at a moment. */
export function failingShareOfAll(windows: readonly FaultWindow[], region: string, atMs: number): number {
  return Math.min(failingShare(windows, region, 'read', atMs), failingShare(windows, region, 'write', atMs));
}

/** The delay that at least half of a region's requests meet at a moment, in milliseconds; it adds up. */
export function usualDelayMs(windows: readonly FaultWindow[], region: string, atMs: number): number {
  return windows
    .filter((window) => isBroad(window) && window.where.classes === undefined && window.where.regions.includes(region))
    .filter((window) => shareAt(window, atMs) >= 0.5)
    .reduce((sum, window) => sum + delayOf(window), 0);
}

/** The median of a latency; 0 for other faults. */
export function delayOf({ fault }: FaultWindow): number {
  if (fault.kind !== 'latency') return 0;
  const { delay } = fault;
  if (delay.shape === 'constant') return delay.ms;
  return delay.shape === 'uniform' ? (delay.fromMs + delay.toMs) / 2 : delay.p50Ms;
}
