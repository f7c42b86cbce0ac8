import type { Exchange } from './exchange.ts';

/** Keys, and buckets, whose last write is remembered; beyond, the one that was written longest ago is forgotten. */
const REMEMBERED_MAX = 100_000;
/** A body up to so many bytes is kept to be given again. */
export const STALE_BYTES_MAX = 1_048_576;
/** All that are kept together; beyond, the answer that was seen longest ago goes. */
const STALE_TOTAL_MAX = 64 * 1_048_576;
/** Of an answer beside its body: its head and its place in the map. */
const ANSWER_OVERHEAD_BYTES = 1024;

/** The operations after which a key has a new value. */
const writes: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);

/** An answer as it was given before a write. */
export interface OldAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

type Place = Pick<Exchange, 'region' | 'bucket' | 'key'>;

/** In AWS a bucket has one region; behind a region's own upstream the same name may be another bucket. */
const bucketIn = ({ region, bucket }: Omit<Place, 'key'>): string => `${region}/${bucket ?? ''}`;
const nameOf = (place: Place): string => `${bucketIn(place)}/${place.key ?? ''}`;

/** Puts an entry last, and drops the first one where there are too many: a map keeps the order of its entries. */
function remember<V>(map: Map<string, V>, name: string, value: V): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.size > REMEMBERED_MAX ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

const sizeOf = ({ body }: OldAnswer): number => body.length + ANSWER_OVERHEAD_BYTES;

/** What was written of late, and what was read before that. Bounded in memory, however long a run is. */
export class RecentWrites {
  readonly #writtenMs = new Map<string, { readonly atMs: number; readonly versionId: string | null }>();
  readonly #lastInBucketMs = new Map<string, number>();
  readonly #answers = new Map<string, { readonly answer: OldAnswer; readonly seenMs: number }>();
  #answersBytes = 0;

  /** An exchange took effect. @param versionId of what it wrote, where the bucket has versions */
  took(exchange: Exchange, nowMs: number, versionId: string | null = null): void {
    if (exchange.key === null || !writes.has(exchange.operation)) return;
    remember(this.#writtenMs, nameOf(exchange), { atMs: nowMs, versionId });
    remember(this.#lastInBucketMs, bucketIn(exchange), nowMs);
  }

  /** Whether a key was written in the last `withinMs`. */
  isFresh(exchange: Place, withinMs: number, nowMs: number): boolean {
    return nowMs - (this.#writtenMs.get(nameOf(exchange))?.atMs ?? -Infinity) < withinMs;
  }

  /** Whether a read sees less than was written: one that names a version does where that is the one just written. */
  hides(exchange: Exchange, versionId: string | null, withinMs: number, nowMs: number): boolean {
    const hidden = this.isFresh(exchange, withinMs, nowMs);
    return hidden && (versionId === null || this.#writtenMs.get(nameOf(exchange))?.versionId === versionId);
  }

  /** Whether any key of a bucket was. */
  hasFresh(place: Omit<Place, 'key'>, withinMs: number, nowMs: number): boolean {
    return nowMs - (this.#lastInBucketMs.get(bucketIn(place)) ?? -Infinity) < withinMs;
  }

  /** Keeps the answer to a GetObject; those of fresh keys are not older than the write. */
  keep(exchange: Exchange, answer: OldAnswer, nowMs: number): void {
    const name = nameOf(exchange);
    this.#forget(name);
    this.#answers.set(name, { answer, seenMs: nowMs });
    this.#answersBytes += sizeOf(answer);
    while (this.#answersBytes > STALE_TOTAL_MAX) {
      const [oldest] = this.#answers.keys();
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    const kept = this.#answers.get(name);
    if (kept === undefined) return;
    this.#answers.delete(name);
    this.#answersBytes -= sizeOf(kept.answer);
  }

  /** What a key's reader saw before the key's last write; null where nobody looked. */
  before(exchange: Exchange): OldAnswer | null {
    const kept = this.#answers.get(nameOf(exchange));
    if (kept === undefined || kept.seenMs > (this.#writtenMs.get(nameOf(exchange))?.atMs ?? -Infinity)) return null;
    return kept.answer;
  }
}
