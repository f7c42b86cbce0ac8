/** A value that only rises, as steps over time: what it was at any moment. Times must not fall. */
export class Steps {
  readonly #times: number[] = [];
  readonly #values: number[] = [];

  raise(atMs: number, value: number): void {
    const last = this.#values.at(-1);
    if (last !== undefined && last >= value) return;
    this.#times.push(atMs);
    this.#values.push(value);
  }

  /** Null before the first step. */
  at(atMs: number): number | null {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    return this.#values[low - 1] ?? null;
  }
}
