import { plannedHealMs } from '../history/history.ts';
import type { Second } from '../history/seconds.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';

type Dependent = 'read' | 'write';

/** Success must hold over windows of so many seconds. [our choice] */
const WINDOW_S = 5;
/** A window is healthy down to this part of the baseline's success. [our choice] */
const GOOD_PART = 0.9;

/** How long a class of users was without service. */
export interface Mitigation {
  readonly cls: Dependent;
  /** Milliseconds from the first fault until success was sustained to the end of the load; null where it never was. */
  readonly afterMs: number | null;
  /** Whether it ever failed. */
  readonly hurt: boolean;
  readonly due: number;
}

/** When the first fault that struck anything began, milliseconds since the load began; null where none did. */
export function onsetMs({ history }: Trace): number | null {
  const zero = history.loadStart ?? 0;
  const struck = new Set(history.phases.flatMap(({ exchanges }) => exchanges.struckWindows));
  const starts = history.windows
    .filter(({ record, fired, proved }) => (fired ?? 0) > 0 || proved || struck.has(record.id))
    .map(({ record, start }) => (start === null ? record.startMs : start - zero));
  return starts.length === 0 ? null : Math.min(...starts);
}

/** When the last fault was planned to heal, milliseconds since the load began. */
export const healMs = ({ history }: Trace): number | null => plannedHealMs(history.plan);

/** Planned length of the incident's phases, milliseconds. */
export const incidentMs = ({ history }: Trace): number =>
  history.plan.phases
    .filter(({ stage }) => stage === 'incident')
    .reduce((sum, { startMs, endMs }) => sum + Math.max(0, endMs - startMs), 0);

const totals = (window: readonly Second[], cls: Dependent): { readonly due: number; readonly good: number } => ({
  due: window.reduce((sum, second) => sum + second.due[cls], 0),
  good: window.reduce((sum, second) => sum + second.good[cls], 0),
});

/** Time to mitigate for a class; null where too few of its requests were due to tell. */
export function mitigationOf(trace: Trace, cls: Dependent): Mitigation | null {
  const onset = onsetMs(trace);
  const usual = trace.baseline[cls];
  if (onset === null || trace.incident[cls].due < SAMPLES_MIN || usual.due === 0) return null;
  const seconds = trace.history.seconds;
  const bar = (GOOD_PART * usual.good) / usual.due;
  const healthy = (start: number): boolean => {
    const { due, good } = totals(seconds.slice(start, start + WINDOW_S), cls);
    return due === 0 || good / due >= bar;
  };
  const first = Math.floor(onset / 1000);
  let back: number | null = null;
  for (let start = Math.max(first, seconds.length - WINDOW_S); start >= first && healthy(start); start -= 1) {
    back = start;
  }
  const hurt = back !== first;
  return {
    cls,
    due: trace.incident[cls].due,
    hurt,
    afterMs: back === null ? null : hurt ? Math.max(0, back * 1000 - onset) : 0,
  };
}
