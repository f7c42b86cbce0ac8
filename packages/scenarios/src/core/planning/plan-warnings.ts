import type { FaultWindow } from '@gameday/injector';
import { auditWays, writesLedger } from './audit-ways.ts';
import { phaseAt } from './compile-moments.ts';
import { formatDuration } from '../words/duration.ts';
import { gradeabilityWarnings } from './gradeability.ts';
import type { Target } from '../target/parse-target.ts';
import type { Plan } from '../plan.ts';

/** What the user should know before believing the grade, most weighty first. */
export function planWarnings(plan: Plan, target: Target): string[] {
  return [
    ...regionWarnings(plan),
    ...processWarnings(plan),
    ...hangWarnings(plan),
    ...gradeabilityWarnings(plan),
    ...workloadWarnings(plan, target),
  ];
}

/** A scenario that strikes only where the target is not proves nothing. */
function regionWarnings(plan: Plan): string[] {
  const struck = new Set(plan.timeline.windows.flatMap((window) => window.where.regions));
  const own = new Set([plan.target.homeRegion, ...plan.target.buckets.map((bucket) => bucket.region)]);
  if (plan.timeline.windows.length === 0 || [...own].some((region) => struck.has(region))) return [];
  return [
    `The scenario strikes ${[...struck].join(', ')}, but the target lives in ${[...own].join(', ')}: ` +
      `nothing of it will fail. Set region: in chaos.yaml, or choose a scenario that strikes home.`,
  ];
}

/** Only an app that was started here can be killed, frozen or started again. */
function processWarnings(plan: Plan): string[] {
  if (plan.target.command !== null) return [];
  const wanted = (plan.events ?? []).filter(({ action }) => action.do.endsWith('-target'));
  if (wanted.length === 0) return [];
  return [
    `The scenario stops or starts the app ${wanted.length} times, but Gameday has not started it: nothing of that will ` +
      'happen. Give chaos.yaml a command.',
  ];
}

/**
 * A silence shorter than the users' patience shows no hang: the app is released before anybody gives up. Neighbouring
 * silences count as one, since whoever is released at a phase's edge meets the next.
 */
function hangWarnings(plan: Plan): string[] {
  const { patienceMs, clock } = plan;
  return silences(plan.timeline.windows)
    .filter(({ startMs, endMs }) => endMs - startMs < patienceMs)
    .map(({ startMs, endMs }) => {
      const minutes = ((endMs - startMs) * clock.speed) / 60_000;
      const speed = Math.floor((minutes * 60_000) / patienceMs);
      const phase = phaseAt(plan.phases, startMs);
      const cure =
        speed >= 1 ? `--speed ${speed} or less would do.` : 'No speed is slow enough: the incident itself is shorter.';
      return (
        `From "${phase}" on S3 is silent for ${formatDuration(endMs - startMs)} at speed ${clock.speed}, shorter than ` +
        `the ${formatDuration(patienceMs)} that users wait: hangs cannot show. ${cure}`
      );
    });
}

function silences(windows: readonly FaultWindow[]): { startMs: number; endMs: number }[] {
  const stretches: { startMs: number; endMs: number }[] = [];
  const hangs = windows.filter(({ fault }) => fault.kind === 'silent' || fault.kind === 'blackout');
  for (const { startMs, endMs } of hangs.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = stretches.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else stretches.push({ startMs, endMs });
  }
  return stretches;
}

function workloadWarnings(plan: Plan, target: Target): string[] {
  if (target.workload === null) {
    return [
      'The target declares no workload, so its users are taken to ask for GET / and nothing else: ' +
        'neither lost writes nor the blast radius can be graded. Describe them in chaos.yaml.',
    ];
  }
  const { steps } = plan.workload;
  const warnings: string[] = [];
  if (!writesLedger(plan)) warnings.push('No step writes a ${new} entry: lost writes cannot be graded.');
  else if (auditWays(plan).length === 0) {
    warnings.push('Nothing says how an entry is read back (audit: in chaos.yaml): lost writes cannot be graded.');
  }
  if (!steps.some((step) => step.class === 'control')) {
    warnings.push('No step is of class control, a route that needs no S3: the blast radius cannot be graded.');
  }
  return warnings;
}
