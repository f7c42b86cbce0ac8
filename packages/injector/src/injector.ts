import { systemClock, type Clock } from './clock.ts';
import type { ExchangeEvent } from './core/event.ts';
import type { Timeline } from './core/timeline.ts';

/** Where the requests of a region go when no fault strikes. */
export interface RegionUpstream {
  readonly region: string;
  /** An S3 endpoint, `http://127.0.0.1:9000` for example. */
  readonly upstream: string;
  /** The loopback port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
}

export interface InjectorOptions {
  readonly regions: readonly RegionUpstream[];
  /** Every draw derives from it. */
  readonly seed: string;
  readonly clock?: Clock;
  /** Called once for every exchange when it is over. Must not throw. */
  readonly onExchange?: (event: ExchangeEvent) => void;
}

export interface Injector {
  /** Endpoint URL per region name, `http://127.0.0.1:PORT`; the JavaScript SDK chooses path style for it by itself. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** Puts a timeline in force, its zero being now. Exchanges in flight are judged anew at every window's start. */
  start(timeline: Timeline): void;
  /** Ends every fault now; held exchanges are reset, new ones pass through. */
  heal(): void;
  /** How many exchanges each window has struck, by window id; windows that struck none are listed with 0. */
  fired(): ReadonlyMap<string, number>;
  readonly inFlight: number;
  /** Heals, then closes every listener and connection. */
  stop(): Promise<void>;
}

/**
 * Starts one loopback endpoint per region, in pass-through.
 * @throws {Error} where a port is taken (`EADDRINUSE`), naming region and port.
 */
export async function startInjector(options: InjectorOptions): Promise<Injector> {
  const clock = options.clock ?? systemClock;
  throw new Error(`to be built ${clock.now()}`);
}
