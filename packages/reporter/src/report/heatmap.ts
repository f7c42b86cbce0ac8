import type { Bucket } from '../history/series.ts';
import type { StepClass } from '../journal/plan-record.ts';
import { type Latencies, mergeLatencies } from '../statistics/latencies.ts';
import type { Trace } from '../trace.ts';
import type { Heatmap } from './measurements.ts';

/** As many as can be told apart on a page. */
const COLUMNS_MAX = 60;
/** The histogram tells a value within this part of the truth: one at an edge belongs above it. */
const ROUNDING = 0.01;
const EDGES_MS = [10, 30, 100, 300, 1_000, 3_000] as const;

/** One band up to each edge below the patience, one up to the patience, and one for those who gave up. */
const edgesFor = (patienceMs: number): readonly number[] => [
  ...EDGES_MS.filter((edge) => edge < patienceMs),
  patienceMs,
];

function countsOf(latencies: Latencies, edges: readonly number[]): number[] {
  const atMost = edges.map((edge) => latencies.sumOf((ms) => (ms < edge * (1 - ROUNDING) ? 1 : 0)));
  return [...atMost, latencies.count].map((count, index) => count - (index === 0 ? 0 : (atMost[index - 1] ?? 0)));
}

/** Latencies over time, in columns that no phase shares with another. */
export function heatmapOf({ history, clock }: Trace): Heatmap {
  const { bucketMs, buckets } = history.series;
  const zero = history.loadStart ?? 0;
  const edges = edgesFor(history.plan.patienceMs);
  const size = Math.max(1, Math.ceil(buckets.length / COLUMNS_MAX));
  const phaseOf = (index: number): number =>
    history.phases.findLastIndex(({ start }) => start !== null && start - zero <= index * bucketMs);
  const groups: { readonly from: number; readonly buckets: Bucket[] }[] = [];
  for (const [index, bucket] of buckets.entries()) {
    const last = groups.at(-1);
    if (last === undefined || last.buckets.length >= size || phaseOf(last.from) !== phaseOf(index)) {
      groups.push({ from: index, buckets: [bucket] });
    } else last.buckets.push(bucket);
  }
  const counts = (of: readonly Bucket[], cls: StepClass): number[] =>
    countsOf(mergeLatencies(of.map(({ app }) => app[cls].latency)), edges);
  return {
    edgesMs: edges,
    columns: groups.map((group) => ({
      fromMs: group.from * bucketMs,
      toMs: (group.from + group.buckets.length) * bucketMs,
      clock: clock.planned(group.from * bucketMs).clock,
      read: counts(group.buckets, 'read'),
      write: counts(group.buckets, 'write'),
      control: counts(group.buckets, 'control'),
    })),
  };
}
