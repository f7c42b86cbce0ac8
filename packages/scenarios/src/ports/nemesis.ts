import type { ExchangeEvent, Timeline } from '@gameday/injector';

/** What breaks S3 and mends it. */
export interface Nemesis {
  /** Begins a timeline, its zero being now. */
  start(timeline: Timeline): void;
  /** Ends every fault at once. Called more than once in a run's life; never throws. */
  heal(): void;
  /** How many exchanges each window has struck so far. */
  fired(): ReadonlyMap<string, number>;
  /**
   * The windows whose strikes nothing can count, because no request ever comes of them: whether a connection of our own
   * met the fault.
   */
  uncounted(): ReadonlyMap<string, boolean>;
  onExchange(listener: (event: ExchangeEvent) => void): void;
}
