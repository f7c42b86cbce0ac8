import type { EntryOf } from '../journal/entry.ts';

/** Memory stays flat: a target in a crash loop has made its point. */
const START_UPS_MAX = 50;
const TIMES_MAX = 2_000;

/** One start of the target's process after the first, and what came of it until it answered. */
export interface StartUp {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** The first answer of any kind to a request that left after it; null where there was none. */
  readonly answeredAt: number | null;
  /** Requests to the app that left meanwhile and got no answer. */
  readonly refused: number;
  /** Its S3 requests meanwhile that met a fault. */
  readonly struck: number;
}

interface Watched {
  readonly at: number;
  answeredAt: number | null;
  readonly refused: number[];
  readonly struck: number[];
}

/** Watches how long the target needs to answer after each start. */
export class StartUps {
  readonly #replicas = new Set<number>();
  readonly #watched: Watched[] = [];
  #readyMs: number | null = null;

  /** How long the first start took until the target was ready; null where the journal does not say. */
  get readyMs(): number | null {
    return this.#readyMs;
  }

  addStart({ t, replica }: EntryOf<'target.started'>): void {
    const first = !this.#replicas.has(replica ?? 1);
    this.#replicas.add(replica ?? 1);
    if (!first && this.#watched.length < START_UPS_MAX)
      this.#watched.push({ at: t, answeredAt: null, refused: [], struck: [] });
  }

  addReady({ afterMs }: EntryOf<'target.ready'>): void {
    this.#readyMs ??= afterMs;
  }

  addWork({ sent, ended, status }: EntryOf<'work.request'>): void {
    if (sent === null) return;
    for (const start of this.#watched) {
      if (sent < start.at) continue;
      if (status !== null) start.answeredAt = Math.min(start.answeredAt ?? Infinity, ended);
      else if (start.refused.length < TIMES_MAX) start.refused.push(sent);
    }
  }

  addExchange({ started, fault }: EntryOf<'s3.exchange'>): void {
    if (fault === null) return;
    for (const start of this.#watched) {
      if (started >= start.at && start.struck.length < TIMES_MAX) start.struck.push(started);
    }
  }

  /** In the order of time. */
  get all(): readonly StartUp[] {
    return this.#watched.map(({ at, answeredAt, refused, struck }) => {
      const before = (times: readonly number[]): number => times.filter((t) => t < (answeredAt ?? Infinity)).length;
      return { at, answeredAt, refused: before(refused), struck: before(struck) };
    });
  }
}
