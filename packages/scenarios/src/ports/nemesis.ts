import type { ExchangeEvent, Timeline, UnansweredEvent } from '@gameday/injector';
import type { EntryOf } from '@gameday/reporter/journal';

/** What each window of the timeline has done, by its id. */
export interface Accounting {
  /** How many exchanges each has struck, and how many connections it was seen to leave without an answer. */
  readonly fired: ReadonlyMap<string, number>;
  /**
   * The windows that no request ever gets through, so that what they strike cannot be counted, or only in part: whether a
   * connection of our own met the fault.
   */
  readonly uncounted: ReadonlyMap<string, boolean>;
}

type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 't'> : never;
/** What a nemesis in another process has to say of itself. */
export type NemesisEntry = Untimed<EntryOf<'injector.reading'> | EntryOf<'exchanges.lost'> | EntryOf<'lease.expired'>>;

/** What breaks S3 and mends it. */
export interface Nemesis {
  /** Begins a timeline, its zero being now. */
  start(timeline: Timeline): void;
  /** Ends every fault at once. Called more than once in a run's life; never throws. */
  heal(): void;
  /**
   * What the windows have done by now, told after every exchange that is over by now. Resolves within seconds, also
   * where the nemesis is gone; never rejects.
   */
  account(): Promise<Accounting>;
  /** Told of each exchange when it is over, on the clock of this process. */
  onExchange(listener: (event: ExchangeEvent) => void): void;
  /** Told of each connection that a black hole left without an answer, when it is over. */
  onUnanswered(listener: (event: UnansweredEvent) => void): void;
  onEntry(listener: (entry: NemesisEntry) => void): void;
  /** Called at most once: it cannot do what the run asks of it, and why. */
  onFailed(listener: (detail: string) => void): void;
}

/** An injector in another process cannot be used for the run. */
export class InjectorError extends Error {
  override readonly name = 'InjectorError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
