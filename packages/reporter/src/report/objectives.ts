import type { StepClass } from '../journal/plan-record.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { duration, percent, plural } from '../wording/figures.ts';
import type { Verdict } from './basics.ts';
import type { Objective } from './findings.ts';

const classes: readonly StepClass[] = ['read', 'write', 'control'];

/** An objective is met or missed only where the whole interval says so. */
function availabilityOf(trace: Trace, cls: StepClass, target: number): Objective {
  const { due, good } = trace.incident[cls];
  const share = wilson(good, due);
  const wanted = `${percent(target)} of ${cls}s good`;
  const verdict: Verdict =
    share === null || due < SAMPLES_MIN
      ? 'inconclusive'
      : share.ratio >= target
        ? 'pass'
        : share.high < target
          ? 'fail'
          : 'inconclusive';
  const burned = share === null || target >= 1 ? null : (1 - share.ratio) / (1 - target);
  const measured = share === null ? 'nothing was due' : `${percent(share.ratio)} of ${plural(due, cls)}`;
  return {
    id: `availability.${cls}`,
    kind: 'availability',
    class: cls,
    wanted,
    measured,
    value: share?.ratio ?? null,
    target,
    budgetBurned: burned === null ? null : Math.round(burned * 100) / 100,
    verdict,
    sentence: `${wanted}: ${measured}${burned === null ? '' : `, ${burned.toFixed(1)} times the error budget of that time`}.`,
  };
}

function latencyOf(
  trace: Trace,
  cls: StepClass,
  { percentile, ms }: { readonly percentile: number; readonly ms: number },
): Objective {
  const latencies = trace.incident[cls].allLatencies();
  const value = latencies.percentile(Math.min(100, Math.max(0, percentile)));
  const within = latencies.sumOf((latency) => (latency <= ms ? 1 : 0));
  const share = wilson(within, latencies.count);
  const part = percentile / 100;
  const verdict: Verdict =
    share === null || latencies.count < SAMPLES_MIN
      ? 'inconclusive'
      : share.ratio >= part
        ? 'pass'
        : share.high < part
          ? 'fail'
          : 'inconclusive';
  const wanted = `${percentile} % of ${cls}s within ${duration(ms)}`;
  const measured = value === null ? 'nothing was due' : `${percentile} % within ${duration(value)}`;
  return {
    id: `latency.${cls}`,
    kind: 'latency',
    class: cls,
    wanted,
    measured,
    value,
    target: ms,
    budgetBurned: null,
    verdict,
    sentence: `${wanted}: ${measured}.`,
  };
}

/** The target's own objectives (`slo:`), measured over the graded phases of the incident. */
export function objectivesOf(trace: Trace): readonly Objective[] {
  const { slo } = trace.history.plan;
  if (slo === undefined) return [];
  const objectives: Objective[] = [];
  for (const cls of classes) {
    const target = slo.availability?.[cls];
    const latency = slo.latency?.[cls];
    if (target !== undefined) objectives.push(availabilityOf(trace, cls, target));
    if (latency !== undefined) objectives.push(latencyOf(trace, cls, latency));
  }
  return objectives;
}
