import type { Client } from './core/client.ts';
import { cutsInFlight, decide, decideConnection, type Decision, type Effect, type Opening } from './core/decide.ts';
import type { Exchange } from './core/exchange.ts';
import { traitsOf } from './core/fault-traits.ts';
import { prepareTimeline, type PreparedTimeline, type PreparedWindow } from './core/prepared-timeline.ts';
import { RecentWrites } from './core/recent-writes.ts';
import type { FaultWindow, Timeline } from './core/timeline.ts';
import { Edges } from './edges.ts';
import { Occurrences } from './occurrences.ts';
import { passes, type Ruling } from './plane/ruling.ts';
import { ShutDoors, type ShutDoorsParts } from './shut-doors.ts';

export interface RunnerParts extends Omit<ShutDoorsParts, 'count'> {
  readonly seed: string;
}

const nothing: Decision = Object.freeze([]);

/** Whether a window strikes before there is anything to count. */
const turnsAway = ({ window }: PreparedWindow): boolean => traitsOf(window.fault.kind).level === 'listener';

/** One timeline in force, and what it has seen. */
interface Running {
  readonly timeline: PreparedTimeline;
  readonly zeroMs: number;
  readonly occurrences: Occurrences;
  readonly writes: RecentWrites | null;
  /** How many tunnels were opened to each place. */
  readonly tunnels: Map<string, number>;
}

/** Keeps the timeline in force: rules on each exchange as it comes, and acts at the windows' edges. */
export class TimelineRunner {
  readonly #parts: RunnerParts;
  readonly #doors: ShutDoors;
  #running: Running | null = null;
  #edges: Edges | null = null;
  #fired = new Map<string, number>();
  #uncounted = new Map<string, boolean>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#doors = new ShutDoors({ ...parts, count: (windowId, count) => this.#count(windowId, count) });
  }

  start(timeline: Timeline): void {
    this.heal();
    const prepared = prepareTimeline(timeline, timeline.seed ?? this.#parts.seed);
    const edges = prepared.windows.flatMap(({ window }) => [window.startMs, window.endMs]);
    this.#fired = new Map(prepared.windows.map(({ window }) => [window.id, 0]));
    this.#uncounted = new Map(prepared.windows.filter(turnsAway).map(({ window }) => [window.id, false]));
    const { clock } = this.#parts;
    const zeroMs = clock.now();
    this.#running = {
      timeline: prepared,
      zeroMs,
      occurrences: new Occurrences(),
      writes: prepared.remembersWrites ? new RecentWrites() : null,
      tunnels: new Map(),
    };
    const edgesMs = [...new Set(edges)].toSorted((a, b) => a - b);
    this.#edges = new Edges({ clock, zeroMs, edgesMs, atEdge: (edgeMs) => this.#atEdge(prepared, edgeMs) });
    this.#edges.pass();
  }

  heal(): void {
    this.#edges?.end();
    this.#running = null;
    this.#doors.openAll();
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

  /** Cuts what a window that begins now strikes in flight, shuts and opens doors, and has those that are shut proved. */
  #atEdge(timeline: PreparedTimeline, edgeMs: number): void {
    const beginning = timeline.windows.filter(({ window }) => window.startMs === edgeMs);
    for (const prepared of beginning) this.#cut(timeline, prepared);
    this.#doors.follow(timeline, edgeMs);
    for (const prepared of beginning) if (turnsAway(prepared)) void this.#prove(timeline, prepared.window);
  }

  #cut(timeline: PreparedTimeline, prepared: PreparedWindow): void {
    const { id, startMs, fault } = prepared.window;
    const struck = this.#parts.registry.where(
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

  async #prove(timeline: PreparedTimeline, window: FaultWindow): Promise<void> {
    const isInForce = (): boolean => this.#running?.timeline === timeline;
    if (await this.#doors.prove(window, isInForce)) this.#uncounted.set(window.id, true);
  }
}
