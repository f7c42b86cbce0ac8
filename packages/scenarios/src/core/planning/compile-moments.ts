import { monkeyStrikes } from '../scenario/monkey.ts';
import type { PlannedAction, PlannedEvent, PlannedNote, PlannedPhase } from '../plan.ts';
import type { RunClock } from '../scenario/run-clock.ts';
import type { ScenarioPhase, ScenarioStretch } from '../scenario/scenario-phase.ts';
import type { Scenario } from '../scenario/scenario.ts';

interface MomentOptions {
  readonly seed: string;
  /** What the scenario's words for regions stand for. */
  readonly regionsOf: (names: readonly string[]) => readonly string[];
}

const inOrder = (a: { readonly startMs: number }, b: { readonly startMs: number }): number => a.startMs - b.startMs;

/** Everything of a scenario that has a moment rather than a window, on the run's clock and in its order. */
export function compileMoments(
  scenario: Scenario,
  clock: RunClock,
  phases: readonly PlannedPhase[],
  options: MomentOptions,
): { readonly events: PlannedEvent[]; readonly notes: PlannedNote[] } {
  const events: PlannedEvent[] = [];
  const notes: PlannedNote[] = [];
  const add = (id: string, fromMin: number, toMin: number | null, action: PlannedAction): void => {
    const [piece] = clock.place({ fromMin, toMin: toMin ?? fromMin });
    if (piece === undefined) return;
    const resolved =
      action.do === 'pause-replication' ? { ...action, regions: options.regionsOf(action.regions) } : action;
    const { startMs, endMs } = piece;
    const phase = phaseAt(phases, startMs);
    events.push({ id, phase, startMs, endMs: toMin === null ? null : endMs, action: resolved });
  };
  const ofStretch = (stretch: ScenarioStretch, prefix: string): void => {
    for (const [index, { fromMin, toMin, action }] of stretch.events.entries()) {
      add(`${prefix}${stretch.id}/event-${index + 1}-${action.do}`, fromMin, toMin, action);
    }
    for (const { atMin, text } of stretch.notes) {
      const [piece] = atMin === null ? [] : clock.place({ fromMin: atMin, toMin: atMin });
      if (piece !== undefined) notes.push({ phase: phaseAt(phases, piece.startMs), startMs: piece.startMs, text });
    }
  };
  for (const phase of scenario.phases) {
    ofStretch(phase, '');
    ofMonkey(phase, options.seed, add);
  }
  for (const track of scenario.tracks) for (const stretch of track.phases) ofStretch(stretch, `${track.id}.`);
  return { events: events.toSorted(inOrder), notes: notes.toSorted(inOrder) };
}

function ofMonkey(
  phase: ScenarioPhase,
  seed: string,
  add: (id: string, fromMin: number, toMin: number | null, action: PlannedAction) => void,
): void {
  if (phase.monkey === null) return;
  for (const [index, strike] of monkeyStrikes(phase.monkey, phase, seed, phase.id).entries()) {
    if (strike.kind !== 'target') continue;
    for (const { atMin, action } of strike.actions) {
      const toMin = action.do === 'freeze-target' ? strike.toMin : null;
      add(`${phase.id}/monkey-${index + 1}-${action.do}`, atMin, toMin, action);
    }
  }
}

/** The phase in force at a moment; of the end of the last, that one. */
export function phaseAt(phases: readonly PlannedPhase[], ms: number): string {
  const incident = phases.filter((phase) => phase.stage === 'incident');
  return (incident.find(({ startMs, endMs }) => startMs <= ms && ms < endMs) ?? incident.at(-1))?.id ?? '';
}
