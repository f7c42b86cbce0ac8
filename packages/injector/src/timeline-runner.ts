import type { Clock } from './clock.ts';
import { cutsInFlight, decide, type Decision } from './core/decide.ts';
import type { Exchange } from './core/exchange.ts';
import { prepareTimeline, type PreparedTimeline } from './core/prepared-timeline.ts';
import type { Timeline } from './core/timeline.ts';
import { Occurrences } from './occurrences.ts';
import type { Door } from './plane/endpoint-door.ts';
import type { Ruling } from './plane/live-exchange.ts';
import type { Registry } from './plane/registry.ts';
import { shutsDoor } from './toxics/registry.ts';

/** The longest delay that Node's timers can take. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export interface RunnerParts {
  readonly clock: Clock;
  readonly seed: string;
  readonly registry: Registry;
  /** The endpoint of each region. */
  readonly doors: ReadonlyMap<string, Door>;
}

const nothing: Decision = Object.freeze([]);

/** One timeline in force: where it stands, and what is due at its edges. */
interface Running {
  readonly timeline: PreparedTimeline;
  readonly zeroMs: number;
  readonly edgesMs: readonly number[];
  readonly occurrences: Occurrences;
  /** How many of the edges have been dealt with. */
  edgesPassed: number;
}

/** Keeps the timeline in force: rules on each exchange as it comes, and acts at the windows' edges. */
export class TimelineRunner {
  readonly #parts: RunnerParts;
  #running: Running | null = null;
  #cancelEdge: () => void = () => {};
  #fired = new Map<string, number>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(timeline: Timeline): void {
    this.heal();
    const prepared = prepareTimeline(timeline, this.#parts.seed);
    const edges = prepared.windows.flatMap(({ window }) => [window.startMs, window.endMs]);
    this.#fired = new Map(prepared.windows.map(({ window }) => [window.id, 0]));
    this.#running = {
      timeline: prepared,
      zeroMs: this.#parts.clock.now(),
      edgesMs: [...new Set(edges)].toSorted((a, b) => a - b),
      occurrences: new Occurrences(),
      edgesPassed: 0,
    };
    this.#passEdges();
  }

  heal(): void {
    this.#cancelEdge();
    this.#running = null;
    for (const door of this.#parts.doors.values()) door.reopen();
    for (const live of this.#parts.registry.where(() => true)) live.release();
  }

  fired(): ReadonlyMap<string, number> {
    return new Map(this.#fired);
  }

  /** What befalls an exchange that begins now. */
  rule(exchange: Exchange): Ruling {
    const running = this.#running;
    if (running === null) return { exchange, decision: nothing, zeroMs: 0, elapsedMs: 0, timeline: null };
    const { timeline, zeroMs, occurrences } = running;
    const elapsedMs = this.#parts.clock.now() - zeroMs;
    const touched = timeline.regions.has(exchange.region);
    const counted = touched ? occurrences.count(exchange) : exchange;
    const decision = touched ? decide(timeline, counted, elapsedMs) : nothing;
    for (const { windowId } of decision) this.#count(windowId);
    return { exchange: counted, decision, zeroMs, elapsedMs, timeline };
  }

  #count(windowId: string): void {
    this.#fired.set(windowId, (this.#fired.get(windowId) ?? 0) + 1);
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

  #atEdge({ timeline }: Running, edgeMs: number): void {
    const shut = new Set<string>();
    for (const { window } of timeline.windows) {
      const inForce = window.startMs <= edgeMs && edgeMs < window.endMs;
      if (inForce && shutsDoor(window.fault.kind)) for (const region of window.where.regions) shut.add(region);
    }
    const { doors, registry } = this.#parts;
    for (const prepared of timeline.windows) {
      const { id, startMs, fault } = prepared.window;
      if (startMs !== edgeMs) continue;
      const struck = registry.where(
        ({ ruling, isOver }) =>
          !isOver &&
          (ruling.timeline !== timeline || ruling.elapsedMs < startMs) &&
          cutsInFlight(prepared, ruling.exchange),
      );
      for (const live of struck) {
        live.cut(id, fault.kind);
        this.#count(id);
      }
    }
    for (const [region, door] of doors) {
      if (shut.has(region)) door.shut(registry.sockets());
      else door.reopen();
    }
  }
}
