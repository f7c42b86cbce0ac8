import type { Exchange } from './core/exchange.ts';

/** Beyond this, counting begins anew: memory is bounded, draws are then repeatable no further. */
const REMEMBERED_MAX = 200_000;

/** Counts how often each operation was asked for on each key, all attempts of one invocation counting once. */
export class Occurrences {
  readonly #targets = new Map<string, number>();
  readonly #invocations = new Map<string, number>();

  /** The same exchange with its occurrence. */
  count(exchange: Exchange): Exchange {
    const known = exchange.attempt > 1 ? this.#invocations.get(exchange.invocation) : undefined;
    if (known !== undefined) return { ...exchange, occurrence: known };
    if (this.#targets.size >= REMEMBERED_MAX) this.#targets.clear();
    if (this.#invocations.size >= REMEMBERED_MAX) this.#invocations.clear();
    const target = `${exchange.operation} ${exchange.bucket ?? ''}/${exchange.key ?? ''}`;
    const occurrence = (this.#targets.get(target) ?? 0) + 1;
    this.#targets.set(target, occurrence);
    this.#invocations.set(exchange.invocation, occurrence);
    return { ...exchange, occurrence };
  }
}
