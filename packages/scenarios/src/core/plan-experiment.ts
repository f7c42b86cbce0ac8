import type { Letter } from '@gameday/reporter/journal';
import { compileTimeline } from './compile-timeline.ts';
import { deepFreeze } from './deep-freeze.ts';
import { formatDuration } from './duration.ts';
import { optionError } from './input-error.ts';
import { setAssumptions } from './parse-scenario.ts';
import type { Target } from './parse-target.ts';
import { planWarnings } from './plan-warnings.ts';
import type { Plan, PlannedPhase, PlannedTarget, PlannedWorkload } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { regionOfVariable, templateNames } from './template.ts';

export interface PlanOptions {
  /** How much faster than the incident; the scenario's own where left out. */
  readonly speed?: number;
  readonly seed: string;
  /** Figures that replace assumptions, by name. */
  readonly sets?: Readonly<Record<string, number>>;
  /** Replaces the target's gate. */
  readonly gate?: Letter;
}

export interface PlanInput {
  readonly scenario: Scenario;
  readonly target: Target;
  /** Absolute folder in which the target's command runs. */
  readonly targetFolder: string;
  readonly options: PlanOptions;
}

/** All that is known of an app's users where its target declares no workload. */
const UNKNOWN_WORKLOAD: PlannedWorkload = {
  perSecond: 5,
  steps: [
    {
      id: 'home',
      class: 'read',
      weight: 1,
      request: { method: 'GET', path: '/', headers: {}, body: { kind: 'none' } },
      expect: { statuses: [200], body: { kind: 'any' } },
      ledger: 'none',
    },
  ],
  audit: { app: null, s3: null },
};

/** What a run takes beyond its phases at the most: the audit, the stopping of the app, the writing of the report. */
const AFTERWARDS_MS_MAX = 180_000;

/**
 * Decides everything that will happen. Pure: the same input gives the same plan.
 * @throws {InputError} for a speed that leaves nothing of a phase, an unknown or unfitting assumption, or a guardrail
 *   that would end the run before its plan does
 */
export function planExperiment({ scenario: given, target, targetFolder, options }: PlanInput): Plan {
  const scenario = setAssumptions(given, options.sets ?? {});
  const speed = options.speed ?? scenario.speed;
  if (!Number.isFinite(speed) || speed <= 0) throw optionError('--speed', 'must be a number above 0');
  const { phases, timeline, windowPhases } = compileTimeline(scenario, { homeRegion: target.homeRegion, speed });
  const vanished = phases.find((phase) => phase.endMs <= phase.startMs && phase.stage === 'incident');
  if (vanished !== undefined) {
    throw optionError('--speed', `at ${speed} nothing is left of the phase "${vanished.id}"`, 'choose a lower speed');
  }
  const plannedTarget = planTarget(target, targetFolder);
  const workload = target.workload ?? UNKNOWN_WORKLOAD;
  const faultRegions = timeline.windows.flatMap((window) => window.where.regions);
  const { name, title, summary, lesson, sources, viewpoint } = scenario;
  const plan: Plan = {
    scenario: { name, title, summary, lesson, sources, viewpoint },
    clock: { ...scenario.clock, speed },
    seed: options.seed,
    assumptions: scenario.assumptions,
    regions: [...new Set([...targetRegions(target), ...faultRegions])],
    target: plannedTarget,
    patienceMs: target.patienceMs,
    workload,
    phases,
    timeline,
    windowPhases,
    guardrails: { runMsMax: runMsMax(phases, target) },
    gate: options.gate ?? target.gate ?? null,
    weights: target.weights,
    warnings: [],
  };
  return deepFreeze({ ...plan, warnings: planWarnings(plan, target) });
}

function planTarget(target: Target, folder: string): PlannedTarget {
  const { name, command, url, ready, env, homeRegion, buckets } = target;
  return { name, folder, command, url, ready, env, homeRegion, buckets };
}

/** The regions that the target itself speaks of: its home first, its buckets', and those whose endpoint it asks for. */
function targetRegions(target: Target): string[] {
  const texts = [...Object.values(target.env), ...(target.command ?? [])];
  const asked = texts.flatMap(templateNames).map(regionOfVariable);
  const audited = target.workload?.audit.s3?.region ?? null;
  const regions = [target.homeRegion, ...target.buckets.map((bucket) => bucket.region), ...asked, audited];
  return [...new Set(regions.filter((region) => region !== null))];
}

function runMsMax(phases: readonly PlannedPhase[], target: Target): number {
  const plannedMs = (phases.at(-1)?.endMs ?? 0) + target.ready.withinMs;
  if (target.runMinutesMax === null) return plannedMs + AFTERWARDS_MS_MAX;
  const limitMs = target.runMinutesMax * 60_000;
  if (limitMs > plannedMs) return limitMs;
  throw optionError(
    'guardrails.minutes',
    `${target.runMinutesMax} minutes would end the run before its plan does (${formatDuration(plannedMs)})`,
    'raise it, or choose a higher --speed',
  );
}
