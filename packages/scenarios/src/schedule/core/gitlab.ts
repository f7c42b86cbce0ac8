import { ciSteps, ciVariables } from './ci-steps.ts';
import type { CiJob } from './github.ts';
import { nodeRelease } from './node-release.ts';

const indented = (text: string, columns: number): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${' '.repeat(columns)}${line}`)
    .join('\n');

/** .gitlab-ci.yml of an app: to be included, or pasted. */
export function gitlabJob({ scenario, cron, gate }: CiJob): string {
  const own: Readonly<Record<string, string>> = { SCENARIO: scenario, GATE: gate };
  const variables = Object.entries(ciVariables)
    .filter(([name]) => name !== 'KEEP_BASELINE')
    .map(([name, { fallback }]) => `    ${name}: '${own[name] ?? fallback}'`);
  const scripts = [ciSteps.setUp, ciSteps.rehearse, ciSteps.compare, ciSteps.judge];
  const blocks = scripts.map(({ name, run }) => `    # ${name}.\n    - |\n${indented(inSubshell(run), 6)}`);
  return `# Rehearses an S3 outage against this app. Make a schedule in CI/CD > Schedules with the interval ${cron}; merge requests
# and tags are held against the gate. Set the variable GAMEDAY_REPOSITORY to the URL of your copy of Gameday.
gameday:
  image: node:${nodeRelease}
  timeout: 20 minutes
  variables:
    GAMEDAY_HOME: '$CI_PROJECT_DIR/.gameday'
${variables.join('\n')}
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables: { KEEP_BASELINE: 'true' }
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      variables: { KEEP_BASELINE: 'false' }
    - if: $CI_COMMIT_TAG
      variables: { KEEP_BASELINE: 'false' }
  # The baseline.
  cache: { key: 'gameday-baseline-$SCENARIO', paths: [gameday-baseline/] }
  before_script:
    - '[ -d "$GAMEDAY_HOME" ] || git clone --depth 1 "$GAMEDAY_REPOSITORY" "$GAMEDAY_HOME"'
    # What your app needs to start; for Python take an image that has it beside Node 20, 22 or 24.
    - if [ -f package-lock.json ]; then npm ci; fi
    - if [ -f requirements.txt ]; then python3 -m pip install -r requirements.txt; fi
  script:
${blocks.join('\n')}
  artifacts:
    when: always
    paths: [gameday/]
    reports: { junit: gameday/junit.xml }
`;
}

/** All blocks share one shell here: none may change its folder or end it with success. */
const inSubshell = (run: string): string => `(\n${indented(`set -e\n${run}`, 2)}\n)`;
