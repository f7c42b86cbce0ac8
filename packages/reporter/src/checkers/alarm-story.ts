import type { AlertSeen } from '../history/watch.ts';
import type { PlanRecord } from '../journal/plan-record.ts';
import type { Trace } from '../trace.ts';
import { healMs, onsetMs } from './mitigation.ts';

type Expectation = NonNullable<NonNullable<PlanRecord['alarms']>[number]['expect']>;

/** What became of one alarm in a run. Times are milliseconds since the load began. */
export interface AlarmStory {
  readonly id: string;
  /** What raises it; empty for one that the app sent without being asked for. */
  readonly does: string;
  readonly expect: Expectation;
  /** How often it went off before the first fault that struck. */
  readonly falseAlarms: number;
  /** When it first went off between the first fault and the last heal; null where it did not. */
  readonly firedAt: number | null;
  /** How often it went off after the last heal. */
  readonly late: number;
  /** When it was last seen to clear; null where it was on to the end, or never went off. */
  readonly clearedAt: number | null;
  readonly stuck: boolean;
  /** Whether it did what was expected of it; null where nothing was. */
  readonly asExpected: boolean | null;
}

/** The alarms of the plan in its order, then those that came by themselves. */
export function alarmStories(trace: Trace): readonly AlarmStory[] {
  const { plan, watch } = trace.history;
  const planned = plan.alarms ?? [];
  const others = [...new Set(watch.alerts.map(({ alarm }) => alarm))].filter(
    (id) => !planned.some((alarm) => alarm.id === id),
  );
  const all = [...planned, ...others.map((id) => ({ id, does: '', expect: undefined }))];
  return all.map(({ id, does, expect = 'any' }) =>
    storyOf(
      trace,
      { id, does, expect },
      watch.alerts.filter(({ alarm }) => alarm === id),
    ),
  );
}

function storyOf(
  trace: Trace,
  alarm: Pick<AlarmStory, 'id' | 'does' | 'expect'>,
  changes: readonly AlertSeen[],
): AlarmStory {
  const zero = trace.history.loadStart ?? 0;
  // Without a fault that struck, every alarm is a false one.
  const onset = onsetMs(trace) ?? Infinity;
  const heal = Math.max(onset, healMs(trace) ?? onset);
  const fired = changes.filter(({ state }) => state === 'firing').map(({ t }) => t - zero);
  const firedAt = fired.find((at) => at >= onset && at <= heal) ?? null;
  const last = changes.at(-1);
  return {
    ...alarm,
    falseAlarms: fired.filter((at) => at < onset).length,
    firedAt,
    late: fired.filter((at) => at > heal).length,
    clearedAt: last?.state === 'cleared' ? last.t - zero : null,
    stuck: last?.state === 'firing',
    asExpected: alarm.expect === 'any' ? null : alarm.expect === 'fires' ? firedAt !== null : fired.length === 0,
  };
}
