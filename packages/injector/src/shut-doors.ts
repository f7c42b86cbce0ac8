import type { Clock } from './clock.ts';
import type { PreparedTimeline } from './core/prepared-timeline.ts';
import type { FaultWindow } from './core/timeline.ts';
import type { UnansweredEvent } from './core/unanswered.ts';
import { hasBlackHoles } from './plane/black-hole.ts';
import type { Door, DoorState } from './plane/endpoint-door.ts';
import type { Registry } from './plane/registry.ts';
import { watchUnanswered } from './plane/unanswered-watch.ts';

export interface ShutDoorsParts {
  readonly clock: Clock;
  readonly registry: Registry;
  /** The endpoint of each region. */
  readonly doors: ReadonlyMap<string, Door>;
  /** Called once for every connection that a closed door was seen to leave without an answer, when that is over. */
  readonly onUnanswered: (event: UnansweredEvent) => void;
  /** A window has left so many connections more without an answer. */
  readonly count: (windowId: string, count: number) => void;
}

/** How a door is shut, and by which window. */
interface Shut {
  readonly state: DoorState;
  readonly windowId: string;
}

const noSockets: ReadonlySet<never> = new Set();
/** How often a window that takes connections away is probed; its door may still be on its way. */
const PROBES_MAX = 3;

/** What shuts doors at an edge, by region; of several windows the first. */
function shutAt({ windows }: PreparedTimeline, edgeMs: number): ReadonlyMap<string, Shut> {
  const shut = new Map<string, Shut>();
  for (const { window } of windows.toReversed()) {
    const inForce = window.startMs <= edgeMs && edgeMs < window.endMs;
    const { kind } = window.fault;
    if (!inForce || (kind !== 'refuse' && kind !== 'black-hole')) continue;
    const by: Shut = { state: kind === 'refuse' ? 'refuse' : 'drop', windowId: window.id };
    for (const region of window.where.regions) shut.set(region, by);
  }
  return shut;
}

/** Shuts and opens the endpoints as a timeline has it, and watches what the shut ones leave without an answer. */
export class ShutDoors {
  readonly #parts: ShutDoorsParts;
  /** By region whose door drops what comes: the window that does it, and how to stop watching. */
  readonly #dropping = new Map<string, { readonly windowId: string; readonly stop: () => void }>();

  constructor(parts: ShutDoorsParts) {
    this.#parts = parts;
  }

  openAll(): void {
    for (const [region, door] of this.#parts.doors) {
      this.#watch(region, door, null);
      door.become('open', noSockets);
    }
  }

  follow(timeline: PreparedTimeline, edgeMs: number): void {
    const { doors, registry } = this.#parts;
    const shut = shutAt(timeline, edgeMs);
    for (const [region, door] of doors) {
      const { state, windowId } = shut.get(region) ?? { state: 'open', windowId: null };
      this.#watch(region, door, state === 'drop' ? windowId : null);
      door.become(state, state === 'refuse' ? registry.sockets() : noSockets);
    }
  }

  /**
   * Connects as a client would, where clients that are turned away cannot be counted.
   * @param isInForce asked after every try: false ends them
   * @returns whether the window's doors turned it away
   */
  async prove({ fault, where }: FaultWindow, isInForce: () => boolean): Promise<boolean> {
    const expected = fault.kind === 'refuse' ? 'refused' : 'dropped';
    const doors = where.regions.flatMap((region) => this.#parts.doors.get(region) ?? []);
    for (let tries = 0; tries < PROBES_MAX; tries += 1) {
      const receptions = await Promise.all(doors.map((door) => door.probe()));
      if (!isInForce()) return false;
      if (receptions.every((reception) => reception === expected)) return true;
    }
    return false;
  }

  /** Sees to it that what a door drops is counted for the window that makes it drop, or for none. */
  #watch(region: string, door: Door, windowId: string | null): void {
    const watched = this.#dropping.get(region);
    if ((watched?.windowId ?? null) === windowId) return;
    watched?.stop();
    this.#dropping.delete(region);
    if (windowId === null || !hasBlackHoles) return;
    const { clock, count, onUnanswered } = this.#parts;
    const stop = watchUnanswered(Number(new URL(door.url).port), clock, {
      begun: (attempts) => count(windowId, attempts),
      over: (attempt) => onUnanswered({ ...attempt, region, windowId }),
    });
    this.#dropping.set(region, { windowId, stop });
  }
}
