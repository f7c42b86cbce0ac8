import type { ServerResponse } from 'node:http';
import type { ExchangeEvent } from '../core/event.ts';
import type { UnansweredEvent } from '../core/unanswered.ts';

/** So many exchanges are kept for listeners that fell behind, or come back after their connection broke. */
const KEPT_MAX = 16_384;
const LAST_SEEN = /^([0-9a-f]+)-(\d{1,15})$/;

type Logged =
  | { readonly name: null; readonly event: ExchangeEvent }
  | { readonly name: 'unanswered'; readonly event: UnansweredEvent };

interface Listener {
  readonly response: ServerResponse;
  /** How many of the log's exchanges it has been told of, or told that they are lost. */
  told: number;
  /** It reads no further for now. */
  full: boolean;
}

/**
 * The exchanges that are over, and the connections that a black hole left without an answer, each of which counts as one
 * here: numbered from 1, as a stream of server-sent events. Each listener reads at its own pace:
 * what it does not take stays here, and where that is more than is kept it is told how much is lost.
 *
 * - `begin`: where the stream begins; its id is the number of the last exchange before it.
 * - (no name): an exchange; its id is `INSTANCE-NUMBER`.
 * - `unanswered`: such a connection; its id is as an exchange's.
 * - `lost`: how many exchanges are left out here; null where nobody knows.
 */
export class EventLog {
  readonly #instance: string;
  readonly #keptMax: number;
  readonly #kept: Logged[] = [];
  readonly #listeners = new Set<Listener>();
  #count = 0;

  /** @param instance tells this log from that of an injector that stood at the same address before */
  constructor(instance: string, keptMax: number = KEPT_MAX) {
    this.#instance = instance;
    this.#keptMax = keptMax;
  }

  /** How many exchanges there have been. */
  get count(): number {
    return this.#count;
  }

  add(event: ExchangeEvent): void {
    this.#keep({ name: null, event });
  }

  addUnanswered(event: UnansweredEvent): void {
    this.#keep({ name: 'unanswered', event });
  }

  /** Streams to a listener from now on, or from behind the last event that it has seen (`Last-Event-ID`). */
  follow(response: ServerResponse, lastSeen: string | undefined): void {
    const [, instance, number] = LAST_SEEN.exec(lastSeen ?? '') ?? [];
    const isForeign = lastSeen !== undefined && instance !== this.#instance;
    const told = lastSeen === undefined ? this.#count : isForeign ? 0 : Math.min(Number(number), this.#count);
    const listener: Listener = { response, told, full: false };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#write(listener, 'begin', told, {});
    if (isForeign) this.#write(listener, 'lost', 0, { exchanges: null });
    this.#listeners.add(listener);
    response.on('drain', () => {
      listener.full = false;
      this.#tell(listener);
    });
    response.once('close', () => this.#listeners.delete(listener));
    this.#tell(listener);
  }

  #keep(logged: Logged): void {
    this.#kept[this.#count % this.#keptMax] = logged;
    this.#count += 1;
    for (const listener of this.#listeners) this.#tell(listener);
  }

  #tell(listener: Listener): void {
    while (!listener.full && listener.told < this.#count) {
      const oldest = Math.max(0, this.#count - this.#keptMax);
      const logged = this.#kept[listener.told % this.#keptMax];
      if (listener.told < oldest || logged === undefined) {
        const exchanges = oldest - listener.told;
        listener.told = oldest;
        this.#write(listener, 'lost', oldest, { exchanges });
      } else {
        listener.told += 1;
        this.#write(listener, logged.name, listener.told, logged.event);
      }
    }
  }

  #write(listener: Listener, name: string | null, number: number, data: object): void {
    const event = name === null ? '' : `event: ${name}\n`;
    const text = `${event}id: ${this.#instance}-${number}\ndata: ${JSON.stringify(data)}\n\n`;
    listener.full = !listener.response.write(text);
  }
}
