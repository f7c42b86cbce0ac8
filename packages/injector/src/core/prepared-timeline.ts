import type { Exchange } from './exchange.ts';
import { streamOf } from './random.ts';
import type { FaultWindow, Timeline } from './timeline.ts';

/** A window made ready for thousands of decisions a second. */
export interface PreparedWindow {
  readonly window: FaultWindow;
  /** What its draws start from. */
  readonly stream: number;
  readonly classes: ReadonlySet<string> | null;
  readonly operations: ReadonlySet<string> | null;
  readonly buckets: ReadonlySet<string> | null;
  readonly prefixes: readonly string[] | null;
}

/** For one region: the windows in force from each edge to the next, in the timeline's order. */
interface Segments {
  readonly edgesMs: readonly number[];
  /** `windows[i]` is in force from `edgesMs[i]` until `edgesMs[i + 1]`. */
  readonly windows: readonly (readonly PreparedWindow[])[];
}

/** A timeline indexed by region and time, its draws bound to a seed. */
export interface PreparedTimeline {
  readonly windows: readonly PreparedWindow[];
  readonly regions: ReadonlyMap<string, Segments>;
}

const none: readonly PreparedWindow[] = [];
const setOf = (values: readonly string[] | undefined): ReadonlySet<string> | null =>
  values === undefined ? null : new Set(values);

function segmentsOf(windows: readonly PreparedWindow[]): Segments {
  const edgesMs = [...new Set(windows.flatMap(({ window }) => [window.startMs, window.endMs]))].toSorted(
    (a, b) => a - b,
  );
  return {
    edgesMs,
    windows: edgesMs.map((edge) => windows.filter(({ window }) => window.startMs <= edge && edge < window.endMs)),
  };
}

/** Indexes a timeline. Changes nothing of what it means. */
export function prepareTimeline(timeline: Timeline, seed: string): PreparedTimeline {
  const windows = timeline.windows.map((window) => ({
    window,
    stream: streamOf(seed, window.id),
    classes: setOf(window.where.classes),
    operations: setOf(window.where.operations),
    buckets: setOf(window.where.buckets),
    prefixes: window.where.prefixes ?? null,
  }));
  const names = new Set(windows.flatMap(({ window }) => window.where.regions));
  const regions = new Map(
    [...names].map((region) => [
      region,
      segmentsOf(windows.filter(({ window }) => window.where.regions.includes(region))),
    ]),
  );
  return { windows, regions };
}

/** The windows in force in a region at a moment, in the timeline's order. */
export function windowsAt(timeline: PreparedTimeline, region: string, elapsedMs: number): readonly PreparedWindow[] {
  const segments = timeline.regions.get(region);
  if (segments === undefined) return none;
  let low = 0;
  let high = segments.edgesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments.edgesMs[middle] ?? Infinity) <= elapsedMs) low = middle + 1;
    else high = middle;
  }
  return segments.windows[low - 1] ?? none;
}

/** Whether an exchange of the window's region lies in its blast radius. */
export function touches(prepared: PreparedWindow, exchange: Exchange): boolean {
  const { classes, operations, buckets, prefixes } = prepared;
  if (classes !== null && !classes.has(exchange.class)) return false;
  if (operations !== null && !operations.has(exchange.operation)) return false;
  if (buckets !== null && (exchange.bucket === null || !buckets.has(exchange.bucket))) return false;
  if (prefixes === null) return true;
  const { key } = exchange;
  return key !== null && prefixes.some((prefix) => key.startsWith(prefix));
}
