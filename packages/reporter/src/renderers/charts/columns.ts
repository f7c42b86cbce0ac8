import type { StepClass } from '../../journal/plan-record.ts';
import type { Point } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';

type Series = Report['series'];

const REQUESTS_A_COLUMN = 3;

/** A stretch of time that is drawn, or told, as one: one or more neighbouring buckets of the series. */
export interface Column {
  readonly fromMs: number;
  readonly toMs: number;
  readonly clock: string;
  readonly points: readonly Point[];
}

/**
 * About `columnsMax` columns over the series; no bucket is dropped, neighbours are joined. No column lies in two
 * phases, so that the moment at which a phase begins stays sharp.
 */
export function toColumns({ points, bucketMs }: Series, columnsMax: number): readonly Column[] {
  const size = Math.max(1, Math.ceil(points.length / columnsMax));
  const groups: Point[][] = [];
  for (const point of points) {
    const group = groups.at(-1);
    if (group === undefined || group.length >= size || group[0]?.phase !== point.phase) groups.push([point]);
    else group.push(point);
  }
  return mergeRests(groups, size).flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    return [{ fromMs: first.at.atMs, toMs: last.at.atMs + bucketMs, clock: first.at.clock, points: group }];
  });
}

/** Columns that hold a few requests of the class each, so that a low rate does not look like gaps. */
export function columnsOf(series: Series, cls: StepClass, columnsMax: number): readonly Column[] {
  const { due } = tallyApp(series.points, cls);
  return toColumns(series, Math.max(1, Math.min(columnsMax, Math.floor(due / REQUESTS_A_COLUMN))));
}

/** What a phase leaves over at its end joins its last column, unless it is nearly one itself. */
function mergeRests(groups: readonly Point[][], size: number): readonly (readonly Point[])[] {
  const merged: (readonly Point[])[] = [];
  for (const group of groups) {
    const before = merged.at(-1);
    if (before !== undefined && group.length * 2 < size && before[0]?.phase === group[0]?.phase) {
      merged[merged.length - 1] = [...before, ...group];
    } else merged.push(group);
  }
  return merged;
}

export interface AppTally {
  readonly due: number;
  readonly good: number;
  readonly hangs: number;
  /** Neither good nor a hang. */
  readonly errors: number;
  /** The median of the buckets' medians. */
  readonly p50Ms: number | null;
  /** The highest of the buckets' 95th percentiles: percentiles cannot be added, and the worst is what users felt. */
  readonly p95Ms: number | null;
}

export function tallyApp(points: readonly Point[], cls: StepClass): AppTally {
  const cells = points.map((point) => point.app[cls]);
  const due = sum(cells.map((cell) => cell.due));
  const good = sum(cells.map((cell) => cell.good));
  const hangs = sum(cells.map((cell) => cell.hangs));
  const medians = known(cells.map((cell) => cell.p50Ms)).toSorted((a, b) => a - b);
  const p95s = known(cells.map((cell) => cell.p95Ms));
  return {
    due,
    good,
    hangs,
    errors: Math.max(0, due - good - hangs),
    p50Ms: medians[Math.floor((medians.length - 1) / 2)] ?? null,
    p95Ms: p95s.length === 0 ? null : p95s.reduce((a, b) => Math.max(a, b)),
  };
}

export type S3Class = keyof Point['s3'];

export interface S3Tally {
  readonly requests: number;
  readonly failed: number;
  readonly struck: number;
}

export function tallyS3(points: readonly Point[], cls: S3Class): S3Tally {
  const cells = points.map((point) => point.s3[cls]);
  return {
    requests: sum(cells.map((cell) => cell.requests)),
    failed: sum(cells.map((cell) => cell.failed)),
    struck: sum(cells.map((cell) => cell.struck)),
  };
}

/** The classes that the workload held at all, in a fixed order. */
export function classesOf(report: Report): readonly StepClass[] {
  const present = new Set(report.table.filter((row) => row.due > 0).map((row) => row.class));
  return (['read', 'write', 'control'] as const).filter((cls) => present.has(cls));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}
