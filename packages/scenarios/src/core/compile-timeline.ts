import type { FaultWindow, Ramp, Timeline } from '@gameday/injector';
import { HOME, type FaultEntry } from './fault-entry.ts';
import { BASELINE_ID, RECOVERY_ID } from './phase-ids.ts';
import type { PlannedPhase } from './plan.ts';
import type { Scenario, ScenarioPhase } from './scenario.ts';

export interface TimelineOptions {
  /** What `home` stands for. */
  readonly homeRegion: string;
  /** How much faster than the incident. */
  readonly speed: number;
}

export interface CompiledTimeline {
  /** Baseline, the scenario's phases compressed by the speed, recovery. */
  readonly phases: readonly PlannedPhase[];
  readonly timeline: Timeline;
  /** Which phase each window begins in, by window id. */
  readonly windowPhases: Readonly<Record<string, string>>;
}

/**
 * A scenario on the run's own clock. Only the incident is compressed; the baseline and the recovery are wall time.
 *
 * Window ids are `<phase>/<n>-<kind>`, n counting the phase's faults from 1, so that draws stay the same from run to run.
 * A hang that goes on unchanged over the edge of a phase is one window: what it holds stays held. Any other window ends
 * with its phase, and what it still holds is reset then.
 */
export function compileTimeline(scenario: Scenario, options: TimelineOptions): CompiledTimeline {
  const phases = planPhases(scenario, options.speed);
  const windows: FaultWindow[] = [];
  const windowPhases: Record<string, string> = {};
  for (const [index, phase] of scenario.phases.entries()) {
    const planned = phases[index + 1];
    if (planned === undefined) continue;
    const previous = scenario.phases[index - 1];
    // Only what leads its phase may go on: behind another fault it would suddenly be judged before it.
    let leading = true;
    let lastHeld = -1;
    for (const [n, entry] of phase.faults.entries()) {
      const window = windowOf(entry, `${phase.id}/${n + 1}-${entry.fault.kind}`, planned, previous, options);
      const held = windows.findIndex((earlier) => continues(earlier, window));
      const earlier = windows[held];
      leading &&= held > lastHeld;
      lastHeld = held;
      if (leading && earlier !== undefined) windows[held] = { ...earlier, endMs: window.endMs };
      else {
        windows.push(window);
        windowPhases[window.id] = phase.id;
      }
    }
  }
  return { phases, timeline: { windows }, windowPhases };
}

function planPhases(scenario: Scenario, speed: number): PlannedPhase[] {
  const { baselineMs, recoveryMs } = scenario;
  const wallMs = (minutes: number): number => baselineMs + Math.round((minutes * 60_000) / speed);
  const calm = { incidentFromMin: null, incidentToMin: null, notes: [] };
  const endMs = wallMs(scenario.phases.at(-1)?.toMin ?? 0);
  return [
    { id: BASELINE_ID, title: 'Nothing fails', stage: 'baseline', startMs: 0, endMs: baselineMs, ...calm },
    ...scenario.phases.map(({ id, title, fromMin, toMin, notes }) => ({
      id,
      title,
      stage: 'incident' as const,
      startMs: wallMs(fromMin),
      endMs: wallMs(toMin),
      incidentFromMin: fromMin,
      incidentToMin: toMin,
      notes,
    })),
    {
      id: RECOVERY_ID,
      title: 'Every fault is healed',
      stage: 'recovery',
      startMs: endMs,
      endMs: endMs + recoveryMs,
      ...calm,
    },
  ];
}

function windowOf(
  entry: FaultEntry,
  id: string,
  phase: PlannedPhase,
  previous: ScenarioPhase | undefined,
  options: TimelineOptions,
): FaultWindow {
  const { share, fault, inFlight, ...where } = entry;
  const regions = [...new Set(entry.regions.map((region) => (region === HOME ? options.homeRegion : region)))];
  const ramp: Ramp = typeof share === 'number' ? { from: share, to: share } : share;
  return {
    id,
    startMs: phase.startMs,
    endMs: phase.endMs,
    where: { ...where, regions },
    share: ramp,
    fault,
    inFlight: inFlight ?? defaultInFlight(entry, previous),
  };
}

/** Faults that take the connection away: what is in flight when they break out does not survive them. */
function severs(entry: FaultEntry): boolean {
  const { kind } = entry.fault;
  return kind === 'refuse' || kind === 'silent' || kind === 'reset' || kind === 'blackout';
}

/** Cut at the outbreak, spared where the phase before severed the same region already. */
function defaultInFlight(entry: FaultEntry, previous: ScenarioPhase | undefined): 'spare' | 'cut' {
  if (!severs(entry)) return 'spare';
  const before = previous?.faults.filter(severs).flatMap((fault) => fault.regions) ?? [];
  return entry.regions.every((region) => before.includes(region)) ? 'spare' : 'cut';
}

/** True for the same hang, at the same constant share, beginning where the earlier one ends. */
function continues(earlier: FaultWindow, later: FaultWindow): boolean {
  const hangs = later.fault.kind === 'silent' || later.fault.kind === 'blackout';
  const steady = later.share.from === later.share.to;
  return (
    hangs &&
    steady &&
    earlier.endMs === later.startMs &&
    later.inFlight === 'spare' &&
    JSON.stringify([earlier.share, earlier.fault, earlier.where]) ===
      JSON.stringify([later.share, later.fault, later.where])
  );
}
