/** A connection that a client tried to make and that got no answer. Milliseconds of the injector's clock. */
export interface UnansweredAttempt {
  /** When it was first seen to wait: at most one look after it began. */
  readonly startedMs: number;
  /** When it was last seen to wait: at most one look before it ended. */
  readonly endedMs: number;
  /** It waited still when the looking ended, with its fault. */
  readonly waiting: boolean;
}

/** An attempt as the injector tells of it. */
export interface UnansweredEvent extends UnansweredAttempt {
  readonly region: string;
  /** The window that dropped it. */
  readonly windowId: string;
}

/** Follows attempts from look to look, as a function of what each look shows. */
export class UnansweredAttempts {
  readonly #open = new Map<string, { readonly startedMs: number; endedMs: number }>();

  /**
   * Takes one look.
   * @param ids all that wait now
   * @returns how many are new, and those that wait no more
   */
  look(
    ids: ReadonlySet<string>,
    atMs: number,
  ): { readonly begun: number; readonly over: readonly UnansweredAttempt[] } {
    const over = [...this.#open].filter(([id]) => !ids.has(id));
    for (const [id] of over) this.#open.delete(id);
    const before = this.#open.size;
    for (const id of ids) {
      const known = this.#open.get(id);
      if (known === undefined) this.#open.set(id, { startedMs: atMs, endedMs: atMs });
      else known.endedMs = atMs;
    }
    return {
      begun: this.#open.size - before,
      over: Array.from(over, ([, attempt]) => ({ ...attempt, waiting: false })),
    };
  }

  /** Those that waited at the last look. Begins anew. */
  end(): readonly UnansweredAttempt[] {
    const left = Array.from(this.#open.values(), (attempt) => ({ ...attempt, waiting: true }));
    this.#open.clear();
    return left;
  }
}
