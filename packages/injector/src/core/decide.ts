import { quantile } from './distribution.ts';
import type { Exchange } from './exchange.ts';
import type { Fault, FaultKind } from './fault.ts';
import { touches, windowsAt, type PreparedTimeline, type PreparedWindow } from './prepared-timeline.ts';
import { aspects, draw, hashText } from './random.ts';
import type { FaultWindow } from './timeline.ts';

/** A fault with everything drawn: what a toxic acts out. Times are milliseconds. */
export type Effect =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'reset'; readonly stage: 'head' | 'body'; readonly afterBytes: number }
  | { readonly kind: 'http-error'; readonly code: string; readonly afterMs: number; readonly applied: boolean }
  | { readonly kind: 'latency'; readonly delayMs: number }
  | { readonly kind: 'blackout'; readonly as: 'silent' | 'reset' | 'unavailable'; readonly afterMs: number };

/** The effect of one kind of fault. */
export type EffectOf<Kind extends FaultKind> = Extract<Effect, { readonly kind: Kind }>;

/** One window striking one exchange. Nothing of it lasts beyond the window's end. */
interface Strike {
  readonly windowId: string;
  /** The window's end, in milliseconds since the timeline was started. */
  readonly endMs: number;
  readonly effect: Effect;
}

/** What befalls an exchange: any number of latencies, then at most one fault that decides. Empty is a pass-through. */
export type Decision = readonly Strike[];

const passThrough: Decision = Object.freeze([]);

/** Who an exchange is, for draws: the nth of its operation on its key, else its invocation. */
function identityOf(exchange: Exchange): number {
  if (exchange.occurrence === undefined) return hashText(exchange.invocation);
  const target = hashText(exchange.key ?? '', hashText(exchange.bucket ?? '', hashText(exchange.operation)));
  return target ^ Math.imul(exchange.occurrence, 0x2c_1b_3c_6d);
}

function shareAt({ share, startMs, endMs }: FaultWindow, elapsedMs: number): number {
  if (share.from === share.to) return share.from;
  return share.from + ((share.to - share.from) * (elapsedMs - startMs)) / (endMs - startMs);
}

/** Whether the window's draw strikes an exchange at this moment. */
function strikes({ window, stream }: PreparedWindow, identity: number, attempt: number, elapsedMs: number): boolean {
  const share = shareAt(window, elapsedMs);
  return share >= 1 || (share > 0 && draw(stream, identity, attempt, aspects.share) < share);
}

function effectOf(fault: Fault, draws: (aspect: number) => number): Effect {
  switch (fault.kind) {
    case 'refuse':
    case 'silent':
      return { kind: fault.kind };
    case 'reset':
      return { kind: 'reset', stage: fault.stage, afterBytes: fault.afterBytes };
    case 'http-error': {
      const afterMs = fault.after === undefined ? 0 : quantile(fault.after, draws(aspects.time));
      return { kind: 'http-error', code: fault.code, afterMs, applied: fault.applied };
    }
    case 'latency':
      return { kind: 'latency', delayMs: quantile(fault.delay, draws(aspects.time)) };
    case 'blackout': {
      const choice = draws(aspects.choice) * (fault.silent + fault.reset + fault.unavailable);
      const as = choice < fault.silent ? 'silent' : choice < fault.silent + fault.reset ? 'reset' : 'unavailable';
      return { kind: 'blackout', as, afterMs: as === 'unavailable' ? quantile(fault.after, draws(aspects.time)) : 0 };
    }
  }
}

/**
 * What befalls an exchange that begins at this moment: a pure function, so the same seed, timeline and exchange have
 * the same outcome in every run.
 */
export function decide(timeline: PreparedTimeline, exchange: Exchange, elapsedMs: number): Decision {
  const windows = windowsAt(timeline, exchange.region, elapsedMs);
  if (windows.length === 0) return passThrough;
  const identity = identityOf(exchange);
  const { attempt } = exchange;
  let found: Strike[] | null = null;
  for (const prepared of windows) {
    if (!touches(prepared, exchange) || !strikes(prepared, identity, attempt, elapsedMs)) continue;
    const { id, endMs, fault } = prepared.window;
    const effect = effectOf(fault, (aspect) => draw(prepared.stream, identity, attempt, aspect));
    found ??= [];
    found.push({ windowId: id, endMs, effect });
    if (effect.kind !== 'latency') break;
  }
  return found ?? passThrough;
}

/** Whether a window that begins now cuts an exchange that was in flight before. */
export function cutsInFlight(prepared: PreparedWindow, exchange: Exchange): boolean {
  const { window } = prepared;
  return (
    window.inFlight === 'cut' &&
    window.where.regions.includes(exchange.region) &&
    touches(prepared, exchange) &&
    strikes(prepared, identityOf(exchange), exchange.attempt, window.startMs)
  );
}
