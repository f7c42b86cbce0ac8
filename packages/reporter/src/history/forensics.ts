import type { EntryOf } from '../journal/entry.ts';

type Exchange = EntryOf<'s3.exchange'>;

/** Memory stays flat: so many objects, connections and operations are remembered, the oldest are forgotten. */
const REMEMBERED_MAX = 8_192;
const WAITS_MAX = 2_000;
const ATTEMPTS_TOLD_MAX = 8;
const BUCKETS_MAX = 500;
const SLOT_MS = 100;
const SLOTS_MAX = 200_000;
/** A second write to an object that long after the first one failed is another user's wish. [our choice] */
const SAME_WISH_MS = 60_000;

/** Statuses after which asking again can help: Request Timeout, Too Early, Too Many Requests, and every server error. */
const worthRetrying = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

interface Try {
  readonly endedAt: number;
  readonly invocation: string;
  readonly failed: boolean;
  readonly status: number | null;
  /** How many times it has been tried so far. */
  readonly tries: number;
}

/** Remembers the latest of so many. */
class Recent<Value> extends Map<string, Value> {
  override set(key: string, value: Value): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this.keys();
    if (this.size > REMEMBERED_MAX && oldest !== undefined) this.delete(oldest);
    return this;
  }
}

/** What one bucket saw in one phase. */
export interface BucketCount {
  requests: number;
  struck: number;
}

const hasFailed = ({ outcome, status }: Exchange): boolean =>
  outcome !== 'answered' || status === null || status >= 400;

/** What S3 could tell of its client, over the whole run. Takes exchanges in the order of the journal. */
export class Forensics {
  /** Waits before the second try, the third and so on, milliseconds. */
  readonly waitsAfter = new Map<number, number[]>();
  /** By status: answers that nothing can mend, after which the SDK asked again. */
  readonly uselessRetries = new Map<number, number>();
  retries = 0;
  /** Writes that the app itself began anew after they had failed, with an operation of their own. */
  renewedWrites = 0;
  /** Most tries of one write, whoever made them. */
  triesMax = 0;
  /** Multipart uploads begun less those completed or aborted, by object. */
  readonly #uploads = new Map<string, number>();
  uploadsBegun = 0;
  /** By phase's index: requests whose connection is known, and those that were the first on theirs. */
  readonly connections = new Map<number, { known: number; first: number }>();
  /** By phase's index and bucket. */
  readonly buckets = new Map<number, Map<string, BucketCount>>();
  readonly #retrySlots = new Map<number, number>();
  readonly #seenConnections = new Recent<true>();
  readonly #operations = new Recent<Try>();
  readonly #writes = new Recent<Try>();

  add(entry: Exchange, phase: number): void {
    this.#addTry(entry);
    this.#addUpload(entry);
    this.#addConnection(entry, phase);
    if (entry.bucket !== null) this.#addBucket(entry.bucket, entry.fault !== null, phase);
  }

  /** Uploads that were begun and neither completed nor aborted. */
  get orphans(): number {
    return [...this.#uploads.values()].reduce((sum, open) => sum + Math.max(0, open), 0);
  }

  /** How many retries began in each tenth of a second in which any did. */
  get retrySlots(): readonly { readonly at: number; readonly retries: number }[] {
    return [...this.#retrySlots]
      .map(([slot, retries]) => ({ at: slot * SLOT_MS, retries }))
      .toSorted((a, b) => a.at - b.at);
  }

  #addTry(entry: Exchange): void {
    const again = entry.attempt > 1 ? this.#operations.get(entry.invocation) : undefined;
    const object =
      entry.class === 'write' && entry.key !== null ? `${entry.operation}\n${entry.bucket ?? ''}\n${entry.key}` : null;
    const before = object === null ? undefined : this.#writes.get(object);
    const renewed =
      before !== undefined &&
      before.failed &&
      (entry.attempt <= 1 || before.invocation !== entry.invocation) &&
      entry.started - before.endedAt <= SAME_WISH_MS;
    const same = before !== undefined && before.invocation === entry.invocation && entry.attempt > 1;
    const tries = renewed || same ? before.tries + 1 : 1;
    const last = again ?? (renewed ? before : undefined);
    if (last !== undefined) this.#addRetry(entry, last, again === undefined ? tries - 1 : entry.attempt - 1);
    if (renewed) this.renewedWrites += 1;
    this.triesMax = Math.max(this.triesMax, tries);
    const now: Try = {
      endedAt: entry.t,
      invocation: entry.invocation,
      failed: hasFailed(entry),
      status: entry.status,
      tries,
    };
    this.#operations.set(entry.invocation, now);
    if (object !== null) this.#writes.set(object, now);
  }

  #addRetry(entry: Exchange, { endedAt, status }: Try, after: number): void {
    this.retries += 1;
    if (status !== null && status >= 400 && !worthRetrying(status)) {
      this.uselessRetries.set(status, (this.uselessRetries.get(status) ?? 0) + 1);
    }
    const slot = Math.floor(entry.started / SLOT_MS);
    if (this.#retrySlots.has(slot) || this.#retrySlots.size < SLOTS_MAX) {
      this.#retrySlots.set(slot, (this.#retrySlots.get(slot) ?? 0) + 1);
    }
    const group = Math.max(1, Math.min(ATTEMPTS_TOLD_MAX, Math.round(after)));
    const waits = this.waitsAfter.get(group) ?? [];
    if (waits.length < WAITS_MAX) waits.push(Math.max(0, entry.started - endedAt));
    this.waitsAfter.set(group, waits);
  }

  #addUpload({ operation, bucket, key, applied }: Exchange): void {
    if (!applied || key === null) return;
    const step = { CreateMultipartUpload: 1, CompleteMultipartUpload: -1, AbortMultipartUpload: -1 }[operation] ?? 0;
    if (step === 0) return;
    if (step > 0) this.uploadsBegun += 1;
    const object = `${bucket ?? ''}\n${key}`;
    const open = (this.#uploads.get(object) ?? 0) + step;
    // What is answered twice was done once.
    if (open > 0) this.#uploads.set(object, open);
    else this.#uploads.delete(object);
  }

  #addConnection({ connection }: Exchange, phase: number): void {
    if (connection === undefined) return;
    const count = this.connections.get(phase) ?? { known: 0, first: 0 };
    count.known += 1;
    const name = String(connection);
    if (!this.#seenConnections.has(name)) count.first += 1;
    this.#seenConnections.set(name, true);
    this.connections.set(phase, count);
  }

  #addBucket(bucket: string, struck: boolean, phase: number): void {
    const buckets = this.buckets.get(phase) ?? new Map<string, BucketCount>();
    this.buckets.set(phase, buckets);
    const count = buckets.get(bucket) ?? { requests: 0, struck: 0 };
    if (buckets.size >= BUCKETS_MAX && !buckets.has(bucket)) return;
    count.requests += 1;
    if (struck) count.struck += 1;
    buckets.set(bucket, count);
  }
}
