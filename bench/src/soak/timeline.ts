import type { Fault, FaultWindow, Timeline } from '@gameday/injector';

/** Faults that strike what was written a moment ago: for them every exchange of their timeline goes to node:http. */
const rememberingWrites: readonly Fault[] = [
  { kind: 'stale-read', withinMs: 1_000 },
  { kind: 'list-lag', withinMs: 1_000 },
  { kind: 'lost-delete' },
];

/** Every other fault that an endpoint can act out, each with what makes it strike. */
const faults: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'black-hole' },
  { kind: 'silent' },
  { kind: 'half-head' },
  { kind: 'reset', stage: 'head', afterBytes: 0 },
  { kind: 'reset', stage: 'in-head', afterBytes: 0 },
  { kind: 'reset', stage: 'body', afterBytes: 100 },
  { kind: 'close-after' },
  { kind: 'http-error', code: 'InternalError', applied: false },
  { kind: 'http-error', code: 'SlowDown', applied: true, after: { shape: 'uniform', fromMs: 5, toMs: 50 } },
  { kind: 'throttle', readsPerSecond: 20, writesPerSecond: 10, per: 'region' },
  { kind: 'redirect', code: 'TemporaryRedirect', toRegion: 'us-west-2' },
  { kind: 'error-in-success', code: 'InternalError', body: 'error', drips: 2, dripEveryMs: 5, applied: false },
  { kind: 'latency', delay: { shape: 'lognormal', p50Ms: 20, p99Ms: 200 } },
  { kind: 'continue-stall' },
  { kind: 'bandwidth', bytesPerSecond: 20_000 },
  { kind: 'drip', bytes: 64, everyMs: 2 },
  { kind: 'stall', afterBytes: 10 },
  { kind: 'truncate', afterBytes: 10, length: 'right' },
  { kind: 'truncate', afterBytes: 10, length: 'wrong' },
  { kind: 'corrupt', atByte: 3, checksums: 'keep' },
  {
    kind: 'blackout',
    silent: 0.5,
    reset: 0.25,
    unavailable: 0.25,
    after: { shape: 'uniform', fromMs: 10, toMs: 100 },
  },
];

const EACH_MS = 300;
/** After every fault nothing is broken for a while: the fast path's turn. */
const CALM_MS = 300;
const STEP_MS = EACH_MS + CALM_MS;
/** How long one pass through these takes, in milliseconds. */
export const CYCLE_MS = faults.length * STEP_MS;

/**
 * One fault after the other, every second one cutting what is in flight.
 * @param turn how many passes there were before: every fourth has the faults that remember writes instead, several times
 */
export function everyFault(region: string, turn: number): Timeline {
  const wanted = turn % 4 === 3 ? faults.map((fault, at) => rememberingWrites[at % 3] ?? fault) : faults;
  return {
    windows: wanted.map((fault, index): FaultWindow => ({
      id: `${index} ${fault.kind}`,
      startMs: index * STEP_MS,
      endMs: index * STEP_MS + EACH_MS,
      where: { regions: [region] },
      share: { from: 1, to: 1 },
      fault,
      inFlight: index % 2 === 0 ? 'cut' : 'spare',
    })),
  };
}
