import { compileTimeline } from '../../core/planning/compile-timeline.ts';
import { drawTimeline } from '../../core/planning/draw-timeline.ts';
import { loadNamedScenario } from '../../adapters/scenario-catalog.ts';
import { describeTerminal } from '../terminal.ts';

/** Draws a scenario, before anybody chose a target: its home region is called home. */
export async function show(request: { readonly scenario: string; readonly json: boolean }): Promise<void> {
  const scenario = await loadNamedScenario(request.scenario);
  const { speed } = scenario;
  if (request.json) {
    const { source: _document, ...plain } = scenario;
    console.log(JSON.stringify(plain, null, 2));
    return;
  }
  const { phases, timeline } = compileTimeline(scenario, { homeRegion: 'home', speed });
  const { width } = describeTerminal(process.stdout, process.env);
  console.log(`${scenario.title}\n`);
  console.log(drawTimeline({ phases, timeline, clock: scenario.clock }, { width }));
}
