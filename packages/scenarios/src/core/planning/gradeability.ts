import { rampMean, type FaultWindow } from '@gameday/injector';
import type { StepClass } from '@gameday/reporter/journal';
import { formatDuration } from '../words/duration.ts';
import { stepRates } from '../workload/journeys.ts';
import type { Plan, PlannedPhase } from '../plan.ts';

/** With fewer requests that meet a fault the reporter does not grade a phase. */
const STRUCK_MIN = 5;
/** With fewer requests of a class the reporter says nothing of it. */
const SAMPLES_MIN = 20;
/** Shares and rates are no exact numbers: five requests may come out as a little less. */
const ROUNDING = 1e-6;

/** What would not show at this speed, and the speed at which it would. */
export function gradeabilityWarnings(plan: Plan): string[] {
  const incident = plan.phases.filter(({ stage }) => stage === 'incident');
  return [
    ...incident.flatMap((phase) => tooShort(plan, phase)),
    ...(plan.expectations ?? []).flatMap((expectation) => {
      const phase = incident.find(({ id }) => id === expectation.phase);
      if (phase === undefined) return [];
      const due = requestsDue(plan, phase, expectation.class);
      if (due >= SAMPLES_MIN - ROUNDING) return [];
      if (due === 0) {
        return [
          `"${phase.id}" is to keep up ${expectation.class} requests, but no step of the workload is one: nothing can be ` +
            'said of them. Add a step of that class to chaos.yaml.',
        ];
      }
      return [
        `"${phase.id}" is to keep up ${expectation.class} requests, but only about ${Math.floor(due + ROUNDING)} of them are due ` +
          `in its ${lasting(phase)}, and ${SAMPLES_MIN} are needed. ${cure(plan, due / SAMPLES_MIN)}`,
      ];
    }),
    ...plan.timeline.windows.flatMap((window) => tooLate(plan, window)),
  ];
}

const requests = (count: number): string => `${count} ${count === 1 ? 'request' : 'requests'}`;

/** A phase whose faults would strike too few requests to grade it, if each needed S3 once. */
function tooShort(plan: Plan, phase: PlannedPhase): string[] {
  const windows = plan.timeline.windows.filter(({ startMs, endMs }) => startMs < phase.endMs && endMs > phase.startMs);
  if (windows.length === 0) return [];
  const struck = (['read', 'write'] as const).reduce(
    (sum, stepClass) => sum + requestsDue(plan, phase, stepClass) * struckShare(windows, stepClass, phase),
    0,
  );
  if (struck >= STRUCK_MIN - ROUNDING) return [];
  return [
    `"${phase.id}" lasts ${lasting(phase)} at speed ${plan.clock.speed}: about ${requests(Math.floor(struck + ROUNDING))} would meet ` +
      `its faults, and ${STRUCK_MIN} are needed to grade it. ${cure(plan, struck / STRUCK_MIN)}`,
  ];
}

function requestsDue(plan: Plan, phase: PlannedPhase, stepClass: StepClass): number {
  const rates = stepRates(plan.workload);
  const perSecond = plan.workload.steps
    .filter((step) => step.class === stepClass)
    .reduce((sum, { id }) => sum + (rates.get(id) ?? 0), 0);
  return (perSecond * (phase.endMs - phase.startMs)) / 1_000;
}

/** The mean share of a class's requests that at least one of the windows strikes while the phase lasts. */
function struckShare(windows: readonly FaultWindow[], stepClass: 'read' | 'write', phase: PlannedPhase): number {
  const unharmed = windows
    .filter(({ where }) => where.classes?.includes(stepClass) ?? true)
    .reduce((left, { share, startMs, endMs }) => {
      const overlapMs = Math.min(endMs, phase.endMs) - Math.max(startMs, phase.startMs);
      return left * (1 - (rampMean(share) * overlapMs) / (phase.endMs - phase.startMs));
    }, 1);
  return 1 - unharmed;
}

/** A delay longer than its whole window: what waits is released at the window's end, and nobody sees the fault. */
function tooLate(plan: Plan, window: FaultWindow): string[] {
  const delayMs = shortestDelayMs(window);
  const lengthMs = window.endMs - window.startMs;
  if (delayMs <= lengthMs) return [];
  return [
    `The answers of ${window.id} come ${formatDuration(delayMs)} late or later, but it is over after ` +
      `${formatDuration(lengthMs)}: they cannot show. ${cure(plan, lengthMs / delayMs)}`,
  ];
}

function shortestDelayMs({ fault }: FaultWindow): number {
  const delay =
    fault.kind === 'latency'
      ? fault.delay
      : fault.kind === 'http-error' || fault.kind === 'blackout'
        ? fault.after
        : undefined;
  switch (delay?.shape) {
    case undefined:
      return 0;
    case 'constant':
      return delay.ms;
    case 'uniform':
      return delay.fromMs;
    case 'lognormal':
      return delay.p50Ms;
    default:
      return delay satisfies never;
  }
}

const lasting = ({ startMs, endMs }: PlannedPhase): string => formatDuration(endMs - startMs);

/** @param reached how much of what is needed there is at this speed, below 1 */
function cure(plan: Plan, reached: number): string {
  const speed = plan.clock.speed * reached + ROUNDING;
  if (reached <= 0) return 'No speed is slow enough.';
  return `--speed ${speed >= 10 ? Math.floor(speed) : Number((Math.floor(speed * 100) / 100).toPrecision(2))} or less would do.`;
}
