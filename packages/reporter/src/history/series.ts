import type { EntryOf } from '../journal/entry.ts';
import type { PlanRecord, StepClass } from '../journal/plan-record.ts';
import { Latencies } from '../statistics/latencies.ts';
import { countExchange, noS3Counts, type S3Class, type S3Counts } from './exchanges.ts';

/** As many points as a chart can show; a bucket is the first of these widths that needs no more. */
const POINTS_MAX = 240;
const WIDTHS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000] as const;
/** A run may be longer than its plan, but not without end. */
const OVERRUN = 2;

export interface AppCounts {
  due: number;
  good: number;
  hangs: number;
  readonly latency: Latencies;
}

export interface Bucket {
  readonly app: Readonly<Record<StepClass, AppCounts>>;
  readonly s3: Record<S3Class, S3Counts>;
}

const noAppCounts = (): AppCounts => ({ due: 0, good: 0, hangs: 0, latency: new Latencies() });

/** The run in buckets of equal width, from the beginning of the load on. */
export class SeriesFold {
  readonly bucketMs: number;
  readonly #patienceMs: number;
  readonly #buckets: Bucket[] = [];

  constructor(plan: PlanRecord) {
    const total = Math.max(0, ...plan.phases.map((phase) => phase.endMs));
    this.bucketMs = WIDTHS_MS.find((width) => total / width <= POINTS_MAX) ?? Math.ceil(total / POINTS_MAX);
    this.#patienceMs = plan.patienceMs;
  }

  get buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  /** `sinceLoad`: milliseconds from the beginning of the load to when the request was due. */
  addWork(entry: EntryOf<'work.request'>, sinceLoad: number): void {
    const counts = this.#at(sinceLoad)?.app[entry.class];
    if (counts === undefined) return;
    const waited = entry.ended - entry.intended;
    const censored = entry.outcome === 'hang' || entry.outcome === 'unsent';
    counts.due += 1;
    if (entry.outcome === 'good') counts.good += 1;
    if (entry.outcome === 'hang') counts.hangs += 1;
    counts.latency.record(censored ? Math.max(this.#patienceMs, waited) : waited);
  }

  addExchange(entry: EntryOf<'s3.exchange'>, sinceLoad: number): void {
    const bucket = this.#at(sinceLoad);
    if (bucket !== null) countExchange(bucket.s3, entry);
  }

  #at(sinceLoad: number): Bucket | null {
    const index = Math.floor(sinceLoad / this.bucketMs);
    if (index < 0 || index >= POINTS_MAX * OVERRUN) return null;
    while (this.#buckets.length <= index) {
      this.#buckets.push({
        app: { read: noAppCounts(), write: noAppCounts(), control: noAppCounts() },
        s3: noS3Counts(),
      });
    }
    return this.#buckets[index] ?? null;
  }
}
