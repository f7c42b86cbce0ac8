/** What the generated pages under docs/ are made from. */
export { bundledScenarios } from './adapters/bundled.ts';
export { listScenarios, loadScenario } from './adapters/yaml-source.ts';
export { exitCodeTable } from './cli/exit-codes.ts';
export { scenarioGallery } from './core/planning/scenario-gallery.ts';
export { scenarioJsonSchema } from './core/scenario/scenario-json-schema.ts';
export { targetJsonSchema } from './core/target/target.ts';
export { scenarioTables } from './core/scenario/scenario-tables.ts';
export { githubAction, githubWorkflow } from './schedule/core/github.ts';
export { gitlabJob } from './schedule/core/gitlab.ts';
export { jenkinsfile } from './schedule/core/jenkins.ts';
