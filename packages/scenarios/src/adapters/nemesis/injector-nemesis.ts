import { startInjector, type ExchangeEvent, type RegionUpstream, type UnansweredEvent } from '@gameday/injector';
import type { Nemesis } from '../../ports/nemesis.ts';

export interface InjectorNemesis extends Nemesis {
  /** Where the app finds S3, per region. */
  readonly endpoints: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/**
 * The injector of this process as the nemesis. Its faults live in the runner's memory, so they cannot outlive it.
 */
export async function startInjectorNemesis(regions: readonly RegionUpstream[], seed: string): Promise<InjectorNemesis> {
  const listeners: ((event: ExchangeEvent) => void)[] = [];
  const unansweredListeners: ((event: UnansweredEvent) => void)[] = [];
  const injector = await startInjector({
    regions,
    seed,
    onExchange: (event) => {
      for (const listener of listeners) listener(event);
    },
    onUnanswered: (event) => {
      for (const listener of unansweredListeners) listener(event);
    },
  });
  return {
    endpoints: injector.endpoints,
    start: (timeline) => injector.start(timeline),
    heal: () => injector.heal(),
    account: () => Promise.resolve({ fired: injector.fired(), uncounted: injector.uncounted() }),
    stop: () => injector.stop(),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    onUnanswered: (listener) => {
      unansweredListeners.push(listener);
    },
    // It goes with the run: there is nothing to say of it, and nothing of it can fail alone.
    onEntry: () => {},
    onFailed: () => {},
  };
}
