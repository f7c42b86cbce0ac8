import type { Socket } from 'node:net';
import { systemClock, type Clock } from './clock.ts';
import { checkTimeline } from './core/check-timeline.ts';
import type { ExchangeEvent } from './core/event.ts';
import { draw, hashText, streamOf } from './core/random.ts';
import { answerIds } from './core/s3-error.ts';
import type { Timeline } from './core/timeline.ts';
import type { UnansweredEvent } from './core/unanswered.ts';
import type { Armed } from './plane/admission.ts';
import type { Authority } from './plane/authority.ts';
import { openEndpointDoor, type Door } from './plane/endpoint-door.ts';
import { openFastPath } from './plane/fast/fast-path.ts';
import { createHandler, type Handler, type HandlerParts } from './plane/handle.ts';
import type { AnswerContext, InFlight } from './plane/in-flight.ts';
import type { MitmDoor } from './plane/mitm-door.ts';
import { toEvent } from './plane/observation.ts';
import { createRecogniser } from './plane/recogniser.ts';
import { createRegistry } from './plane/registry.ts';
import { openUpstream, type Upstream } from './plane/upstream.ts';
import type { RuleTunnel } from './plane/tunnels.ts';
import { TimelineRunner } from './timeline-runner.ts';

/** Where the requests of a region go when no fault strikes. */
export interface RegionUpstream {
  readonly region: string;
  /** An S3 endpoint, `http://127.0.0.1:9000` for example. */
  readonly upstream: string;
  /**
   * What of the upstream may be touched: needed where it is not on this machine, for then its data is somebody's. With
   * it, requests that come to the endpoint are signed anew with the user's keys; those that come through the proxy keep
   * their own signature.
   */
  readonly arm?: Armed;
  /** The loopback port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
}

/** What an injector stands before, and how. */
export interface InjectorOptions {
  readonly regions: readonly RegionUpstream[];
  /** Every draw derives from it. */
  readonly seed: string;
  /** Also opens a proxy that intercepts TLS, on this loopback port; 0 takes a free one. Left out, there is none. */
  readonly proxyPort?: number;
  /** What the proxy signs its certificates with. Left out, it makes a new one. */
  readonly authority?: Authority;
  readonly clock?: Clock;
  /** Called once for every exchange when it is over. Must not throw. */
  readonly onExchange?: (event: ExchangeEvent) => void;
  /**
   * Called once for every connection that a client tried to make during a `black-hole` and that got no answer, when that
   * is over. Seen in Linux's table of sockets, ten times a second: one that gave up sooner, and one from another network
   * namespace, is missed. Must not throw.
   */
  readonly onUnanswered?: (event: UnansweredEvent) => void;
}

/**
 * A way in for clients whose endpoint cannot be changed: HTTP, CONNECT, TLS by SNI and SOCKS on one loopback port. The
 * region of a request is told by its host or its signature; traffic that is not for S3 passes untouched. A shared port
 * cannot refuse connections for one region: `refuse` resets there.
 */
export interface InterceptingProxy {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The certificate authority of this run in PEM, for `AWS_CA_BUNDLE` or `NODE_EXTRA_CA_CERTS`. */
  readonly caCertificate: string;
}

/** An injector that runs. */
export interface Injector {
  /** Endpoint URL per region name, `http://127.0.0.1:PORT`; the JavaScript SDK chooses path style for it by itself. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** The origin of the S3 behind each region. */
  readonly upstreams: ReadonlyMap<string, string>;
  /** The intercepting proxy, where one was asked for. */
  readonly proxy: InterceptingProxy | null;
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
   * How many exchanges each window has struck, by window id; windows that struck none are listed with 0. To those of a
   * `black-hole` the connections are added that it was seen to leave without an answer (see `onUnanswered`). A connection
   * that `refuse` turned away is not counted: see `uncounted`.
   */
  fired(): ReadonlyMap<string, number>;
  /**
   * The windows that turn connections away before there is anything to count (`refuse`, `black-hole`), by id: whether a
   * connection of the injector's own, made at the window's start, was turned away. Such a window was in force whatever
   * `fired` says.
   */
  uncounted(): ReadonlyMap<string, boolean>;
  readonly inFlight: number;
  /** Regions whose upstream is armed: what is there is somebody's. */
  readonly armed: readonly string[];
  /** Heals, then closes every listener and connection. */
  stop(): Promise<void>;
}

/** What S3's own answers say, their ids drawn from the seed like everything else. */
function answerContextOf(seed: string): AnswerContext {
  const stream = streamOf(seed, 'answer ids');
  return ({ method, bucket, key, invocation, attempt }) => {
    const identity = hashText(invocation);
    const date = new Date().toUTCString();
    return { method, bucket, key, date, ...answerIds((index) => draw(stream, identity, attempt, index)) };
  };
}

async function cannotListen(what: string, port: number, error: unknown, opened: Iterable<Door>): Promise<never> {
  await Promise.all([...opened].map((door) => door.close()));
  const cause = error instanceof Error ? error.message : String(error);
  throw new Error(`${what} cannot listen on 127.0.0.1:${port}: ${cause}`, { cause: error });
}

/** Fills `doors` with an endpoint per region, or opens none. */
async function openDoors(
  doors: Map<string, Door>,
  regions: readonly RegionUpstream[],
  handle: Handler,
  parts: HandlerParts,
): Promise<void> {
  for (const { region, port = 0 } of regions) {
    const upstream = parts.upstreams.get(region)?.bare ?? null;
    const fast =
      upstream === null
        ? null
        : (toNodeHttp: (socket: Socket) => void) => openFastPath({ ...parts, region, upstream, toNodeHttp });
    try {
      doors.set(region, await openEndpointDoor(region, { port, handle, openFastPath: fast }));
    } catch (error) {
      await cannotListen(`the endpoint of ${region}`, port, error, doors.values());
    }
  }
}

async function openProxy(
  { proxyPort: port = 0, authority }: InjectorOptions,
  handle: Handler,
  ruleTunnel: RuleTunnel,
  doors: ReadonlyMap<string, Door>,
): Promise<MitmDoor> {
  try {
    // Loaded only where it is asked for: it takes a third of a second.
    const { openMitmDoor } = await import('./plane/mitm-door.ts');
    const { createAuthority } = await import('./plane/authority.ts');
    return await openMitmDoor(port, handle, ruleTunnel, authority ?? (await createAuthority()));
  } catch (error) {
    return cannotListen('the proxy', port, error, doors.values());
  }
}

function openUpstreams(regions: readonly RegionUpstream[]): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const { region, upstream, arm } of regions) {
    if (upstreams.has(region)) throw new Error(`region ${region} is given twice`);
    upstreams.set(region, openUpstream(region, upstream, arm));
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
 * @throws {Error} where a port is taken (`EADDRINUSE`), naming region and port, or an upstream is not an endpoint, or is
 * not on this machine and the injector is not armed for it
 */
export async function startInjector(options: InjectorOptions): Promise<Injector> {
  const { regions, seed, proxyPort, onExchange, onUnanswered = () => {}, clock = systemClock } = options;
  const registry = createRegistry();
  const upstreams = openUpstreams(regions);
  const doors = new Map<string, Door>();
  const runner = new TimelineRunner({ clock, seed, registry, doors, onUnanswered });
  const onOver = (live: InFlight): void => {
    registry.delete(live);
    doors.get(live.exchange.region)?.exchangeOver(live.socket);
    onExchange?.(toEvent(live));
  };
  const parts: HandlerParts = {
    clock,
    registry,
    upstreams,
    onOver,
    contextOf: answerContextOf(seed),
    recognise: createRecogniser(),
    rule: (exchange, client) => runner.rule(exchange, client),
  };
  const handle = createHandler(parts);
  await openDoors(doors, regions, handle, parts);
  const ruleTunnel: RuleTunnel = (opening, place) => runner.ruleTunnel(opening, place);
  const mitmDoor = proxyPort === undefined ? null : await openProxy(options, handle, ruleTunnel, doors);

  return {
    endpoints: new Map([...doors].map(([region, door]) => [region, door.url])),
    upstreams: new Map(regions.map(({ region, upstream }) => [region, new URL(upstream).origin])),
    proxy: mitmDoor === null ? null : { url: mitmDoor.url, caCertificate: mitmDoor.caCertificate },
    start: (timeline) => {
      refuseBadTimeline(timeline, doors);
      runner.start(timeline);
    },
    heal: () => runner.heal(),
    fired: () => runner.fired(),
    uncounted: () => runner.uncounted(),
    get inFlight() {
      return registry.size;
    },
    armed: regions.filter(({ arm }) => arm !== undefined).map(({ region }) => region),
    stop: async () => {
      runner.heal();
      for (const live of registry.where(() => true)) live.end();
      await Promise.all([...doors.values(), ...(mitmDoor === null ? [] : [mitmDoor])].map((door) => door.close()));
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}
