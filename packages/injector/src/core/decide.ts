import type { Client } from './client.ts';
import { versionIdIn } from './s3-address.ts';
import { quantile } from './distribution.ts';
import type { Exchange } from './exchange.ts';
import type { Fault, FaultKind } from './fault.ts';
import { traitsOf } from './fault-traits.ts';
import { segmentAt, touches, type PreparedTimeline, type PreparedWindow } from './prepared-timeline.ts';
import { aspects, coarseDraws, draw, hashText } from './random.ts';
import type { RecentWrites } from './recent-writes.ts';
import { rampAt, type FaultWindow } from './timeline.ts';

/** The kinds of fault that have something to draw. */
type Drawn = 'http-error' | 'throttle' | 'latency' | 'continue-stall' | 'blackout';

/** A fault with everything drawn: what a toxic acts out. Times are milliseconds. */
export type Effect =
  | Exclude<Fault, { readonly kind: Drawn }>
  | {
      readonly kind: 'http-error';
      readonly code: string;
      readonly afterMs: number;
      readonly applied: boolean;
      readonly retryAfterS?: number;
    }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** Infinity is until the window ends. */
  | { readonly kind: 'continue-stall'; readonly holdMs: number }
  | { readonly kind: 'blackout'; readonly as: 'silent' | 'reset' | 'unavailable'; readonly afterMs: number };

/** The effect of one kind of fault. */
export type EffectOf<Kind extends FaultKind> = Extract<Effect, { readonly kind: Kind }>;

/** One window striking one exchange. Nothing of it lasts beyond the window's end. */
export interface Strike {
  readonly windowId: string;
  /** The window's end, in milliseconds since the timeline was started. */
  readonly endMs: number;
  readonly effect: Effect;
}

/** What befalls an exchange: any number of faults that let things go on, then at most one fault that decides. Empty is a pass-through. */
export type Decision = readonly Strike[];

const passThrough: Decision = Object.freeze([]);

/** Who an exchange is, for draws: the nth of its operation on its key, else its invocation. */
function identityOf(exchange: Exchange): number {
  if (exchange.occurrence === undefined) return hashText(exchange.invocation);
  const target = hashText(exchange.key ?? '', hashText(exchange.bucket ?? '', hashText(exchange.operation)));
  return target ^ Math.imul(exchange.occurrence, 0x2c_1b_3c_6d);
}

const shareAt = ({ share, startMs, endMs }: FaultWindow, elapsedMs: number): number =>
  rampAt(share, (elapsedMs - startMs) / (endMs - startMs));

/** Whether the window's draw strikes an exchange at this moment. */
function strikes(prepared: PreparedWindow, identity: number, attempt: number, elapsedMs: number): boolean {
  const { window, stream, steadyShare } = prepared;
  const share = Number.isNaN(steadyShare) ? shareAt(window, elapsedMs) : steadyShare;
  return share >= 1 || (share > 0 && draw(stream, identity, attempt, aspects.share) < share);
}

function effectOf(fault: Fault, draws: (aspect: number) => number): Effect {
  if (fault.kind === 'http-error') {
    const { kind, code, applied, retryAfterS } = fault;
    const afterMs = fault.after === undefined ? 0 : quantile(fault.after, draws(aspects.time));
    return { kind, code, afterMs, applied, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
  }
  if (fault.kind === 'throttle') return { kind: 'throttle' };
  if (fault.kind === 'latency') return { kind: 'latency', delayMs: quantile(fault.delay, draws(aspects.time)) };
  if (fault.kind === 'continue-stall') {
    const holdMs = fault.hold === undefined ? Infinity : quantile(fault.hold, draws(aspects.time));
    return { kind: 'continue-stall', holdMs };
  }
  if (fault.kind === 'blackout') {
    const choice = draws(aspects.choice) * (fault.silent + fault.reset + fault.unavailable);
    const as = choice < fault.silent ? 'silent' : choice < fault.silent + fault.reset ? 'reset' : 'unavailable';
    return { kind: 'blackout', as, afterMs: as === 'unavailable' ? quantile(fault.after, draws(aspects.time)) : 0 };
  }
  return fault; // The others have nothing to draw.
}

/** What a decision may depend on beside the exchange; each may be unknown. */
export interface Circumstances {
  readonly client: Client | null;
  readonly writes: RecentWrites | null;
}

const unknown: Circumstances = { client: null, writes: null };

/** Whether there is anything for the fault to spoil, and its limit lets it. What it counts, it counts here. */
function finds(
  { window, quota }: PreparedWindow,
  exchange: Exchange,
  elapsedMs: number,
  { client, writes }: Circumstances,
): boolean {
  const { fault, where } = window;
  if (fault.kind === 'continue-stall' && client?.expectsContinue !== true) return false;
  if (fault.kind === 'stale-read') {
    const versionId = client === null ? null : versionIdIn(client.query);
    if (writes?.hides(exchange, versionId, fault.withinMs, elapsedMs) !== true) return false;
  }
  if (fault.kind === 'list-lag' && writes?.hasFresh(exchange, fault.withinMs, elapsedMs) !== true) return false;
  if (fault.kind === 'throttle' && quota?.exceeds(fault, exchange, elapsedMs) !== true) return false;
  return where.limit === undefined || quota === null || quota.admits(where.limit, exchange, elapsedMs);
}

/**
 * What befalls an exchange that begins at this moment. The same seed, timeline and exchange have the same outcome in
 * every run; only windows that count (limits, throttling) and those that ask what was written of late know a past.
 */
export function decide(
  timeline: PreparedTimeline,
  exchange: Exchange,
  elapsedMs: number,
  around: Circumstances = unknown,
): Decision {
  const { windows, streams, bounds } = segmentAt(timeline, exchange.region, elapsedMs);
  if (windows.length === 0) return passThrough;
  const identity = identityOf(exchange);
  const { attempt } = exchange;
  let found: Strike[] | null = null;
  coarseDraws(streams, bounds, [identity, attempt, aspects.share], (index) => {
    const prepared = windows[index];
    if (prepared === undefined || !touches(prepared, exchange, around.client)) return 'on';
    if (!strikes(prepared, identity, attempt, elapsedMs) || !finds(prepared, exchange, elapsedMs, around)) return 'on';
    const { id, endMs, fault } = prepared.window;
    const effect = effectOf(fault, (aspect) => draw(prepared.stream, identity, attempt, aspect));
    found ??= [];
    found.push({ windowId: id, endMs, effect });
    return traitsOf(effect.kind).goesOn === true ? 'on' : 'stop';
  });
  return found ?? passThrough;
}

/** A connection that is about to be made: what is known of it before there is a request. */
export interface Opening {
  readonly region: string;
  readonly bucket: string | null;
  readonly address: string;
  /** Counts the connections to a place, from 1; draws are keyed by it. */
  readonly occurrence: number;
}

/** What befalls a new connection; null lets it be made. */
export function decideConnection(timeline: PreparedTimeline, opening: Opening, elapsedMs: number): Strike | null {
  const exchange: Exchange = {
    id: 0,
    operation: 'Unknown',
    class: 'read',
    method: 'CONNECT',
    key: null,
    invocation: '',
    attempt: 1,
    attemptsMax: null,
    ...opening,
  };
  const client: Client = {
    address: opening.address,
    established: false,
    headers: [],
    query: '',
    expectsContinue: false,
  };
  const identity = identityOf(exchange);
  for (const prepared of segmentAt(timeline, opening.region, elapsedMs, 'connection').windows) {
    if (!touches(prepared, exchange, client) || !strikes(prepared, identity, 1, elapsedMs)) continue;
    if (!finds(prepared, exchange, elapsedMs, unknown)) continue;
    const { id, endMs, fault } = prepared.window;
    return { windowId: id, endMs, effect: effectOf(fault, () => 0) };
  }
  return null;
}

/** Whether a window that begins now cuts an exchange that was in flight before. */
export function cutsInFlight(prepared: PreparedWindow, exchange: Exchange, client: Client | null = null): boolean {
  const { window } = prepared;
  return (
    window.inFlight === 'cut' &&
    window.where.regions.includes(exchange.region) &&
    touches(prepared, exchange, client) &&
    strikes(prepared, identityOf(exchange), exchange.attempt, window.startMs)
  );
}
