import type { Letter } from '@gameday/reporter/journal';
import { compileTimeline } from './compile-timeline.ts';
import { cutScenario, speedForDuration, type CutOptions } from '../scenario/cut-scenario.ts';
import { deepFreeze } from '../words/deep-freeze.ts';
import { formatDuration } from '../words/duration.ts';
import type { ExpectationEntry } from '../scenario/expectation.ts';
import { optionError } from '../source/input-error.ts';
import { setAssumptions, type Sets } from '../scenario/parse-scenario.ts';
import { plannedAlarm } from '../target/target-alarm.ts';
import type { Target } from '../target/parse-target.ts';
import { membersAudits } from './audit-ways.ts';
import { planWarnings } from './plan-warnings.ts';
import { RECOVERY_ID, BASELINE_ID } from '../scenario/phase-ids.ts';
import type { Plan, PlannedExpectation, PlannedPhase, PlannedTarget, PlannedWorkload } from '../plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { isRegionName, regionOfVariable, templateNames } from '../words/template.ts';

/** What the user chose for one run. */
export interface PlanOptions extends CutOptions {
  /** How much faster than the incident; the scenario's own where left out. */
  readonly speed?: number;
  /** How long the whole load is to last, milliseconds of wall time: another way of giving the speed. */
  readonly durationMs?: number;
  readonly seed: string;
  /** What replaces assumptions and variables, by name. */
  readonly sets?: Sets;
  /** Replaces the target's gate. */
  readonly gate?: Letter;
}

/** What a plan follows from. */
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
  audit: { app: null, s3: [] },
};

/** What a run takes beyond its phases at the most: the audit, the stopping of the app, the writing of the report. */
const AFTERWARDS_MS_MAX = 180_000;

/**
 * Decides everything that will happen. Pure: the same input gives the same plan.
 * @throws {InputError} for a speed or duration that leaves nothing of a phase, an unknown phase, an unknown or unfitting
 *   assumption or variable, or a guardrail that would end the run before its plan does
 */
export function planExperiment({ scenario: given, target, targetFolder, options }: PlanInput): Plan {
  const scenario = cutScenario(setAssumptions(given, options.sets ?? {}), options);
  const speed = chooseSpeed(scenario, options);
  const own = targetRegions(target);
  const { seed } = options;
  const regions = [...new Set([...own, ...scenarioRegions(scenario)])];
  const compiled = compileTimeline(scenario, { homeRegion: target.homeRegion, regions, speed, seed });
  const { phases, timeline } = compiled;
  const vanished = phases.find((phase) => phase.endMs <= phase.startMs && phase.stage === 'incident');
  if (vanished !== undefined) {
    throw optionError('--speed', `at ${speed} nothing is left of the phase "${vanished.id}"`, 'choose a lower speed');
  }
  const { name, title, summary, lesson, survivor, sources, viewpoint, guardrails, cooldownMs } = scenario;
  const plan: Plan = {
    scenario: { name, title, summary, lesson, survivor, sources, viewpoint },
    clock: { ...scenario.clock, speed },
    seed,
    assumptions: scenario.assumptions,
    variables: scenario.variables,
    regions: [...new Set([...own, ...timeline.windows.flatMap((window) => window.where.regions)])],
    target: planTarget(target, targetFolder),
    patienceMs: target.patienceMs,
    workload: target.workload ?? UNKNOWN_WORKLOAD,
    ...compiled,
    expectations: expectationsOf(scenario),
    cooldownMs,
    probes: target.probes,
    alarms: target.alarms.map((alarm) => plannedAlarm(alarm, name)),
    guardrails: {
      runMsMax: runMsMax(phases, cooldownMs, target.ready.withinMs, lower(target.runMinutesMax, guardrails.minutesMax)),
      abortWhen: guardrails.abortWhen,
      stopFile: guardrails.stopFile,
    },
    gate: options.gate ?? target.gate ?? null,
    weights: target.weights,
    slo: target.slo,
    warnings: [],
  };
  return deepFreeze({ ...plan, warnings: planWarnings(plan, target) });
}

function chooseSpeed(scenario: Scenario, { speed: given, durationMs }: PlanOptions): number {
  if (given !== undefined && durationMs !== undefined) {
    throw optionError('--duration', 'says nothing beside --speed', 'keep one of the two');
  }
  const speed = durationMs === undefined ? (given ?? scenario.speed) : speedForDuration(scenario, durationMs);
  if (!Number.isFinite(speed) || speed <= 0) throw optionError('--speed', 'must be a number above 0');
  return speed;
}

/** The regions that a scenario names itself. */
function scenarioRegions(scenario: Scenario): string[] {
  const stretches = [...scenario.phases, ...scenario.tracks.flatMap((track) => track.phases)];
  const menus = scenario.phases.flatMap(({ monkey }) => monkey?.menu.flatMap(({ fault }) => fault ?? []) ?? []);
  const entries = [...stretches.flatMap(({ faults }) => faults), ...menus];
  return entries.flatMap(({ regions }) => regions).filter(isRegionName);
}

function expectationsOf({ hypothesis, phases }: Scenario): PlannedExpectation[] {
  return [
    ...expectationsIn(hypothesis.before, 'before', BASELINE_ID),
    ...phases.flatMap(({ id, expect }) => expectationsIn(expect, 'during', id)),
    ...expectationsIn(hypothesis.after, 'after', RECOVERY_ID),
  ];
}

function expectationsIn(
  entries: readonly ExpectationEntry[],
  when: PlannedExpectation['when'],
  phase: string,
): PlannedExpectation[] {
  return entries.map(({ class: stepClass, good, within }) => ({
    when,
    phase,
    class: stepClass,
    goodShareMin: good,
    withinMs: within ?? null,
  }));
}

const lower = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

function planTarget(target: Target, folder: string): PlannedTarget {
  const { name, command, url, ready, env, homeRegion, replicas, buckets } = target;
  return {
    name,
    folder,
    command,
    url,
    ready,
    env,
    homeRegion,
    ...(replicas === undefined ? {} : { replicas }),
    buckets,
  };
}

/** The regions that the target itself speaks of: its home first, its buckets', and those whose endpoint it asks for. */
function targetRegions(target: Target): string[] {
  const texts = [...Object.values(target.env), ...(target.command ?? [])];
  const asked = texts.flatMap(templateNames).map(regionOfVariable);
  const { workload } = target;
  const audits = workload === null ? [] : membersAudits({ workload });
  const audited = audits.flatMap(({ s3 }) => s3.map(({ region }) => region));
  const regions = [target.homeRegion, ...target.buckets.map((bucket) => bucket.region), ...asked, ...audited];
  return [...new Set(regions.filter((region) => region !== null))];
}

function runMsMax(
  phases: readonly PlannedPhase[],
  cooldownMs: number,
  readyMs: number,
  minutesMax: number | null,
): number {
  const plannedMs = (phases.at(-1)?.endMs ?? 0) + cooldownMs + readyMs;
  if (minutesMax === null) return plannedMs + AFTERWARDS_MS_MAX;
  const limitMs = minutesMax * 60_000;
  if (limitMs > plannedMs) return limitMs;
  throw optionError(
    'guardrails.minutes',
    `${minutesMax} minutes would end the run before its plan does (${formatDuration(plannedMs)})`,
    'raise it, or choose a higher --speed',
  );
}
