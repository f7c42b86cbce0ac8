/** What kind of state a write belongs to. */
export type LedgerKind = 'set' | 'register' | 'counter' | 'log';
/** `open`: not answered yet. `refused`: the app clearly said no, so it must not have happened. */
export type WriteState = 'open' | 'acked' | 'unknown' | 'refused';
/** `open`: a delete is under way. */
export type Deletion = 'none' | 'open' | 'acked' | 'unknown';

const KINDS: readonly LedgerKind[] = ['set', 'register', 'counter', 'log'];
const STATES: readonly WriteState[] = ['open', 'acked', 'unknown', 'refused'];
const DELETIONS: readonly Deletion[] = ['none', 'open', 'acked', 'unknown'];

/** One write, as a row. Times are milliseconds since the run began; NaN for a moment that has not come. */
export interface LedgerRow {
  kind: LedgerKind;
  state: WriteState;
  deletion: Deletion;
  bytes: number;
  /** Number of the step among the workload's. */
  step: number;
  /** Number of the register, counter or log; of sets, that of the collection, 0 for the one without a name. */
  place: number;
  sentMs: number;
  settledMs: number;
  /** Counters: how much was added. Logs: the offset that the app gave. Registers: when a read first saw it. */
  extra: number;
}

const PAGE_BITS = 14;
const PAGE_ROWS = 1 << PAGE_BITS;
const DIGEST_BYTES = 32;

interface Page {
  readonly digests: Uint8Array;
  readonly numbers: Float64Array;
  readonly counts: Uint32Array;
  /** Two bits each of kind, state and deletion. */
  readonly flags: Uint8Array;
}

/** Numbers a row: sent, settled, extra. Counts a row: bytes, step, place. */
const NUMBERS = 3;
const COUNTS = 3;

/** Rows in pages of typed arrays: 69 bytes each, outside of the garbage collector's sight. */
export class LedgerRows {
  readonly #pages: Page[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds an empty row. @returns its number */
  add(): number {
    if (this.#length % PAGE_ROWS === 0) {
      this.#pages.push({
        digests: new Uint8Array(PAGE_ROWS * DIGEST_BYTES),
        numbers: new Float64Array(PAGE_ROWS * NUMBERS).fill(Number.NaN),
        counts: new Uint32Array(PAGE_ROWS * COUNTS),
        flags: new Uint8Array(PAGE_ROWS),
      });
    }
    this.#length += 1;
    return this.#length - 1;
  }

  /** @param row what changes; its digest is SHA-256 in hex */
  set(index: number, row: Partial<LedgerRow> & { readonly digest?: string }): void {
    const { page, at } = this.#find(index);
    const flags = page.flags[at] ?? 0;
    const kind = row.kind === undefined ? flags & 3 : KINDS.indexOf(row.kind);
    const state = row.state === undefined ? (flags >> 2) & 3 : STATES.indexOf(row.state);
    const deletion = row.deletion === undefined ? (flags >> 4) & 3 : DELETIONS.indexOf(row.deletion);
    page.flags[at] = kind | (state << 2) | (deletion << 4);
    if (row.digest !== undefined) writeHex(page.digests, at * DIGEST_BYTES, row.digest);
    if (row.sentMs !== undefined) page.numbers[at * NUMBERS] = row.sentMs;
    if (row.settledMs !== undefined) page.numbers[at * NUMBERS + 1] = row.settledMs;
    if (row.extra !== undefined) page.numbers[at * NUMBERS + 2] = row.extra;
    if (row.bytes !== undefined) page.counts[at * COUNTS] = row.bytes;
    if (row.step !== undefined) page.counts[at * COUNTS + 1] = row.step;
    if (row.place !== undefined) page.counts[at * COUNTS + 2] = row.place;
  }

  get(index: number): LedgerRow {
    const { page, at } = this.#find(index);
    const flags = page.flags[at] ?? 0;
    return {
      kind: KINDS[flags & 3] ?? 'set',
      state: STATES[(flags >> 2) & 3] ?? 'open',
      deletion: DELETIONS[(flags >> 4) & 3] ?? 'none',
      sentMs: page.numbers[at * NUMBERS] ?? Number.NaN,
      settledMs: page.numbers[at * NUMBERS + 1] ?? Number.NaN,
      extra: page.numbers[at * NUMBERS + 2] ?? Number.NaN,
      bytes: page.counts[at * COUNTS] ?? 0,
      step: page.counts[at * COUNTS + 1] ?? 0,
      place: page.counts[at * COUNTS + 2] ?? 0,
    };
  }

  digest(index: number): string {
    const { page, at } = this.#find(index);
    return readHex(page.digests, at * DIGEST_BYTES);
  }

  hasDigest(index: number, hex: string): boolean {
    const { page, at } = this.#find(index);
    for (let byte = 0; byte < DIGEST_BYTES; byte += 1) {
      if (HEX[page.digests[at * DIGEST_BYTES + byte] ?? 0] !== hex.slice(byte * 2, byte * 2 + 2)) return false;
    }
    return true;
  }

  #find(index: number): { readonly page: Page; readonly at: number } {
    const page = index < this.#length ? this.#pages[index >> PAGE_BITS] : undefined;
    if (page === undefined) throw new RangeError(`the ledger has no row ${index}`);
    return { page, at: index & (PAGE_ROWS - 1) };
  }
}

function writeHex(bytes: Uint8Array, from: number, hex: string): void {
  for (let index = 0; index < DIGEST_BYTES; index += 1) {
    bytes[from + index] = (nibble(hex, index * 2) << 4) | nibble(hex, index * 2 + 1);
  }
}

/** Of a digit 0-9 or a-f; anything else, and nothing, counts as 0 or as something harmless. */
function nibble(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return (code > 57 ? code - 87 : code - 48) & 15;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function readHex(bytes: Uint8Array, from: number): string {
  let hex = '';
  for (let index = from; index < from + DIGEST_BYTES; index += 1) hex += HEX[bytes[index] ?? 0] ?? '';
  return hex;
}
