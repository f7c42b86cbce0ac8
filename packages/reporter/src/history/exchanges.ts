import type { EntryOf } from '../journal/entry.ts';
import { Latencies } from '../statistics/latencies.ts';

export type S3Class = EntryOf<'s3.exchange'>['class'];

export interface S3Counts {
  requests: number;
  /** Not answered, or answered with a server error, or with any error by a fault. */
  failed: number;
  struck: number;
}

export const noS3Counts = (): Record<S3Class, S3Counts> => ({
  read: { requests: 0, failed: 0, struck: 0 },
  write: { requests: 0, failed: 0, struck: 0 },
  delete: { requests: 0, failed: 0, struck: 0 },
});

const hasFailed = (entry: EntryOf<'s3.exchange'>): boolean =>
  entry.outcome !== 'answered' ||
  entry.status === null ||
  entry.status >= 500 ||
  (entry.fault !== null && entry.status >= 400);

export function countExchange(counts: Record<S3Class, S3Counts>, entry: EntryOf<'s3.exchange'>): void {
  const own = counts[entry.class];
  own.requests += 1;
  if (hasFailed(entry)) own.failed += 1;
  if (entry.fault !== null) own.struck += 1;
}

/** The S3 requests that started in one phase. */
export class ExchangeCell {
  exchanges = 0;
  /** Logical operations that began here: first attempts. */
  operations = 0;
  /** All the attempts of these, also those that were made in a later phase. */
  attempts = 0;
  attemptsMax = 0;
  /** Exchanges that the app ended before S3 did, and connections that it gave up. */
  gaveUp = 0;
  /** Reads that S3 answered with 404: there is no such object. */
  absent = 0;
  /** By region: how often S3 itself said that the app may not (401, 403). */
  readonly denied = new Map<string, number>();
  readonly classes = noS3Counts();
  /** By window and class of the request: how many were struck. Windows are the plan's, so they are few. */
  readonly struckBy = new Map<string, Record<S3Class, number>>();
  readonly regions = new Map<string, number>();
  /** By region and class: requests, and how many of them failed. */
  readonly byRegion = new Map<string, Record<S3Class, S3Counts>>();
  /** Connections that were never made, for want of an answer; none of them became an exchange. By window. */
  readonly unansweredBy = new Map<string, number>();
  /** The longest that one of these was seen to wait, milliseconds. */
  unansweredMaxMs = 0;
  /** Exchanges that met a fault and never got the head of an answer, and those connections. */
  silent = 0;
  /** How long exchanges that met a fault stayed open, and those connections waited. */
  readonly held = new Latencies();
  /** Pauses before retries. */
  readonly pauses = new Latencies();

  add(
    entry: EntryOf<'s3.exchange'>,
    known: { readonly windows: ReadonlySet<string>; readonly regions: ReadonlySet<string> },
  ): void {
    this.exchanges += 1;
    if (entry.attempt <= 1) this.operations += 1;
    if (entry.outcome === 'client-gone') this.gaveUp += 1;
    if (entry.class === 'read' && entry.status === 404) this.absent += 1;
    countExchange(this.classes, entry);
    // A look whether a bucket is there is no sign that users are served from its region.
    if (known.regions.has(entry.region) && entry.operation !== 'HeadBucket') {
      this.regions.set(entry.region, (this.regions.get(entry.region) ?? 0) + 1);
      const counts = this.byRegion.get(entry.region) ?? noS3Counts();
      countExchange(counts, entry);
      this.byRegion.set(entry.region, counts);
      if (entry.fault === null && (entry.status === 401 || entry.status === 403))
        this.denied.set(entry.region, (this.denied.get(entry.region) ?? 0) + 1);
    }
    if (entry.fault === null) return;
    if (entry.status === null) this.silent += 1;
    this.held.record(entry.t - entry.started);
    if (!known.windows.has(entry.fault.window)) return;
    const struck = this.struckBy.get(entry.fault.window) ?? { read: 0, write: 0, delete: 0 };
    struck[entry.class] += 1;
    this.struckBy.set(entry.fault.window, struck);
  }

  addUnanswered({ t, started, window, waiting }: EntryOf<'s3.unanswered'>): void {
    const waitedMs = t - started;
    this.unansweredBy.set(window, (this.unansweredBy.get(window) ?? 0) + 1);
    this.unansweredMaxMs = Math.max(this.unansweredMaxMs, waitedMs);
    this.silent += 1;
    this.held.record(waitedMs);
    if (!waiting) this.gaveUp += 1;
  }

  /** Counts an attempt of an operation that began here. */
  addAttempt(attempt: number): void {
    this.attempts += 1;
    this.attemptsMax = Math.max(this.attemptsMax, 1, Math.round(attempt));
  }

  /** The windows that struck anything here. */
  get struckWindows(): readonly string[] {
    return [...new Set([...this.struckBy.keys(), ...this.unansweredBy.keys()])];
  }

  /** How often a window struck requests of these classes; a connection that was never made may have been for any. */
  struckOf(window: string, classes: readonly S3Class[]): number {
    const by = this.struckBy.get(window);
    return classes.reduce((sum, cls) => sum + (by?.[cls] ?? 0), this.unansweredBy.get(window) ?? 0);
  }

  get unanswered(): number {
    return [...this.unansweredBy.values()].reduce((sum, count) => sum + count, 0);
  }

  get struck(): number {
    return this.classes.read.struck + this.classes.write.struck + this.classes.delete.struck;
  }
}
