import type { FaultWindow } from '@gameday/injector';
import { compileTimeline } from '../../core/planning/compile-timeline.ts';
import { cutScenario } from '../../core/scenario/cut-scenario.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';

/**
 * What goes wrong in one phase of a scenario, stretched or compressed into so many milliseconds; times count from the
 * phase's beginning. A text says why there is nothing to be had.
 * @param regions what the scenario's `everywhere` stands for
 */
export function phaseWindows(
  scenario: Scenario,
  phaseId: string,
  homeRegion: string,
  regions: readonly string[],
  durationMs: number,
): readonly FaultWindow[] | string {
  const phase = scenario.phases.find(({ id }) => id === phaseId);
  if (phase === undefined) {
    const ids = scenario.phases.map(({ id }) => id).join(', ');
    return `The scenario ${scenario.name} has no phase ${phaseId}; it has ${ids}.`;
  }
  const speed = ((phase.toMin - phase.fromMin) * 60_000) / durationMs;
  const { phases, timeline } = compileTimeline(cutScenario(scenario, { only: [phaseId] }), {
    homeRegion,
    regions,
    speed,
  });
  const startMs = phases.find(({ id }) => id === phaseId)?.startMs ?? 0;
  return timeline.windows.flatMap((window) => {
    const from = Math.max(0, window.startMs - startMs);
    const to = Math.min(durationMs, window.endMs - startMs);
    return to > from ? [{ ...window, startMs: from, endMs: to }] : [];
  });
}
