import { loadScenario } from '../../adapters/yaml-source.ts';
import { scenarioFiles } from '../../adapters/scenario-catalog.ts';

/** Prints the scenarios by name. */
export async function list({ json }: { readonly json: boolean }): Promise<void> {
  const files = [...(await scenarioFiles())];
  const scenarios = await Promise.all(
    files.map(async ([name, file]) => {
      const { title, summary } = await loadScenario(file);
      return { name, title, summary, file };
    }),
  );
  if (json) {
    console.log(JSON.stringify(scenarios, null, 2));
    return;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, title } of scenarios) console.log(`${name.padEnd(width)}  ${title}`);
}
