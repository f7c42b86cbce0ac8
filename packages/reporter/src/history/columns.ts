type Page = Float64Array | Uint32Array | Uint8Array;

const PAGE_BITS = 14;
const PAGE_ROWS = 1 << PAGE_BITS;

/** A number for each of many rows, in pages of typed arrays: to the garbage collector a million rows are a few objects. */
export class Column {
  readonly #pages: Page[] = [];
  readonly #make: () => Page;
  readonly #empty: number;

  constructor(make: () => Page, empty: number) {
    this.#make = make;
    this.#empty = empty;
  }

  /** What was set last; the column's empty value where nothing was. */
  get(row: number): number {
    return this.#pages[row >> PAGE_BITS]?.[row & (PAGE_ROWS - 1)] ?? this.#empty;
  }

  set(row: number, value: number): void {
    const index = row >> PAGE_BITS;
    const page = this.#pages[index] ?? this.#make();
    this.#pages[index] = page;
    page[row & (PAGE_ROWS - 1)] = value;
  }
}

/** Any numbers; NaN where none was set. */
export const floats = (): Column => new Column(() => new Float64Array(PAGE_ROWS).fill(Number.NaN), Number.NaN);
/** Whole numbers below 2^32; 0 where none was set. */
export const counts = (): Column => new Column(() => new Uint32Array(PAGE_ROWS), 0);
/** Whole numbers below 256; 0 where none was set. */
export const bytes = (): Column => new Column(() => new Uint8Array(PAGE_ROWS), 0);
