import { formatDuration } from '../words/duration.ts';
import { optionError } from '../source/input-error.ts';
import { wordHint } from '../words/nearest-word.ts';
import type { Scenario } from './scenario.ts';

/** Which part of a scenario is run, and in what time. */
export interface CutOptions {
  /** Only these phases, in their own order. */
  readonly only?: readonly string[];
  /** This phase and all after it. */
  readonly from?: string;
}

/**
 * The scenario without the phases that the user left out. Their minutes are missing from the run, not from the
 * incident's clock: what is left happens at its own time of the day.
 * @throws {InputError} for a phase that the scenario does not have
 */
export function cutScenario(scenario: Scenario, { only, from }: CutOptions): Scenario {
  if (only === undefined && from === undefined) return scenario;
  if (only !== undefined && from !== undefined) throw optionError('--from', 'says nothing beside --only', 'keep one');
  const ids = scenario.phases.map(({ id }) => id);
  const option = only === undefined ? '--from' : '--only';
  const wanted = only ?? [from ?? ''];
  for (const id of wanted) {
    if (!ids.includes(id)) throw optionError(option, `the scenario has no phase "${id}"`, wordHint(id, ids));
  }
  if (wanted.length === 0) throw optionError(option, 'names no phase', wordHint('', ids));
  const first = ids.indexOf(from ?? '');
  const phases = scenario.phases.filter(({ id }, index) => (only === undefined ? index >= first : only.includes(id)));
  return { ...scenario, phases };
}

/**
 * How much faster than the incident a run of this length is, baseline and recovery included.
 * @param durationMs of the whole load, in wall time
 * @throws {InputError} where the baseline and the recovery leave nothing of it
 */
export function speedForDuration(scenario: Scenario, durationMs: number): number {
  const calmMs = scenario.baselineMs + scenario.recoveryMs;
  const incidentMs = scenario.phases.reduce((sum, { fromMin, toMin }) => sum + (toMin - fromMin) * 60_000, 0);
  if (!(durationMs > calmMs)) {
    const message = `${formatDuration(durationMs)} leaves nothing for the incident`;
    throw optionError('--duration', message, `baseline and recovery alone take ${formatDuration(calmMs)}`);
  }
  return Number((incidentMs / (durationMs - calmMs)).toPrecision(6));
}
