import { composeScenario } from '../src/core/scenario/compose-scenario.ts';
import { formatProblem, InputError } from '../src/core/source/input-error.ts';
import { parseScenario, type Sets } from '../src/core/scenario/parse-scenario.ts';
import { parseTarget, type Target } from '../src/core/target/parse-target.ts';
import { planExperiment, type PlanOptions } from '../src/core/planning/plan-experiment.ts';
import type { Plan } from '../src/core/plan.ts';
import type { Scenario } from '../src/core/scenario/scenario.ts';
import { parseYaml } from '../src/core/source/yaml-document.ts';

/** What every scenario must say, in four lines. */
export const head = 'name: x\ntitle: x\nsummary: x\nlesson: x\n';

/** Reads a scenario of which only the rest is written. */
export const read = (text: string, sets: Sets = {}): Scenario => parseScenario(parseYaml(head + text, 's.yaml'), sets);

/** The lines that a person would read. */
export function complaints(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

/** The scenario in the first of several files, with what it builds on put in. */
export function readFiles(files: Readonly<Record<string, string>>): Scenario {
  const documents = new Map(Object.entries(files).map(([name, text]) => [name, parseYaml(text, `${name}.yaml`)]));
  const [root] = documents.values();
  if (root === undefined) throw new Error('no file');
  return parseScenario(composeScenario(root, (_from, name) => documents.get(name) ?? root));
}

/** Five writes, five reads and ten requests that need no S3 a second. */
const gallery: Target = parseTarget(
  parseYaml(
    `name: gallery
command: node server.mjs
env: { WEST: "\${S3_ENDPOINT_US_WEST_2}" }
workload:
  rate: 20/s
  steps:
    - { id: upload, class: write, request: { method: PUT, path: "/photos/\${new}", body: { random: 1KB } } }
    - { id: view, class: read, request: "GET /photos/\${known}", expect: { body: entry } }
    - { id: about, class: control, weight: 2, request: GET /about }
`,
    'chaos.yaml',
  ),
);

export const planOf = (scenario: Scenario, options: Partial<PlanOptions> = {}): Plan =>
  planExperiment({ scenario, target: gallery, targetFolder: '/srv', options: { seed: 's', ...options } });
