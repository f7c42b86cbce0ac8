import type { Arrival } from '../../core/workload/arrivals.ts';
import type { PlannedStep } from '../../core/plan.ts';
import type { WorkRequest } from '../../ports/workload.ts';
import type { WorkloadOptions } from './workload-options.ts';

/** Runs a step's command as a request: good is exit code 0, in time. */
export async function runCommandStep(
  { elapsed, runCommand }: WorkloadOptions,
  { index, step }: Arrival,
  { words, withinMs }: NonNullable<PlannedStep['command']>,
  intended: number,
  signal: AbortSignal,
): Promise<WorkRequest> {
  const sent = elapsed();
  const outcome = await runCommand(words, withinMs - (sent - intended), index, signal);
  const common = { step: step.id, class: step.class, intended, sent, ended: elapsed(), status: null, entry: null };
  switch (outcome.kind) {
    case 'stopped':
      return { ...common, outcome: 'hang', detail: `not done within ${withinMs} ms` };
    case 'failed':
      return { ...common, outcome: 'connection', detail: outcome.reason };
    case 'exited': {
      const { code, signal: by, lastLine } = outcome;
      const status = code;
      if (code === 0) return { ...common, status, outcome: 'good', detail: '' };
      const how = code === null ? `killed by ${by ?? 'a signal'}` : `exit code ${code}`;
      return { ...common, status, outcome: 'wrong-status', detail: `${how}: ${lastLine.slice(0, 200)}` };
    }
    default:
      return outcome satisfies never;
  }
}
