import { rampAt, type FaultWindow, type Ramp, type Timeline } from '@gameday/injector';
import { compileMoments, phaseAt } from './compile-moments.ts';
import { EVERYWHERE, HOME, type FaultEntry } from '../scenario/fault-entry.ts';
import { formatIncidentTime } from '../words/incident-time.ts';
import { monkeyStrikes } from '../scenario/monkey.ts';
import { BASELINE_ID, RECOVERY_ID } from '../scenario/phase-ids.ts';
import type { PlannedEvent, PlannedNote, PlannedPhase } from '../plan.ts';
import { createRunClock, type Placed, type RunClock } from '../scenario/run-clock.ts';
import type { ScenarioPhase, ScenarioStretch } from '../scenario/scenario-phase.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a monkey draws from where nobody gave a seed: for a drawing of the scenario. */
const SEED_DEFAULT = '1';

export interface TimelineOptions {
  /** What `home` stands for. */
  readonly homeRegion: string;
  /** What `everywhere` stands for, the home region included; the home region alone where left out. */
  readonly regions?: readonly string[];
  /** How much faster than the incident. */
  readonly speed: number;
  /** What monkeys draw from. */
  readonly seed?: string;
}

export interface CompiledTimeline {
  /** Baseline, the scenario's phases compressed by the speed, recovery. */
  readonly phases: readonly PlannedPhase[];
  readonly timeline: Timeline;
  /** Which phase each window begins in, by window id. */
  readonly windowPhases: Readonly<Record<string, string>>;
  readonly events: readonly PlannedEvent[];
  readonly notes: readonly PlannedNote[];
}

/**
 * A scenario on the run's own clock. Only the incident is compressed; the baseline and the recovery are wall time.
 *
 * Window ids are `<phase>/<n>-<kind>`, n counting the phase's faults from 1, so that draws stay the same from run to
 * run; those of a track are `<track>.<stretch>/<n>-<kind>`, those of a monkey `<phase>/monkey-<n>-<kind>`. A hang that
 * goes on unchanged over the edge of a phase is one window: what it holds stays held. Any other window ends with its
 * phase, and what it still holds is reset then. Where an exchange meets several, the phases' faults come first, then
 * the tracks' in their order, then the monkeys'.
 */
export function compileTimeline(scenario: Scenario, options: TimelineOptions): CompiledTimeline {
  const clock = createRunClock(scenario, options.speed);
  const phases = planPhases(scenario, clock);
  const windows = [
    ...sequenceWindows(scenario.phases, '', clock, options),
    ...scenario.tracks.flatMap((track) => sequenceWindows(track.phases, `${track.id}.`, clock, options)),
    ...scenario.phases.flatMap((phase) => monkeyWindows(phase, clock, options)),
  ];
  const windowPhases = windows.map(({ id, startMs }) => [id, phaseAt(phases, startMs)] as const);
  return {
    phases,
    timeline: { windows },
    windowPhases: Object.fromEntries(windowPhases),
    ...compileMoments(scenario, clock, phases, { seed: options.seed ?? SEED_DEFAULT, regionsOf: resolver(options) }),
  };
}

function planPhases(scenario: Scenario, clock: RunClock): PlannedPhase[] {
  const { baselineMs, recoveryMs } = scenario;
  const calm = { incidentFromMin: null, incidentToMin: null, notes: [] };
  const endMs = clock.phases.at(-1)?.endMs ?? baselineMs;
  return [
    { id: BASELINE_ID, title: 'Nothing fails', stage: 'baseline', startMs: 0, endMs: baselineMs, ...calm },
    ...scenario.phases.map(({ id, title, fromMin, toMin, notes }, index) => ({
      id,
      title,
      stage: 'incident' as const,
      startMs: clock.phases[index]?.startMs ?? 0,
      endMs: clock.phases[index]?.endMs ?? 0,
      incidentFromMin: fromMin,
      incidentToMin: toMin,
      notes: notes.map(({ atMin, text }) =>
        atMin === null ? text : `${formatIncidentTime(scenario.clock, atMin)} ${text}`,
      ),
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

/** The windows of stretches that follow each other. */
function sequenceWindows(
  stretches: readonly ScenarioStretch[],
  prefix: string,
  clock: RunClock,
  options: TimelineOptions,
): FaultWindow[] {
  const windows: FaultWindow[] = [];
  for (const [index, stretch] of stretches.entries()) {
    // A phase of which nothing is left is refused by the plan; a part of a track may well vanish.
    for (const piece of clock.place(stretch).filter(({ startMs, endMs }) => endMs > startMs)) {
      const before = stretches[index - 1];
      // Nothing is spared for what came before where the two do not touch, or where that part is left out.
      const previous = before?.toMin === stretch.fromMin && piece.fromMin === stretch.fromMin ? before : undefined;
      const part = piece.fromMin === stretch.fromMin ? '' : `@${Number(piece.fromMin.toFixed(3))}`;
      // Only what leads its phase may go on: behind another fault it would suddenly be judged before it.
      let leading = true;
      let lastHeld = -1;
      for (const [n, entry] of stretch.faults.entries()) {
        const id = `${prefix}${stretch.id}/${n + 1}-${entry.fault.kind}${part}`;
        const window = windowOf(entry, id, { stretch, piece, previous }, options);
        const held = windows.findIndex((earlier) => continues(earlier, window));
        const earlier = windows[held];
        leading &&= held > lastHeld;
        lastHeld = held;
        if (leading && earlier !== undefined) windows[held] = { ...earlier, endMs: window.endMs };
        else windows.push(window);
      }
    }
  }
  return windows;
}

function monkeyWindows(phase: ScenarioPhase, clock: RunClock, options: TimelineOptions): FaultWindow[] {
  if (phase.monkey === null) return [];
  return monkeyStrikes(phase.monkey, phase, options.seed ?? SEED_DEFAULT, phase.id).flatMap((strike, index) => {
    if (strike.kind !== 'fault') return [];
    const id = `${phase.id}/monkey-${index + 1}-${strike.entry.fault.kind}`;
    return clock
      .place(strike)
      .filter(({ startMs, endMs }) => endMs > startMs)
      .map((piece) => windowOf(strike.entry, id, { stretch: strike, piece, previous: undefined }, options));
  });
}

interface Place {
  readonly stretch: { readonly fromMin: number; readonly toMin: number };
  readonly piece: Placed;
  readonly previous: ScenarioStretch | undefined;
}

function windowOf(entry: FaultEntry, id: string, place: Place, options: TimelineOptions): FaultWindow {
  const { share, fault, inFlight, ...where } = entry;
  const { stretch, piece, previous } = place;
  const ramp: Ramp = typeof share === 'number' ? { from: share, to: share } : share;
  // A part of an exponential ramp begins and ends where the whole would be then.
  const shareAt = (minute: number): number =>
    rampAt(ramp, (minute - stretch.fromMin) / (stretch.toMin - stretch.fromMin));
  return {
    id,
    startMs: piece.startMs,
    endMs: piece.endMs,
    where: { ...where, regions: resolver(options)(entry.regions) },
    share: {
      from: piece.fromMin === stretch.fromMin ? ramp.from : shareAt(piece.fromMin),
      to: piece.toMin === stretch.toMin ? ramp.to : shareAt(piece.toMin),
      ...(ramp.curve !== undefined && { curve: ramp.curve }),
    },
    fault,
    inFlight: inFlight ?? defaultInFlight(entry, previous),
  };
}

/** What `home` and `everywhere` stand for. */
function resolver({ homeRegion, regions }: TimelineOptions): (names: readonly string[]) => string[] {
  const all = regions ?? [homeRegion];
  return (names) => [
    ...new Set(names.flatMap((name) => (name === HOME ? [homeRegion] : name === EVERYWHERE ? all : [name]))),
  ];
}

/** Faults that take the connection away: what is in flight when they break out does not survive them. */
function severs(entry: FaultEntry): boolean {
  const { kind } = entry.fault;
  return kind === 'refuse' || kind === 'silent' || kind === 'reset' || kind === 'blackout';
}

/** Cut at the outbreak, spared where the phase before severed the same region already. */
function defaultInFlight(entry: FaultEntry, previous: ScenarioStretch | undefined): 'spare' | 'cut' {
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
