import type { StaleRead } from './stale-read.ts';

interface CounterRead {
  readonly name: string;
  readonly value: number | null;
  readonly phase: number;
  readonly sent: number;
  readonly good: boolean;
}

/** Memory stays flat: an app with more stale answers has made its point. */
const BEHIND_MAX = 200_000;

/** What counters said while the run went on, against what had been acknowledged. */
export class Counters {
  /** By name: when an addition was acknowledged, and what all of them came to then. */
  readonly #sums = new Map<string, { readonly at: number[]; readonly sum: number[] }>();
  readonly #behind: CounterRead[] = [];

  add(name: string, at: number, added: number): void {
    const sums = this.#sums.get(name) ?? { at: [], sum: [] };
    sums.at.push(at);
    sums.sum.push((sums.sum.at(-1) ?? 0) + added);
    this.#sums.set(name, sums);
  }

  addRead(read: CounterRead): void {
    if (!read.good && read.value !== null && this.#behind.length < BEHIND_MAX) this.#behind.push(read);
  }

  /** Reads that lacked what had been acknowledged before they left: as old as the first addition that they lack. */
  staleReads(): readonly StaleRead[] {
    return this.#behind.flatMap(({ name, value, phase, sent }) => {
      const sums = this.#sums.get(name);
      const missed = sums?.sum.findIndex((sum) => sum > (value ?? 0)) ?? -1;
      const missedAt = sums?.at[missed];
      if (missedAt === undefined || missedAt > sent) return [];
      return [
        { phase, entry: name, at: sent, digest: '', seen: null, ageMs: sent - missedAt, behind: 1, travelled: false },
      ];
    });
  }
}
