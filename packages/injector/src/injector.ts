import { systemClock, type Clock } from './clock.ts';
import { checkTimeline } from './core/check-timeline.ts';
import type { ExchangeEvent } from './core/event.ts';
import { draw, hashText, streamOf } from './core/random.ts';
import { answerIds, errorAnswer, s3Error } from './core/s3-error.ts';
import type { Timeline } from './core/timeline.ts';
import { openEndpointDoor, type Door } from './plane/endpoint-door.ts';
import { createHandler, type Handler } from './plane/handle.ts';
import type { LiveExchange } from './plane/live-exchange.ts';
import { toEvent } from './plane/observation.ts';
import { createRegistry } from './plane/registry.ts';
import { openUpstream, type Upstream } from './plane/upstream.ts';
import type { ErrorAnswers } from './plane/wire.ts';
import { TimelineRunner } from './timeline-runner.ts';

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
  /**
   * Puts a timeline in force, its zero being now. Exchanges in flight are judged anew at every window's start.
   * @throws {Error} where the timeline has problems (see `checkTimeline`) or names a region that has no endpoint here
   */
  start(timeline: Timeline): void;
  /**
   * Ends every fault now; new exchanges pass through. What silence holds is reset, errors that were still due are
   * answered, delayed answers go out. The same happens at the end of a window to what that window holds.
   */
  heal(): void;
  /**
   * How many exchanges each window has struck, by window id; windows that struck none are listed with 0. A connection
   * that `refuse` turned away never became an exchange and is not counted.
   */
  fired(): ReadonlyMap<string, number>;
  readonly inFlight: number;
  /** Heals, then closes every listener and connection. */
  stop(): Promise<void>;
}

/** S3's error answers, their ids drawn from the seed like everything else. */
function errorAnswersOf(seed: string): ErrorAnswers {
  const stream = streamOf(seed, 'answer ids');
  return (code, exchange) => {
    const error = s3Error(code);
    if (error === undefined) throw new Error(`S3 has no error code ${code}`);
    const identity = hashText(exchange.invocation);
    return errorAnswer(error, {
      method: exchange.method,
      bucket: exchange.bucket,
      key: exchange.key,
      date: new Date().toUTCString(),
      ...answerIds((index) => draw(stream, identity, exchange.attempt, index)),
    });
  };
}

/** Fills `doors` with an endpoint per region, or opens none. */
async function openDoors(doors: Map<string, Door>, regions: readonly RegionUpstream[], handle: Handler): Promise<void> {
  for (const { region, port = 0 } of regions) {
    try {
      doors.set(region, await openEndpointDoor(region, port, handle));
    } catch (error) {
      await Promise.all([...doors.values()].map((door) => door.close()));
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`the endpoint of ${region} cannot listen on 127.0.0.1:${port}: ${cause}`, { cause: error });
    }
  }
}

function openUpstreams(regions: readonly RegionUpstream[]): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const { region, upstream } of regions) {
    if (upstreams.has(region)) throw new Error(`region ${region} is given twice`);
    upstreams.set(region, openUpstream(region, upstream));
  }
  return upstreams;
}

function refuseBadTimeline(timeline: Timeline, served: ReadonlyMap<string, unknown>): void {
  const strangers = timeline.windows.flatMap(({ id, where }) =>
    where.regions
      .filter((region) => !served.has(region))
      .map((region) => `window ${id}: no endpoint serves ${region}; there are ${[...served.keys()].join(', ')}`),
  );
  const problems = [...checkTimeline(timeline), ...strangers];
  if (problems.length > 0) throw new Error(`the timeline cannot be started:\n${problems.join('\n')}`);
}

/**
 * Starts one loopback endpoint per region, in pass-through.
 * @throws {Error} where a port is taken (`EADDRINUSE`), naming region and port, or an upstream is not an endpoint.
 */
export async function startInjector(options: InjectorOptions): Promise<Injector> {
  const { regions, seed, onExchange, clock = systemClock } = options;
  const registry = createRegistry();
  const upstreams = openUpstreams(regions);
  const doors = new Map<string, Door>();
  const runner = new TimelineRunner({ clock, seed, registry, doors });
  const onOver = (live: LiveExchange): void => {
    registry.delete(live);
    doors.get(live.exchange.region)?.exchangeOver(live.socket);
    onExchange?.(toEvent(live));
  };
  const handle = createHandler({
    clock,
    registry,
    upstreams,
    onOver,
    errorAnswers: errorAnswersOf(seed),
    rule: (exchange) => runner.rule(exchange),
  });
  await openDoors(doors, regions, handle);

  return {
    endpoints: new Map([...doors].map(([region, door]) => [region, door.url])),
    start: (timeline) => {
      refuseBadTimeline(timeline, doors);
      runner.start(timeline);
    },
    heal: () => runner.heal(),
    fired: () => runner.fired(),
    get inFlight() {
      return registry.size;
    },
    stop: async () => {
      runner.heal();
      for (const live of registry.where(() => true)) live.outgoing?.destroy();
      await Promise.all([...doors.values()].map((door) => door.close()));
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}
