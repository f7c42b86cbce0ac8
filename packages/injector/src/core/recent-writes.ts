import type { Exchange } from './exchange.ts';

/** Beyond this many keys, remembering begins anew: memory is bounded. */
const REMEMBERED_MAX = 100_000;
/** What of answers is kept to be given again: bodies up to so many bytes, so many of them. */
export const STALE_BYTES_MAX = 1_048_576;
const STALE_ANSWERS_MAX = 256;

/** The operations after which a key has a new value. */
const writes: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);

/** An answer as it was given before a write. */
export interface OldAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

const nameOf = ({ bucket, key }: Pick<Exchange, 'bucket' | 'key'>): string => `${bucket ?? ''}/${key ?? ''}`;

/** What was written of late, and what was read before that. Bucket names are one namespace, so regions do not matter. */
export class RecentWrites {
  readonly #writtenMs = new Map<string, { readonly atMs: number; readonly versionId: string | null }>();
  readonly #lastInBucketMs = new Map<string, number>();
  readonly #answers = new Map<string, { readonly answer: OldAnswer; readonly seenMs: number }>();

  /** An exchange took effect. @param versionId of what it wrote, where the bucket has versions */
  took(exchange: Exchange, nowMs: number, versionId: string | null = null): void {
    if (exchange.key === null || !writes.has(exchange.operation)) return;
    if (this.#writtenMs.size >= REMEMBERED_MAX) this.#writtenMs.clear();
    this.#writtenMs.set(nameOf(exchange), { atMs: nowMs, versionId });
    this.#lastInBucketMs.set(exchange.bucket ?? '', nowMs);
  }

  /** Whether a key was written in the last `withinMs`. */
  isFresh(exchange: Pick<Exchange, 'bucket' | 'key'>, withinMs: number, nowMs: number): boolean {
    return nowMs - (this.#writtenMs.get(nameOf(exchange))?.atMs ?? -Infinity) < withinMs;
  }

  /** Whether a read sees less than was written: one that names a version does where that is the one just written. */
  hides(exchange: Exchange, versionId: string | null, withinMs: number, nowMs: number): boolean {
    const hidden = this.isFresh(exchange, withinMs, nowMs);
    return hidden && (versionId === null || this.#writtenMs.get(nameOf(exchange))?.versionId === versionId);
  }

  /** Whether any key of a bucket was. */
  hasFresh(bucket: string | null, withinMs: number, nowMs: number): boolean {
    return nowMs - (this.#lastInBucketMs.get(bucket ?? '') ?? -Infinity) < withinMs;
  }

  /** Keeps the answer to a GetObject; those of fresh keys are not older than the write. */
  keep(exchange: Exchange, answer: OldAnswer, nowMs: number): void {
    const name = nameOf(exchange);
    if (this.#answers.size >= STALE_ANSWERS_MAX && !this.#answers.has(name)) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    this.#answers.set(name, { answer, seenMs: nowMs });
  }

  /** What a key's reader saw before the key's last write; null where nobody looked. */
  before(exchange: Exchange): OldAnswer | null {
    const kept = this.#answers.get(nameOf(exchange));
    if (kept === undefined || kept.seenMs > (this.#writtenMs.get(nameOf(exchange))?.atMs ?? -Infinity)) return null;
    return kept.answer;
  }
}
