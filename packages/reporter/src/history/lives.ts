import type { EntryOf } from '../journal/entry.ts';

export type ProcessReading = EntryOf<'process.reading'>;

/** One life of the target, or of a replica: from a start to the next one. Times are milliseconds since the run began. */
export interface Life {
  /** Null where there is but one. */
  readonly replica: number | null;
  readonly startedAt: number;
  /** When it passed the ready check; null where it never did. */
  readonly readyAt: number | null;
  readonly exit: { readonly at: number; readonly expected: boolean } | null;
  readonly readings: readonly ProcessReading[];
}

type Growing = { -readonly [Key in keyof Life]: Life[Key] } & { readings: ProcessReading[] };

/** A target in a crash loop, or a journal of days, must not fill the memory. */
const LIVES_MAX = 200;
const READINGS_MAX = 100_000;

/** Follows the target's processes: when each began, was ready and ended, and how it was doing. */
export class Lives {
  readonly #lives: Growing[] = [];
  #readings = 0;

  get all(): readonly Life[] {
    return this.#lives;
  }

  addStart({ t, replica }: EntryOf<'target.started'>): void {
    if (this.#lives.length >= LIVES_MAX) return;
    this.#lives.push({ replica: replica ?? null, startedAt: t, readyAt: null, exit: null, readings: [] });
  }

  addReady({ t, replica }: EntryOf<'target.ready'>): void {
    // The first time the whole target is told of at once.
    const ready = this.#lives.filter(
      (life) => life.readyAt === null && life.exit === null && (replica === undefined || life.replica === replica),
    );
    for (const life of ready) life.readyAt = t;
  }

  addExit({ t, replica, expected }: EntryOf<'target.exited'>): void {
    const life = this.#lives.findLast((one) => one.replica === (replica ?? null));
    if (life !== undefined) life.exit ??= { at: t, expected };
  }

  addReading(reading: ProcessReading): void {
    const life = this.#lives.findLast((one) => one.replica === (reading.replica ?? null));
    if (life === undefined || this.#readings >= READINGS_MAX) return;
    this.#readings += 1;
    life.readings.push(reading);
  }
}
