import type { Clock } from './clock.ts';
import type { Client } from './core/client.ts';
import { cutsInFlight, decide, decideConnection, type Decision, type Effect, type Opening } from './core/decide.ts';
import type { Exchange } from './core/exchange.ts';
import { traitsOf } from './core/fault-traits.ts';
import { prepareTimeline, type PreparedTimeline, type PreparedWindow } from './core/prepared-timeline.ts';
import { RecentWrites } from './core/recent-writes.ts';
import type { FaultWindow, Timeline } from './core/timeline.ts';
import type { UnansweredEvent } from './core/unanswered.ts';
import { Occurrences } from './occurrences.ts';
import { hasBlackHoles } from './plane/black-hole.ts';
import type { Door, DoorState } from './plane/endpoint-door.ts';
import type { Registry } from './plane/registry.ts';
import { passes, type Ruling } from './plane/ruling.ts';
import { watchUnanswered } from './plane/unanswered-watch.ts';

/** The longest delay that Node's timers can take. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export interface RunnerParts {
  readonly clock: Clock;
  readonly seed: string;
  readonly registry: Registry;
  /** The endpoint of each region. */
  readonly doors: ReadonlyMap<string, Door>;
  /** Called once for every connection that a closed door was seen to leave without an answer, when that is over. */
  readonly onUnanswered: (event: UnansweredEvent) => void;
}

const nothing: Decision = Object.freeze([]);
const noSockets: ReadonlySet<never> = new Set();

/** How often a window that takes connections away is probed; its door may still be on its way. */
const PROBES_MAX = 3;

/** Whether a window strikes before there is anything to count. */
const turnsAway = ({ window }: PreparedWindow): boolean => traitsOf(window.fault.kind).level === 'listener';

/** One timeline in force: where it stands, and what is due at its edges. */
interface Running {
  readonly timeline: PreparedTimeline;
  readonly zeroMs: number;
  readonly edgesMs: readonly number[];
  readonly occurrences: Occurrences;
  readonly writes: RecentWrites | null;
  /** How many tunnels were opened to each place. */
  readonly tunnels: Map<string, number>;
  /** How many of the edges have been dealt with. */
  edgesPassed: number;
}

/** Keeps the timeline in force: rules on each exchange as it comes, and acts at the windows' edges. */
export class TimelineRunner {
  readonly #parts: RunnerParts;
  #running: Running | null = null;
  #cancelEdge: () => void = () => {};
  #fired = new Map<string, number>();
  #uncounted = new Map<string, boolean>();
  /** By region whose door drops what comes: the window that does it, and how to stop watching. */
  readonly #dropping = new Map<string, { readonly windowId: string; readonly stop: () => void }>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(timeline: Timeline): void {
    this.heal();
    const prepared = prepareTimeline(timeline, timeline.seed ?? this.#parts.seed);
    const edges = prepared.windows.flatMap(({ window }) => [window.startMs, window.endMs]);
    this.#fired = new Map(prepared.windows.map(({ window }) => [window.id, 0]));
    this.#uncounted = new Map(prepared.windows.filter(turnsAway).map(({ window }) => [window.id, false]));
    this.#running = {
      timeline: prepared,
      zeroMs: this.#parts.clock.now(),
      edgesMs: [...new Set(edges)].toSorted((a, b) => a - b),
      occurrences: new Occurrences(),
      writes: prepared.remembersWrites ? new RecentWrites() : null,
      tunnels: new Map(),
      edgesPassed: 0,
    };
    this.#passEdges();
  }

  heal(): void {
    this.#cancelEdge();
    this.#running = null;
    for (const [region, door] of this.#parts.doors) {
      this.#watch(region, door, null);
      door.become('open', noSockets);
    }
    for (const live of this.#parts.registry.where(() => true)) live.release();
  }

  fired(): ReadonlyMap<string, number> {
    return new Map(this.#fired);
  }

  uncounted(): ReadonlyMap<string, boolean> {
    return new Map(this.#uncounted);
  }

  /** What befalls an exchange that begins now. */
  rule(exchange: Exchange, client: Client): Ruling {
    const running = this.#running;
    if (running === null) return { ...passes, exchange };
    const { timeline, zeroMs, occurrences, writes } = running;
    const elapsedMs = this.#parts.clock.now() - zeroMs;
    const touched = timeline.regions.has(exchange.region);
    const counted = touched ? occurrences.count(exchange) : exchange;
    const decision = touched ? decide(timeline, counted, elapsedMs, { client, writes }) : nothing;
    for (const { windowId } of decision) this.#count(windowId);
    return { exchange: counted, client, decision, writes, zeroMs, elapsedMs, timeline };
  }

  /** What befalls a tunnel that is being opened to a place (`host:port`). */
  ruleTunnel(opening: Omit<Opening, 'occurrence'>, place: string): Effect | null {
    const running = this.#running;
    if (running === null || !running.timeline.connections.has(opening.region)) return null;
    const { timeline, zeroMs, tunnels } = running;
    const occurrence = (tunnels.get(place) ?? 0) + 1;
    tunnels.set(place, occurrence);
    const strike = decideConnection(timeline, { ...opening, occurrence }, this.#parts.clock.now() - zeroMs);
    if (strike !== null) this.#count(strike.windowId);
    return strike?.effect ?? null;
  }

  #count(windowId: string, count = 1): void {
    this.#fired.set(windowId, (this.#fired.get(windowId) ?? 0) + count);
  }

  /** Sees to it that what a door drops is counted for the window that makes it drop, or for none. */
  #watch(region: string, door: Door, windowId: string | null): void {
    const watched = this.#dropping.get(region);
    if ((watched?.windowId ?? null) === windowId) return;
    watched?.stop();
    this.#dropping.delete(region);
    if (windowId === null || !hasBlackHoles) return;
    const stop = watchUnanswered(Number(new URL(door.url).port), this.#parts.clock, {
      begun: (count) => this.#count(windowId, count),
      over: (attempt) => this.#parts.onUnanswered({ ...attempt, region, windowId }),
    });
    this.#dropping.set(region, { windowId, stop });
  }

  /** Deals with every edge that time has passed, then waits for the next. */
  #passEdges(): void {
    const running = this.#running;
    if (running === null) return;
    const { clock } = this.#parts;
    const elapsedMs = clock.now() - running.zeroMs;
    let edge = running.edgesMs[running.edgesPassed];
    while (edge !== undefined && edge <= elapsedMs) {
      running.edgesPassed += 1;
      this.#atEdge(running, edge);
      edge = running.edgesMs[running.edgesPassed];
    }
    if (edge === undefined) return;
    const delayMs = Math.max(1, Math.min(edge - elapsedMs, TIMER_MAX_MS));
    this.#cancelEdge = clock.schedule(delayMs, () => this.#passEdges());
  }

  /** Connects as a client would, where clients that are turned away cannot be counted. */
  async #prove(timeline: PreparedTimeline, { id, fault, where }: FaultWindow): Promise<void> {
    const expected = fault.kind === 'refuse' ? 'refused' : 'dropped';
    const doors = where.regions.flatMap((region) => this.#parts.doors.get(region) ?? []);
    for (let tries = 0; tries < PROBES_MAX; tries += 1) {
      const receptions = await Promise.all(doors.map((door) => door.probe()));
      if (this.#running?.timeline !== timeline) return;
      if (receptions.every((reception) => reception === expected)) {
        this.#uncounted.set(id, true);
        return;
      }
    }
  }

  #atEdge({ timeline }: Running, edgeMs: number): void {
    const shut = new Map<string, { readonly state: DoorState; readonly windowId: string }>();
    for (const { window } of timeline.windows.toReversed()) {
      const inForce = window.startMs <= edgeMs && edgeMs < window.endMs;
      const { kind } = window.fault;
      if (!inForce || (kind !== 'refuse' && kind !== 'black-hole')) continue;
      const by = { state: kind === 'refuse' ? 'refuse' : 'drop', windowId: window.id } as const;
      for (const region of window.where.regions) shut.set(region, by);
    }
    const { doors, registry } = this.#parts;
    for (const prepared of timeline.windows) {
      const { id, startMs, fault } = prepared.window;
      if (startMs !== edgeMs) continue;
      const struck = registry.where(
        ({ ruling, isOver }) =>
          !isOver &&
          (ruling.timeline !== timeline || ruling.elapsedMs < startMs) &&
          cutsInFlight(prepared, ruling.exchange, ruling.client),
      );
      for (const live of struck) {
        live.cut(id, fault.kind);
        this.#count(id);
      }
    }
    for (const [region, door] of doors) {
      const { state, windowId } = shut.get(region) ?? { state: 'open', windowId: null };
      this.#watch(region, door, state === 'drop' ? windowId : null);
      door.become(state, state === 'refuse' ? registry.sockets() : noSockets);
    }
    for (const prepared of timeline.windows) {
      if (prepared.window.startMs === edgeMs && turnsAway(prepared)) void this.#prove(timeline, prepared.window);
    }
  }
}
