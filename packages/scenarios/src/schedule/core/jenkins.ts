import { ciSteps, ciVariables, type CiStep } from './ci-steps.ts';
import type { CiJob } from './github.ts';

/** In Groovy's ''' strings a backslash escapes. */
const groovy = (text: string): string => text.trimEnd().replaceAll('\\', '\\\\').replaceAll("'''", "\\'\\'\\'");

const stage = ({ name, run }: CiStep): string => `    stage('${name}') {
      steps {
        sh '''
${groovy(`set -e\n${run}`)
  .split('\n')
  .map((line) => `          ${line}`)
  .join('\n')}
        '''
      }
    }`;

/** A Jenkinsfile (declarative; plugins: Pipeline, JUnit, Copy Artifact). */
export function jenkinsfile({ scenario, cron, gate }: CiJob): string {
  const own: Readonly<Record<string, string>> = { SCENARIO: scenario, GATE: gate };
  const variables = Object.entries(ciVariables)
    .filter(([name]) => name !== 'KEEP_BASELINE')
    .map(([name, { fallback }]) => `    ${name} = '${own[name] ?? fallback}'`);
  const stages = [ciSteps.setUp, ciSteps.rehearse, ciSteps.compare, ciSteps.judge].map(stage);
  return `// Rehearses an S3 outage against this app: on schedule, and as a gate in the pipeline of a release. Set GAMEDAY_REPOSITORY
// (Manage Jenkins > System > Global properties) to the URL of your copy of Gameday.
pipeline {
  agent any
  triggers { cron('${cron}') }
  options { timeout(time: 20, unit: 'MINUTES') }
  environment {
    GAMEDAY_HOME = "\${WORKSPACE}/.gameday"
    // Runs of the main branch are the baseline that the others are compared with.
    KEEP_BASELINE = "\${env.BRANCH_NAME in [null, 'main']}"
${variables.join('\n')}
  }
  stages {
    stage('Fetch Gameday and the baseline') {
      steps {
        sh '[ -d "$GAMEDAY_HOME" ] || git clone --depth 1 "$GAMEDAY_REPOSITORY" "$GAMEDAY_HOME"'
        // What your app needs to start.
        sh 'if [ -f package-lock.json ]; then npm ci; fi; if [ -f requirements.txt ]; then python3 -m pip install -r requirements.txt; fi'
        copyArtifacts(projectName: env.JOB_NAME, filter: 'gameday-baseline/**', selector: lastSuccessful(), optional: true)
      }
    }
${stages.join('\n')}
  }
  post {
    always {
      archiveArtifacts(artifacts: 'gameday/**,gameday-baseline/**', allowEmptyArchive: true)
      junit(testResults: 'gameday/junit.xml', allowEmptyResults: true)
    }
  }
}
`;
}
