import { stringify } from 'yaml';
import { ciSteps, ciVariables, type CiStep } from './ci-steps.ts';
import { isNodeSupported, nodeRelease } from './node-release.ts';

/** `KEEP_BASELINE` as an action's input is called: `keep-baseline`. */
const inputName = (variable: string): string => variable.toLowerCase().replaceAll('_', '-');

const names = Object.keys(ciVariables);
const environment = {
  GAMEDAY_HOME: '${{ github.action_path }}',
  ...Object.fromEntries(names.map((name) => [name, `\${{ inputs.${inputName(name)} }}`])),
};

/** The job may have set up a Node for the app, which starts on the same path: another takes its place only where it must. */
const lookForNode: CiStep = {
  id: 'node',
  name: 'Look for a Node that Gameday runs on',
  run: `if ${isNodeSupported}; then echo supported=true >> "$GITHUB_OUTPUT"; fi
`,
};

const tell: CiStep = {
  id: 'tell',
  name: 'Write the summary and the annotations',
  run: `cat "$OUT/summary.md" "$OUT/comparison.md" >> "$GITHUB_STEP_SUMMARY"
cat "$OUT/annotations.txt"
node -e '
  const { letter, score, verdict } = JSON.parse(require("node:fs").readFileSync(process.env.OUT + "/report.json", "utf8"));
  console.log("letter=" + (letter ?? "") + "\\nscore=" + (score ?? "") + "\\nverdict=" + verdict);
' >> "$GITHUB_OUTPUT"
`,
};

const shell = ({ id, name, run }: CiStep) => ({ id, name, shell: 'bash', env: environment, run });
const baselineKey = 'gameday-baseline-${{ inputs.scenario }}';

/** action.yml: a composite action that runs one game day. */
export function githubAction(): string {
  const inputs = Object.entries(ciVariables).map(([name, { fallback, about }]) => [
    inputName(name),
    { description: about, required: false, default: fallback },
  ]);
  const action = {
    name: 'Gameday',
    description: 'Rehearse the day S3 fails against your app, and fail the job where it falls short.',
    branding: { icon: 'cloud-off', color: 'red' },
    inputs: {
      ...Object.fromEntries(inputs),
      artifact: { description: 'What the reports are uploaded as.', required: false, default: 'gameday' },
    },
    outputs: {
      letter: { description: 'A to F; empty where there is no grade.', value: '${{ steps.tell.outputs.letter }}' },
      score: { description: '0 to 100; empty where there is none.', value: '${{ steps.tell.outputs.score }}' },
      verdict: { description: 'pass, fail or inconclusive.', value: '${{ steps.tell.outputs.verdict }}' },
    },
    runs: {
      using: 'composite',
      steps: [
        shell(lookForNode),
        {
          if: "steps.node.outputs.supported != 'true'",
          uses: 'actions/setup-node@v7',
          with: { 'node-version': nodeRelease, 'package-manager-cache': 'false' },
        },
        {
          uses: 'actions/cache/restore@v5',
          with: {
            path: '${{ inputs.baseline }}',
            key: `${baselineKey}-\${{ github.run_id }}`,
            'restore-keys': `${baselineKey}-`,
          },
        },
        shell(ciSteps.setUp),
        shell(ciSteps.rehearse),
        shell(ciSteps.compare),
        shell(tell),
        {
          if: 'always()',
          uses: 'actions/upload-artifact@v7',
          with: { name: '${{ inputs.artifact }}', path: '${{ inputs.out }}', 'if-no-files-found': 'ignore' },
        },
        shell(ciSteps.judge),
        {
          if: "inputs.keep-baseline == 'true'",
          uses: 'actions/cache/save@v5',
          with: { path: '${{ inputs.baseline }}', key: `${baselineKey}-\${{ github.run_id }}` },
        },
      ],
    },
  };
  return `# Generated from packages/scenarios/src/schedule/core; do not edit.\n${stringify(action, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** What a schedule says of itself. */
export interface CiJob {
  readonly scenario: string;
  /** Five fields, as cron has them. */
  readonly cron: string;
  /** The lowest letter that passes. */
  readonly gate: string;
}

/** .github/workflows/gameday.yml of an app: a game day on schedule, and the gate before a release. */
export function githubWorkflow({ scenario, cron, gate }: CiJob): string {
  return `# Rehearses an S3 outage against this app: on schedule, and before what is merged or released. A grade below the gate
# fails the job. The scheduled runs are the baseline that the others are compared with.
name: gameday
on:
  schedule:
    - cron: '${cron}'
  pull_request:
  push:
    tags: ['v*']
permissions:
  contents: read
jobs:
  gameday:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v7
      # Set the variable GAMEDAY_REPOSITORY to OWNER/NAME of your copy of Gameday.
      - uses: actions/checkout@v7
        with: { path: .gameday, repository: '\${{ vars.GAMEDAY_REPOSITORY }}' }
      # What your app needs to start.
      - if: hashFiles('requirements.txt') != ''
        uses: actions/setup-python@v7
        with: { python-version: '3.x' }
      - run: |
          if [ -f package-lock.json ]; then npm ci; fi
          if [ -f requirements.txt ]; then python3 -m pip install -r requirements.txt; fi
      - uses: ./.gameday
        with:
          scenario: ${scenario}
          gate: ${gate}
          keep-baseline: \${{ github.event_name == 'schedule' }}
`;
}
