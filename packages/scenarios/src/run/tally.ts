import type { RunEnd, StepClass } from '@gameday/reporter/journal';
import type { Stage } from '../core/experiment.ts';
import type { PlannedPhase } from '../core/plan.ts';

export interface Count {
  due: number;
  good: number;
}

/** What a person watching the run wants to know right now. */
export interface RunStatus {
  readonly stage: Stage;
  readonly phase: PlannedPhase | null;
  /** Milliseconds since the load began; 0 before. */
  readonly loadMs: number;
  readonly total: Readonly<Record<StepClass, Count>>;
  /** Of the requests that ended in the last second or two. */
  readonly recent: Readonly<Record<StepClass, Count>>;
  readonly s3Exchanges: number;
  readonly s3Struck: number;
  readonly inFlight: number;
}

/** How a run ended, for the exit code; the grade comes from the journal. */
export interface RunOutcome {
  readonly reason: RunEnd;
  readonly detail: string;
}

const zero = (): Record<StepClass, Count> => ({
  read: { due: 0, good: 0 },
  write: { due: 0, good: 0 },
  control: { due: 0, good: 0 },
});

/** Running counts for the progress display; what is graded is counted again from the journal. */
export function createTally(): {
  readonly total: Record<StepClass, Count>;
  request(stepClass: StepClass, good: boolean, nowMs: number): void;
  recent(nowMs: number): Record<StepClass, Count>;
} {
  const total = zero();
  let older = zero();
  let newer = zero();
  let turnedMs = 0;
  const turn = (nowMs: number): void => {
    if (nowMs - turnedMs < 1_000) return;
    older = nowMs - turnedMs < 2_000 ? newer : zero();
    newer = zero();
    turnedMs = nowMs;
  };
  return {
    total,
    request(stepClass, good, nowMs) {
      turn(nowMs);
      for (const counts of [total, newer]) {
        counts[stepClass].due += 1;
        if (good) counts[stepClass].good += 1;
      }
    },
    recent(nowMs) {
      turn(nowMs);
      const sum = zero();
      for (const stepClass of ['read', 'write', 'control'] as const) {
        sum[stepClass].due = older[stepClass].due + newer[stepClass].due;
        sum[stepClass].good = older[stepClass].good + newer[stepClass].good;
      }
      return sum;
    },
  };
}
