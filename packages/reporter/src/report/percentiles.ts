import type { StepClass } from '../journal/plan-record.ts';
import type { Trace } from '../trace.ts';
import type { Percentile } from './measurements.ts';

const CLASSES: readonly StepClass[] = ['read', 'write', 'control'];
const PERCENTILES = [50, 95, 99, 99.9] as const;

/** What users waited in the graded phases of the incident. */
export const percentilesOf = (trace: Trace): readonly Percentile[] =>
  CLASSES.flatMap((cls) => {
    const latencies = trace.incident[cls].allLatencies();
    return PERCENTILES.flatMap((percentile) => {
      const found = latencies.interval(percentile);
      if (found === null) return [];
      const { value: ms, low: lowMs, high: highMs } = found;
      return [{ class: cls, percentile, count: latencies.count, ms, lowMs, highMs }];
    });
  });
