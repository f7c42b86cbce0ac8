import { accessKeyIdOf, type Client } from './client.ts';
import type { Exchange } from './exchange.ts';
import { traitsOf } from './fault-traits.ts';
import { headerOf } from './headers.ts';
import { Quota } from './quotas.ts';
import { COARSE, streamOf } from './random.ts';
import type { FaultWindow, Timeline } from './timeline.ts';

/** A window made ready for thousands of decisions a second. */
export interface PreparedWindow {
  readonly window: FaultWindow;
  /** What its draws start from. */
  readonly stream: number;
  /** Whether its blast radius names more than regions. */
  readonly narrow: boolean;
  /** Its share, where that does not change; a ramp is NaN. */
  readonly steadyShare: number;
  readonly classes: ReadonlySet<string> | null;
  readonly operations: ReadonlySet<string> | null;
  readonly buckets: ReadonlySet<string> | null;
  readonly prefixes: readonly string[] | null;
  readonly keys: readonly RegExp[] | null;
  readonly accessKeyIds: ReadonlySet<string> | null;
  /** What it has counted; null where it counts nothing. The only thing here that changes. */
  readonly quota: Quota | null;
}

/** What is in force from one edge to the next, in the timeline's order. */
export interface Segment {
  readonly windows: readonly PreparedWindow[];
  /** Of each window, side by side: what its draws start from, and its share times `COARSE`, NaN for a ramp. */
  readonly streams: Int32Array;
  readonly bounds: Float64Array;
}

/** For one region: the segments between its edges. */
interface Segments {
  readonly edgesMs: readonly number[];
  /** `segments[i]` is in force from `edgesMs[i]` until `edgesMs[i + 1]`. */
  readonly segments: readonly Segment[];
}

type Level = 'exchange' | 'connection';

/** A timeline indexed by region and time, its draws bound to a seed. */
export interface PreparedTimeline {
  readonly windows: readonly PreparedWindow[];
  /** Those that strike exchanges. */
  readonly regions: ReadonlyMap<string, Segments>;
  /** Those that strike connections. */
  readonly connections: ReadonlyMap<string, Segments>;
  /** Whether some window must know what was written of late. */
  readonly remembersWrites: boolean;
}

const segmentOf = (windows: readonly PreparedWindow[]): Segment => ({
  windows,
  streams: Int32Array.from(windows, ({ stream }) => stream),
  bounds: Float64Array.from(windows, ({ steadyShare }) => steadyShare * COARSE),
});
const none: Segment = segmentOf([]);
const setOf = (values: readonly string[] | undefined): ReadonlySet<string> | null =>
  values === undefined ? null : new Set(values);

function segmentsOf(windows: readonly PreparedWindow[]): Segments {
  const edgesMs = [...new Set(windows.flatMap(({ window }) => [window.startMs, window.endMs]))].toSorted(
    (a, b) => a - b,
  );
  return {
    edgesMs,
    segments: edgesMs.map((edge) =>
      segmentOf(windows.filter(({ window }) => window.startMs <= edge && edge < window.endMs)),
    ),
  };
}

/** Indexes a timeline. Changes nothing of what it means. */
export function prepareTimeline(timeline: Timeline, seed: string): PreparedTimeline {
  const windows = timeline.windows.map((window) => prepareWindow(window, seed));
  const byRegion = (level: Level): ReadonlyMap<string, Segments> => {
    const chosen = windows.filter(
      ({ window }) => (traitsOf(window.fault.kind).level === 'connection') === (level === 'connection'),
    );
    const names = new Set(chosen.flatMap(({ window }) => window.where.regions));
    return new Map(
      [...names].map((region) => [
        region,
        segmentsOf(chosen.filter(({ window }) => window.where.regions.includes(region))),
      ]),
    );
  };
  return {
    windows,
    regions: byRegion('exchange'),
    connections: byRegion('connection'),
    remembersWrites: windows.some(({ window }) => traitsOf(window.fault.kind).remembersWrites === true),
  };
}

function prepareWindow(window: FaultWindow, seed: string): PreparedWindow {
  const { where, fault } = window;
  const { only, usually } = traitsOf(fault.kind);
  const fitting = only ?? (where.classes === undefined ? usually : undefined);
  return {
    window,
    stream: streamOf(seed, window.id),
    narrow:
      fitting !== undefined || Object.entries(where).some(([name, value]) => name !== 'regions' && value !== undefined),
    steadyShare: window.share.from === window.share.to ? window.share.from : Number.NaN,
    classes: setOf(where.classes),
    operations: setOf(where.operations ?? fitting),
    buckets: setOf(where.buckets),
    prefixes: where.prefixes ?? null,
    keys: where.keys?.map(keyPattern) ?? null,
    accessKeyIds: setOf(where.clients?.accessKeyIds),
    quota: where.limit !== undefined || fault.kind === 'throttle' ? new Quota() : null,
  };
}

/** `reports/*.csv` as a regular expression: the star is any text, slashes too, as S3 knows no folders. */
function keyPattern(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^]*')}$`);
}

/** What is in force in a region at a moment. */
export function segmentAt(
  timeline: PreparedTimeline,
  region: string,
  elapsedMs: number,
  level: Level = 'exchange',
): Segment {
  const segments = (level === 'exchange' ? timeline.regions : timeline.connections).get(region);
  if (segments === undefined) return none;
  let low = 0;
  let high = segments.edgesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments.edgesMs[middle] ?? Infinity) <= elapsedMs) low = middle + 1;
    else high = middle;
  }
  return segments.segments[low - 1] ?? none;
}

function touchesClient(prepared: PreparedWindow, client: Client): boolean {
  const { clients, connections } = prepared.window.where;
  if (connections !== undefined && client.established !== (connections === 'established')) return false;
  if (clients === undefined) return true;
  const { addresses, userAgents, headers } = clients;
  if (addresses !== undefined && !addresses.includes(client.address)) return false;
  if (prepared.accessKeyIds !== null && !prepared.accessKeyIds.has(accessKeyIdOf(client) ?? '')) return false;
  if (userAgents !== undefined) {
    const agent = headerOf(client.headers, 'user-agent') ?? '';
    if (!userAgents.some((text) => agent.includes(text))) return false;
  }
  return (
    headers === undefined ||
    Object.entries(headers).every(([name, value]) => headerOf(client.headers, name.toLowerCase()) === value)
  );
}

/** Whether an exchange of the window's region lies in its blast radius. A client that is not known (null) is any. */
export function touches(prepared: PreparedWindow, exchange: Exchange, client: Client | null): boolean {
  if (!prepared.narrow) return true;
  const { classes, operations, buckets, prefixes, keys } = prepared;
  if (classes !== null && !classes.has(exchange.class)) return false;
  if (operations !== null && !operations.has(exchange.operation)) return false;
  if (buckets !== null && (exchange.bucket === null || !buckets.has(exchange.bucket))) return false;
  if (client !== null && !touchesClient(prepared, client)) return false;
  if (prefixes === null && keys === null) return true;
  const { key } = exchange;
  if (key === null) return false;
  return (prefixes?.some((prefix) => key.startsWith(prefix)) ?? true) && (keys?.some((one) => one.test(key)) ?? true);
}
