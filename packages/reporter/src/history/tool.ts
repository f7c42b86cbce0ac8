import type { EntryOf } from '../journal/entry.ts';
import { Latencies } from '../statistics/latencies.ts';

/**
 * Gameday stood still for so long, in its event loop or between the moment at which a request was due and the one at
 * which it left: what was slow then may be Gameday's fault and is not laid to the app. A fifth of the second that the
 * checkers take for prompt. [our choice]
 */
export const STALL_MS = 200;
/** Readings come once a second: a stall lies anywhere between two of them. */
const READING_EVERY_MS = 1_000;
/** One stall marks at most so many seconds, all of them together at most so many. */
const SECONDS_A_STALL_MAX = 120;
const SECONDS_MAX = 100_000;
/** So many operations are told apart. */
const OPERATIONS_MAX = 50;

/** How Gameday itself was doing while it measured. */
export class ToolFold {
  readings = 0;
  rssBytesMax = 0;
  loopDelayMsMax = 0;
  inFlightMax = 0;
  unsent = 0;
  /** S3 requests that the injector, in another process, could not tell of. */
  exchangesLost = 0;
  /** How far off the times of its exchanges may be. */
  clockErrorMsMax = 0;
  /** By operation: requests that the S3 behind Gameday answered 501 NotImplemented, of its own accord. */
  readonly notImplemented = new Map<string, number>();
  /** Intended to sent, in the baseline: later on the app's own hangs may hold the sockets. */
  readonly sendLag = new Latencies();
  /** Seconds since the run began in which Gameday stood still. */
  readonly #stalled = new Set<number>();

  addReading(entry: EntryOf<'tool.reading'>): void {
    this.readings += 1;
    this.rssBytesMax = Math.max(this.rssBytesMax, entry.rssBytes);
    this.loopDelayMsMax = Math.max(this.loopDelayMsMax, entry.loopDelayMsMax);
    this.inFlightMax = Math.max(this.inFlightMax, entry.inFlight);
    if (entry.loopDelayMsMax > STALL_MS) this.#stall(entry.t - READING_EVERY_MS - entry.loopDelayMsMax, entry.t);
  }

  addLost({ exchanges }: EntryOf<'exchanges.lost'>): void {
    // Where nobody knows how many, it was one at least.
    this.exchangesLost += exchanges ?? 1;
  }

  addInjectorReading({ errorMs }: EntryOf<'injector.reading'>): void {
    this.clockErrorMsMax = Math.max(this.clockErrorMsMax, errorMs);
  }

  addWork(entry: EntryOf<'work.request'>, inBaseline: boolean): void {
    if (entry.sent === null) {
      this.unsent += 1;
      return;
    }
    const lag = entry.sent - entry.intended;
    if (inBaseline) this.sendLag.record(lag);
    if (lag > STALL_MS) this.#stall(entry.intended, entry.sent);
  }

  addExchange({ operation, status, fault }: EntryOf<'s3.exchange'>): void {
    if (status !== 501 || fault !== null) return;
    const count = this.notImplemented.get(operation);
    if (count === undefined && this.notImplemented.size >= OPERATIONS_MAX) return;
    this.notImplemented.set(operation, (count ?? 0) + 1);
  }

  /** Whether Gameday stood still in any second that a stretch of time touches. Milliseconds since the run began. */
  isStalled(from: number, to: number): boolean {
    return this.stalledSeconds(from, to) > 0;
  }

  /** How many of the seconds that a stretch of time touches Gameday stood still in. */
  stalledSeconds(from: number, to: number): number {
    const [first, last] = [Math.floor(from / 1000), Math.floor(to / 1000)];
    let count = 0;
    for (let second = first; second <= last; second += 1) if (this.#stalled.has(second)) count += 1;
    return count;
  }

  #stall(from: number, to: number): void {
    const last = Math.floor(to / 1000);
    const first = Math.max(Math.floor(from / 1000), last - SECONDS_A_STALL_MAX);
    for (let second = first; second <= last && this.#stalled.size < SECONDS_MAX; second += 1) this.#stalled.add(second);
  }
}
