import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeEvent, UnansweredEvent } from '@gameday/injector';
import { ControlRefusal, reasonOf, type ControlClient, type StreamMessage } from './control-client.ts';

const RECONNECT_MS = 100;

/** Who is told of an injector's exchanges: of each once, in their order. */
export interface StreamListener {
  onExchange(event: ExchangeEvent): void;
  onUnanswered(event: UnansweredEvent): void;
  /** So many will never be told; null where nobody knows how many. */
  onLost(exchanges: number | null): void;
  /** There will be no more: why. */
  onEnd(why: string): void;
}

/** Follows the exchanges of an injector in another process, across broken connections. */
export class ExchangeStream {
  readonly #client: ControlClient;
  readonly #instance: string;
  readonly #listener: StreamListener;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<() => void>();
  #told: number;

  /**
   * @param instance of the injector: what another one at the same address says is of another run
   * @param after the number of the exchange behind which it begins
   */
  constructor(client: ControlClient, instance: string, after: number, listener: StreamListener, signal: AbortSignal) {
    this.#client = client;
    this.#instance = instance;
    this.#told = after;
    this.#listener = listener;
    this.#signal = signal;
    void this.#follow();
  }

  /** The number of the last exchange that was told, or is known to be lost. */
  get told(): number {
    return this.#told;
  }

  /** Resolves when that exchange was told, or the time is over. */
  async reached(number: number, withinMs: number): Promise<void> {
    const over = AbortSignal.any([this.#signal, AbortSignal.timeout(withinMs)]);
    while (this.#told < number && !over.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#waiting.delete(done);
          over.removeEventListener('abort', done);
          resolve();
        };
        this.#waiting.add(done);
        over.addEventListener('abort', done);
      });
    }
  }

  async #follow(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        for await (const message of this.#client.events(`${this.#instance}-${this.#told}`, this.#signal)) {
          if (!this.#take(message)) return;
        }
      } catch (error) {
        if (this.#signal.aborted) return;
        // A refusal stays one; a connection that broke is made again, and the injector goes on where it was.
        if (error instanceof ControlRefusal) {
          this.#listener.onEnd(error.message);
          return;
        }
        if (error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError')) {
          this.#listener.onEnd(`its exchanges cannot be read: ${reasonOf(error)}`);
          return;
        }
      }
      await sleep(RECONNECT_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  /** False where the injector is another one. */
  #take(message: StreamMessage): boolean {
    if (message.instance !== this.#instance) {
      this.#listener.onEnd('it was started again in the middle of the run: what was in force is gone');
      return false;
    }
    if (message.kind === 'begin' || message.number <= this.#told) return true;
    if (message.kind === 'lost') this.#listener.onLost(message.exchanges);
    else {
      const missing = message.number - this.#told - 1;
      if (missing > 0) this.#listener.onLost(missing);
      if (message.kind === 'exchange') this.#listener.onExchange(message.event);
      else this.#listener.onUnanswered(message.event);
    }
    this.#told = message.number;
    for (const done of this.#waiting) done();
    return true;
  }
}
