import type { FaultWindow } from '@gameday/injector';
import { formatDuration } from '../../core/words/duration.ts';
import type { Target } from '../../core/target/parse-target.ts';
import { planExperiment, type PlanOptions } from '../../core/planning/plan-experiment.ts';
import type { Plan, PlannedEvent } from '../../core/plan.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { AwsSetup } from '../../core/target/target-aws.ts';
import { cutScenario } from '../../core/scenario/cut-scenario.ts';
import { LOCAL_ACCOUNT } from './arns.ts';
import { compileTemplates, type FisTemplate } from './compile-templates.ts';
import { eventItems } from './event-items.ts';
import type { FisItem, FisLine } from './fis-item.ts';
import { windowLines } from './fis-lines.ts';
import { cutItems, slowItems, type ItemInput } from './network-items.ts';

export interface FisPlanOptions extends PlanOptions {
  /** The step that every moment is put on, in milliseconds. Default a minute, which is the shortest that FIS takes. */
  readonly gridMs?: number;
  /** From which share of failing reads and writes on S3 is cut altogether. Default 0.5. */
  readonly cutFrom?: number;
}

/** A scenario as AWS FIS can do it. */
export interface FisPlan {
  /** The plan of the run around the experiments: its timeline is what FIS does, not what the scenario says. */
  readonly plan: Plan;
  readonly aws: AwsSetup;
  /** Where the app runs. */
  readonly appRegion: string;
  readonly templates: readonly FisTemplate[];
  /** What became of each thing that the scenario says. */
  readonly lines: readonly FisLine[];
}

export const GRID_MS = 60_000;
const CUT_FROM = 0.5;

/** For targets that say nothing of AWS: the account of the local endpoint, and a tag. */
export const localSetup = ({ name }: Pick<Target, 'name'>): AwsSetup => ({
  account: LOCAL_ACCOUNT,
  role: `arn:aws:iam::${LOCAL_ACCOUNT}:role/gameday-fis`,
  subnets: { tags: { App: name } },
  buckets: { tags: { App: name } },
  alarms: [],
});

/**
 * Translates a scenario into experiments of AWS FIS, and says line by line what it cannot do. Pure.
 * @throws {InputError} as `planExperiment` does
 */
export function planFis(
  scenario: Scenario,
  target: Target,
  targetFolder: string,
  { gridMs = GRID_MS, cutFrom = CUT_FROM, ...options }: FisPlanOptions,
): FisPlan {
  const speed = options.speed ?? fisSpeed(cutScenario(scenario, options), gridMs);
  const { durationMs: _whole, ...rest } = options;
  const plan = planExperiment({
    scenario,
    target,
    targetFolder,
    options: options.durationMs === undefined ? { ...rest, speed } : options,
  });
  const aws = target.aws ?? localSetup(target);
  const appRegion = aws.region ?? target.homeRegion;
  const zeroMs = plan.phases.find(({ stage }) => stage === 'incident')?.startMs ?? 0;
  const endMs = plan.phases.findLast(({ stage }) => stage === 'incident')?.endMs ?? zeroMs;
  const windows = plan.timeline.windows.map((window) => shifted(window, -zeroMs));
  const input: ItemInput = {
    windows,
    incidentMs: Math.max(gridMs, Math.round((endMs - zeroMs) / gridMs) * gridMs),
    gridMs,
    aws,
    appRegion,
    regions: plan.regions,
    cutFrom,
  };
  const cuts = cutItems(input);
  const slow = slowItems(input, cuts);
  const startedHere = target.command !== null;
  const judged = (event: PlannedEvent) => ({
    event,
    ...eventItems(fromZero(event, zeroMs), input, startedHere),
  });
  const events = (plan.events ?? []).map(judged);
  const items = [...cuts, ...slow, ...events.flatMap((one) => one.items)];
  const { name, title } = plan.scenario;
  const kept = events.filter(({ line }) => line.verdict === 'here').map(({ event }) => event);
  return {
    plan: { ...planOf(plan, items, zeroMs), events: kept },
    aws,
    appRegion,
    templates: compileTemplates(items, { name, title, aws }),
    lines: [
      ...timeLines(plan, scenario, gridMs),
      ...windowLines(input, items),
      ...events.map(({ line }) => line),
      ...guardrailLines(aws),
    ],
  };
}

/** As fast as the incident may pass when each of its phases is to last a step of the grid; at most the scenario's own. */
function fisSpeed({ phases, speed }: Scenario, gridMs: number): number {
  const shortestMin = Math.min(...phases.map(({ fromMin, toMin }) => toMin - fromMin));
  return Number(Math.min(speed, (shortestMin * 60_000) / gridMs).toPrecision(6));
}

const shifted = (window: FaultWindow, byMs: number): FaultWindow => ({
  ...window,
  startMs: window.startMs + byMs,
  endMs: window.endMs + byMs,
});

const fromZero = (event: PlannedEvent, zeroMs: number): PlannedEvent => ({
  ...event,
  startMs: event.startMs - zeroMs,
  endMs: event.endMs === null ? null : event.endMs - zeroMs,
});

/** The run's plan, with what FIS does to S3 in the place of the scenario's faults. */
function planOf(plan: Plan, items: readonly FisItem[], zeroMs: number): Plan {
  const windows = items.flatMap(({ s3, name, fromMs, toMs }, index): FaultWindow[] => {
    if (s3 === null) return [];
    const fault =
      s3.delayMs === null
        ? ({ kind: 'black-hole' } as const)
        : ({ kind: 'latency', delay: { shape: 'constant', ms: s3.delayMs } } as const);
    const window: FaultWindow = {
      id: `fis/${index + 1}-${name}`,
      startMs: fromMs,
      endMs: toMs,
      where: { regions: [s3.region] },
      share: { from: 1, to: 1 },
      fault,
      inFlight: 'spare',
    };
    return [shifted(window, zeroMs)];
  });
  const phaseAt = (ms: number): string =>
    plan.phases.findLast(({ startMs }) => startMs <= ms)?.id ?? plan.phases[0]?.id ?? '';
  return {
    ...plan,
    timeline: { windows },
    windowPhases: Object.fromEntries(windows.map(({ id, startMs }) => [id, phaseAt(startMs)])),
  };
}

function timeLines({ clock, phases }: Plan, { speed }: Scenario, gridMs: number): FisLine[] {
  const incident = phases.filter(({ stage }) => stage === 'incident');
  const lengthMs = (incident.at(-1)?.endMs ?? 0) - (incident[0]?.startMs ?? 0);
  const step = formatDuration(gridMs);
  const slowed =
    clock.speed < speed ? `, not ${speed} times as the scenario has it: no phase is shorter than ${step}` : '';
  return [
    {
      about: 'time',
      verdict: clock.speed < speed ? 'substituted' : 'kept',
      text: `The incident passes ${clock.speed} times as fast as it did, in ${formatDuration(lengthMs)}${slowed}. Every moment is put on a whole step of ${step}.`,
    },
  ];
}

function guardrailLines({ alarms }: AwsSetup): FisLine[] {
  const byAlarm: FisLine =
    alarms.length === 0
      ? {
          about: 'guardrails',
          verdict: 'here',
          text: 'chaos.yaml names no aws.alarms that FIS could stop at: Gameday alone watches, from here, and stops the experiments.',
        }
      : {
          about: 'guardrails',
          verdict: 'kept',
          text: `FIS stops by itself when an alarm rings (${alarms.length} stop conditions); Gameday watches from here as well.`,
        };
  return [byAlarm];
}
