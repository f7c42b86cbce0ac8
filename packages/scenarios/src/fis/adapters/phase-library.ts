import { loadScenario } from '../../adapters/yaml-source.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { EffectContext } from '../core/action-effect.ts';
import { phaseWindows } from '../core/phase-windows.ts';

/**
 * The scenarios of the library, read once, for the action that plays a phase of one.
 * @param files by scenario name; one that cannot be read is as good as missing, and says so when it is asked for
 * @param regions what a scenario's `everywhere` stands for
 */
export async function phaseLibrary(
  files: ReadonlyMap<string, string>,
  regions: readonly string[],
): Promise<EffectContext['phaseWindows']> {
  const scenarios = new Map<string, Scenario | string>();
  for (const [name, file] of files) {
    scenarios.set(name, await loadScenario(file).catch((error: unknown) => String(error)));
  }
  return (name, phase, home, durationMs) => {
    const scenario = scenarios.get(name);
    if (scenario === undefined) return `There is no scenario ${name}.`;
    return typeof scenario === 'string' ? scenario : phaseWindows(scenario, phase, home, regions, durationMs);
  };
}
