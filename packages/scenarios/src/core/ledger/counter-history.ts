import type { Read } from './ledger-read.ts';
import { Steps } from '../workload/steps.ts';

/** Where a counter's value must lie: below, acknowledged additions are missing; above, some were counted twice. */
export interface CounterRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A counter that only grows, as Jepsen's: a read must see all that was acknowledged before it left, and can see no more
 * than what had left when it ended.
 */
export class CounterHistory {
  readonly #acked = new Steps();
  #ackedSum = 0;
  #possible = 0;

  begin(added: number): void {
    this.#possible += added;
  }

  settle(state: 'acked' | 'unknown' | 'refused', added: number, atMs: number): void {
    if (state === 'refused') this.#possible -= added;
    if (state !== 'acked') return;
    this.#ackedSum += added;
    this.#acked.raise(atMs, this.#ackedSum);
  }

  range({ sentMs }: Read): CounterRange {
    return { from: this.#acked.at(sentMs) ?? 0, to: this.#possible };
  }
}
