import type { Limit } from './blast-radius.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from './fault.ts';

/** Beyond this many things counted by themselves, counting begins anew: memory is bounded. */
const COUNTED_MAX = 100_000;
const MINUTE_MS = 60_000;

interface Tally {
  seen: number;
  /** When it struck within the last minute, oldest first. */
  readonly struckMs: number[];
}

/** One token bucket: it fills at `perSecond` and holds a second's worth. */
interface Budget {
  tokens: number;
  sinceMs: number;
}

type Throttle = Extract<Fault, { readonly kind: 'throttle' }>;

function subjectOf({ per }: Limit, { bucket, key, invocation }: Exchange): string {
  switch (per) {
    case 'window':
      return '';
    case 'key':
      return `${bucket ?? ''}/${key ?? ''}`;
    case 'invocation':
      return invocation;
  }
}

function budgetOf({ per }: Throttle, { region, bucket, key }: Exchange): string {
  switch (per) {
    case 'region':
      return region;
    case 'bucket':
      return bucket ?? '';
    case 'prefix':
      return `${bucket ?? ''}/${key?.slice(0, key.lastIndexOf('/') + 1) ?? ''}`;
  }
}

function entryOf<Entry>(entries: Map<string, Entry>, name: string, fresh: () => Entry): Entry {
  let entry = entries.get(name);
  if (entry === undefined) {
    if (entries.size >= COUNTED_MAX) entries.clear();
    entry = fresh();
    entries.set(name, entry);
  }
  return entry;
}

/** What one window has counted since its timeline was started. Time is passed in, so it is repeatable. */
export class Quota {
  readonly #tallies = new Map<string, Tally>();
  readonly #budgets = new Map<string, Budget>();

  /** Whether a limit lets its window strike now; counts the exchange. */
  admits(limit: Limit, exchange: Exchange, elapsedMs: number): boolean {
    const tally = entryOf(this.#tallies, subjectOf(limit, exchange), () => ({ seen: 0, struckMs: [] }));
    tally.seen += 1;
    if (limit.first !== undefined && tally.seen > limit.first) return false;
    if (limit.every !== undefined && tally.seen % limit.every !== 0) return false;
    if (limit.perMinute === undefined) return true;
    while ((tally.struckMs[0] ?? Infinity) <= elapsedMs - MINUTE_MS) tally.struckMs.shift();
    if (tally.struckMs.length >= limit.perMinute) return false;
    tally.struckMs.push(elapsedMs);
    return true;
  }

  /** Whether an exchange is beyond the budget; takes from it where it is not. */
  exceeds(throttle: Throttle, exchange: Exchange, elapsedMs: number): boolean {
    const reads = exchange.class === 'read';
    const perSecond = reads ? throttle.readsPerSecond : throttle.writesPerSecond;
    const holds = Math.max(1, perSecond);
    const budget = entryOf(this.#budgets, `${reads ? 'r' : 'w'} ${budgetOf(throttle, exchange)}`, () => ({
      tokens: holds,
      sinceMs: elapsedMs,
    }));
    budget.tokens = Math.min(holds, budget.tokens + ((elapsedMs - budget.sinceMs) * perSecond) / 1_000);
    budget.sinceMs = elapsedMs;
    if (budget.tokens < 1) return true;
    budget.tokens -= 1;
    return false;
  }
}
