// Writes the files that state facts which the code knows: schemas and tables. With --check it writes nothing and fails
// where a file is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultReference } from '../packages/injector/dist/src/index.js';
import { gatePolicyJsonSchema, gradingDoc, reportJsonSchema } from '../packages/reporter/dist/src/index.js';
import {
  bundledScenarios,
  exitCodeTable,
  githubAction,
  githubWorkflow,
  gitlabJob,
  jenkinsfile,
  listScenarios,
  loadScenario,
  scenarioGallery,
  scenarioJsonSchema,
  scenarioTables,
  targetJsonSchema,
} from '../packages/scenarios/dist/src/generated-docs.js';

const root = join(import.meta.dirname, '..');
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** A page of which only the end, below the mark, is generated. */
function withTables(name, tables) {
  const mark = '<!-- From here on generated: pnpm generate -->';
  const [written] = readFileSync(join(root, name), 'utf8').split(mark);
  return `${written}${mark}\n\n${tables}\n`;
}

const scenarios = await Promise.all([...(await listScenarios(bundledScenarios)).values()].toSorted().map(loadScenario));
const nightly = { scenario: 's3-us-east-1-outage', cron: '0 3 * * 1-5', gate: 'C' };

const files = {
  'action.yml': githubAction(),
  'docs/ci/github-workflow.yml': githubWorkflow(nightly),
  'docs/ci/gitlab-ci.yml': gitlabJob(nightly),
  'docs/ci/Jenkinsfile': jenkinsfile(nightly),
  'docs/scenario-language.md': withTables('docs/scenario-language.md', scenarioTables()),
  'docs/scenarios.md': scenarioGallery(scenarios),
  'docs/report.schema.json': json(reportJsonSchema()),
  'docs/gate.schema.json': json(gatePolicyJsonSchema()),
  'docs/grading.md': gradingDoc(),
  'docs/scenario.schema.json': json(scenarioJsonSchema()),
  'docs/chaos.schema.json': json(targetJsonSchema()),
  'docs/faults.md': `${faultReference().trimEnd()}\n`,
  'docs/exit-codes.md': `# Exit codes\n\nGenerated from \`packages/scenarios/src/cli/exit-codes.ts\`.\n\n${exitCodeTable()}\n`,
};

const check = process.argv.includes('--check');
const stale = Object.entries(files).filter(([name, text]) => {
  const file = join(root, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
for (const [name, text] of stale) {
  if (check) console.log(`${name} is out of date: pnpm generate`);
  else writeFileSync(join(root, name), text);
}
process.exit(check && stale.length > 0 ? 1 : 0);
