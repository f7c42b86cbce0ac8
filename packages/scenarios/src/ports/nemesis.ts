import type { ExchangeEvent, Timeline, UnansweredEvent } from '@gameday/injector';

/** What breaks S3 and mends it. */
export interface Nemesis {
  /** Begins a timeline, its zero being now. */
  start(timeline: Timeline): void;
  /** Ends every fault at once. Called more than once in a run's life; never throws. */
  heal(): void;
  /** How many exchanges each window has struck so far, and how many connections it was seen to leave without an answer. */
  fired(): ReadonlyMap<string, number>;
  /**
   * The windows that no request ever gets through, so that what they strike cannot be counted, or only in part: whether a
   * connection of our own met the fault.
   */
  uncounted(): ReadonlyMap<string, boolean>;
  onExchange(listener: (event: ExchangeEvent) => void): void;
  onUnanswered(listener: (event: UnansweredEvent) => void): void;
}
