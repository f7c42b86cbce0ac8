import type { StepClass } from '@gameday/reporter/journal';
import type { PlannedAbort } from '../plan.ts';

/** What a guardrail sees of a request that has ended. */
export interface WatchedOutcome {
  /** Milliseconds on any clock that only goes forward. */
  readonly atMs: number;
  readonly class: StepClass;
  readonly good: boolean;
}

/** Fewer answers than that say nothing about a share. */
const SAMPLES_MIN = 5;

/**
 * A guardrail on what the app's users see, as a value: `watch` returns its successor. It looks at the answers of the
 * last `forMs`, once it has watched for so long. A request that hangs is seen when its user gives up.
 */
export interface AbortWatch {
  readonly rule: PlannedAbort;
  /** When it saw its first answer; null before. */
  readonly sinceMs: number | null;
  readonly recent: readonly { readonly atMs: number; readonly good: boolean }[];
  /** Why the run must end, in one sentence; null while it may go on. */
  readonly tripped: string | null;
}

export const abortWatch = (rule: PlannedAbort): AbortWatch => ({ rule, sinceMs: null, recent: [], tripped: null });

/** @param outcome in the order of time */
export function watch(before: AbortWatch, { atMs, class: stepClass, good }: WatchedOutcome): AbortWatch {
  const { rule } = before;
  if (before.tripped !== null || stepClass !== rule.class) return before;
  const recent = [...before.recent.filter((one) => one.atMs > atMs - rule.forMs), { atMs, good }];
  const sinceMs = before.sinceMs ?? atMs;
  const goodCount = recent.filter((one) => one.good).length;
  const watchedLongEnough = atMs - sinceMs >= rule.forMs && recent.length >= SAMPLES_MIN;
  const below = goodCount / recent.length < rule.goodShareMin;
  return {
    rule,
    sinceMs,
    recent,
    tripped: watchedLongEnough && below ? sentence(rule, goodCount, recent.length) : null,
  };
}

function sentence(rule: PlannedAbort, good: number, all: number): string {
  const limit = Math.round(rule.goodShareMin * 1_000) / 10;
  const seconds = rule.forMs / 1_000;
  return `${good} of ${all} ${rule.class} requests were good in the last ${seconds} s, less than ${limit} %`;
}
