import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { parse } from 'yaml';
import { loadScenario } from '../adapters/yaml-source.ts';
import { parseScenario } from '../core/scenario/parse-scenario.ts';
import { parseTarget, type Target } from '../core/target/parse-target.ts';
import { planExperiment } from '../core/planning/plan-experiment.ts';
import { parseYaml } from '../core/source/yaml-document.ts';
import { repository } from '../../test/chaos-process.ts';
import { complaints, readFiles } from '../../test/read-scenario.ts';
import { importTemplate, readTemplate } from './core/import-template.ts';
import { formatIsoDuration, parseIsoDuration } from './core/iso-duration.ts';
import { planFis } from './core/plan-fis.ts';
import { gamedayTemplates } from './core/plan-gameday.ts';
import { cloudFormation } from './core/render-cloudformation.ts';
import { renderTerraform } from './core/render-terraform.ts';
import { routeOperation, violations } from './core/service-model.ts';
import { templateProblems } from './core/template-check.ts';

const account = '123456789012';
const setup = (platform: string): string => `
aws:
  account: '${account}'
  role: arn:aws:iam::${account}:role/fis
  subnets: { tags: { App: gallery } }
  buckets: { arns: ['arn:aws:s3:::gallery-photos'] }
  platform: ${platform}
  alarms: ['arn:aws:cloudwatch:us-east-1:${account}:alarm:gallery errors']
  logs: 'arn:aws:logs:us-east-1:${account}:log-group:fis:*'
  report: { bucket: fis-reports, prefix: gallery }
`;
const platforms = {
  nothing: '',
  ec2: setup('{ ec2: { tags: { App: gallery } } }'),
  ecs: setup('{ ecs: { cluster: main, service: gallery } }'),
  eks: setup('{ eks: { cluster: main, namespace: web, selector: app=gallery, serviceAccount: fis } }'),
};
const targetWith = (aws: string): Target =>
  parseTarget(parseYaml(`name: gallery\ncommand: node server.mjs\nbuckets: [gallery-photos]${aws}`, 'chaos.yaml'));

const library = readdirSync(join(repository, 'scenarios')).filter((file) => file.endsWith('.yaml'));

test('every scenario of the library becomes templates that the service model accepts', async (t) => {
  let templates = 0;
  const actionIds = new Set<string>();
  for (const file of library) {
    const scenario = await loadScenario(join(repository, 'scenarios', file));
    for (const [platform, aws] of Object.entries(platforms)) {
      const plan = planFis(scenario, targetWith(aws), '/srv', { seed: '1' });
      const about = new Set(plan.lines.map((line) => line.about));
      const { speed } = plan.plan.clock;
      const whole = planExperiment({
        scenario,
        target: targetWith(aws),
        targetFolder: '/srv',
        options: { seed: '1', speed },
      });
      const parts = [...whole.timeline.windows, ...(whole.events ?? [])].map(({ id }) => id);
      t.strictSame(
        parts.filter((id) => !about.has(id)),
        [],
        `${file} on ${platform}: nothing is passed over in silence`,
      );
      t.ok(about.has('time') && about.has('guardrails'));
      for (const { name, body, startMs, endMs } of plan.templates) {
        templates += 1;
        const what = `${name} on ${platform}`;
        t.strictSame(violations('CreateExperimentTemplateRequest', { ...body, clientToken: 'x' }), [], what);
        t.strictSame(templateProblems(body, 'aws'), [], what);
        t.ok(startMs >= 0 && endMs - startMs <= 12 * 3_600_000, `${what}: twelve hours at the most`);
        for (const { actionId, parameters = {} } of Object.values(body.actions)) {
          actionIds.add(actionId);
          t.notMatch(actionId, /^gameday:/, `${what}: AWS's own actions alone`);
          const { duration } = parameters;
          if (duration === undefined) continue;
          const ms = parseIsoDuration(duration) ?? 0;
          t.ok(ms >= 60_000 && ms <= 12 * 3_600_000 && ms % 60_000 === 0, `${what}: ${duration}`);
        }
      }
    }
  }
  t.ok(templates > 60, `${templates} templates were checked`);
  t.strictSame(
    [...actionIds].toSorted(),
    [
      'aws:ec2:reboot-instances',
      'aws:ec2:stop-instances',
      'aws:ecs:stop-task',
      'aws:ecs:task-network-latency',
      'aws:eks:pod-delete',
      'aws:eks:pod-network-latency',
      'aws:fis:wait',
      'aws:network:disrupt-connectivity',
      'aws:network:route-table-disrupt-cross-region-connectivity',
      'aws:s3:bucket-pause-replication',
      'aws:ssm:send-command',
    ],
    'the library uses all that is translated',
  );
});

test('the outage of 2017: what FIS does, and what it says that it cannot', async (t) => {
  const scenario = await loadScenario(join(repository, 'scenarios/s3-us-east-1-outage.yaml'));
  const { templates, lines, plan } = planFis(scenario, targetWith(platforms.ec2), '/srv', { seed: '1' });
  t.equal(plan.clock.speed, 3, 'so slow that the shortest phase, three minutes, lasts one');
  t.match(templates[0]?.body.actions['cut-s3-1'], {
    actionId: 'aws:network:disrupt-connectivity',
    parameters: { scope: 's3', duration: 'PT1H6M' },
    targets: { Subnets: 'app-subnets' },
  });
  t.strictSame(templates[0]?.body.stopConditions, [
    { source: 'aws:cloudwatch:alarm', value: `arn:aws:cloudwatch:us-east-1:${account}:alarm:gallery errors` },
  ]);
  const said = (about: string): string => lines.find((line) => line.about === about)?.text ?? '';
  t.match(said('blackout/2-http-error'), /cannot make S3 answer ServiceUnavailable/);
  t.match(said('writes-down/2-http-error'), /reads are back before writes/);
  t.equal(lines.find((line) => line.about === 'writes-down/2-http-error')?.verdict, 'left-out');
  const [window] = plan.timeline.windows;
  t.match(window, { fault: { kind: 'black-hole' }, where: { regions: ['us-east-1'] }, startMs: scenario.baselineMs });
  t.equal((window?.endMs ?? 0) - (window?.startMs ?? 0), 66 * 60_000, 'the run’s own plan is what FIS does');
});

test('too much for one template goes on in the next', async (t) => {
  const long = readFiles({
    s: `name: long\ntitle: x\nsummary: x\nlesson: x\nphases:
  - { id: dark, title: x, for: 30h, faults: [{ regions: [home], fault: silent }] }
  - repeat: 15
    phases:
      - { id: up, title: x, for: 2m }
      - { id: down, title: x, for: 1m, faults: [{ regions: [home], fault: silent }] }
`,
  });
  t.equal(long.phases.length, 31);
  const { templates } = planFis(long, targetWith(''), '/srv', { seed: '1' });
  const sum = templates
    .flatMap(({ body }) => Object.values(body.actions))
    .filter(({ actionId }) => actionId.startsWith('aws:network'))
    .reduce((total, { parameters }) => total + (parseIsoDuration(parameters?.['duration'] ?? '') ?? 0), 0);
  t.equal(sum, (30 * 60 + 15) * 60_000, 'no minute of the outage is lost');
  t.ok(templates.length > 3);
  t.ok(templates.every(({ body }) => templateProblems(body, 'aws').length === 0));
  t.strictSame(
    templates.map(({ startMs }) => startMs),
    templates.map(({ startMs }) => startMs).toSorted((a, b) => a - b),
  );
});

test('Terraform and CloudFormation say the same as the API', async (t) => {
  const scenario = await loadScenario(join(repository, 'scenarios/replication-lag.yaml'));
  const { templates } = planFis(scenario, targetWith(platforms.ecs), '/srv', { seed: '1' });
  const [first] = templates;
  if (first === undefined) throw new Error('no template');
  const { Resources: resources } = parse(JSON.stringify(cloudFormation(templates))) as {
    Resources: Record<string, { Type: string; Properties: Record<string, never> }>;
  };
  const [resource] = Object.values(resources);
  t.equal(resource?.Type, 'AWS::FIS::ExperimentTemplate');
  t.match(resource?.Properties, {
    RoleArn: first.body.roleArn,
    StopConditions: [{ Source: 'aws:cloudwatch:alarm' }],
    LogConfiguration: { LogSchemaVersion: 2, CloudWatchLogsConfiguration: { LogGroupArn: /log-group/ } },
    ExperimentReportConfiguration: { Outputs: { ExperimentReportS3Configuration: { BucketName: 'fis-reports' } } },
    Targets: { 'app-buckets': { ResourceType: 'aws:s3:bucket', SelectionMode: 'ALL' } },
  });
  const action = Object.entries(first.body.actions)[0]?.[0] ?? '';
  t.match(resource?.Properties['Actions']?.[action], { ActionId: /^aws:/, Parameters: { duration: /^PT/ } });
  const hcl = renderTerraform([{ ...first, body: { ...first.body, description: 'a "${x}" %{y}\nz' } }]);
  t.match(hcl, /^resource "aws_fis_experiment_template" "replication_lag" \{\n/);
  t.ok(hcl.includes('description = "a \\"$${x}\\" %%{y}\\nz"'), 'what looks like a template of HCL is escaped');
  t.equal(hcl.match(/^ {2}action \{$/gm)?.length, Object.keys(first.body.actions).length);
});

test('templates become scenarios that validate', async (t) => {
  for (const file of library) {
    const scenario = await loadScenario(join(repository, 'scenarios', file));
    for (const platform of [platforms.nothing, platforms.ec2, platforms.ecs, platforms.eks]) {
      const { templates, plan, aws } = planFis(scenario, targetWith(platform), '/srv', { seed: '1' });
      for (const { name, body } of [...templates, ...gamedayTemplates(plan, aws, 'us-east-1')]) {
        const draft = importTemplate(body);
        t.strictSame(
          complaints(() => parseScenario(parseYaml(draft.yaml, `${name}.yaml`))),
          [],
          name,
        );
      }
    }
  }
  const body = readTemplate({
    experimentTemplate: {
      id: 'EXT1',
      description: 'S3 away, then errors',
      roleArn: `arn:aws:iam::${account}:role/fis`,
      stopConditions: [{ source: 'aws:cloudwatch:alarm', value: 'arn:aws:cloudwatch:us-east-1:1:alarm:x' }],
      actions: {
        first: { actionId: 'aws:network:disrupt-connectivity', parameters: { scope: 's3', duration: 'PT5M' } },
        pause: { actionId: 'aws:fis:wait', parameters: { duration: 'PT2M' }, startAfter: ['first'] },
        errors: {
          actionId: 'gameday:s3:inject-error',
          parameters: { duration: 'PT1M', code: 'SlowDown', percentage: '50', classes: 'write' },
          startAfter: ['pause'],
        },
        ec2: { actionId: 'aws:fis:inject-api-throttle-error', parameters: { duration: 'PT1M' } },
      },
    },
  });
  if (typeof body === 'string') throw new Error(body);
  const { yaml, notes } = importTemplate(body);
  const { phases } = parseScenario(parseYaml(yaml, 's.yaml'));
  t.match(
    phases.map(({ faults, toMin }) => [toMin, faults[0]?.fault.kind ?? null]),
    [
      [1, 'black-hole'],
      [5, 'black-hole'],
      [7, null],
      [8, 'http-error'],
    ],
  );
  t.match(phases[3]?.faults[0], { share: 0.5, classes: ['write'], fault: { code: 'SlowDown' } });
  t.ok(
    notes.some((note) => note.startsWith('ec2 (aws:fis:inject-api-throttle-error)')),
    'what is left out is named',
  );
  t.ok(notes.some((note) => note.includes('stop condition')));
  t.match(readTemplate({ description: 'x' }), /actions/, 'what is no template is told');
});

test('durations, routes and constraints of the service model', async (t) => {
  for (const [text, ms] of [
    ['PT1M', 60_000],
    ['PT1H30M', 5_400_000],
    ['PT2S', 2_000],
    ['P1DT1S', 86_401_000],
    ['PT', null],
    ['P', null],
    ['1m', null],
    ['PT0S', null],
  ] as const) {
    t.equal(parseIsoDuration(text), ms, text);
  }
  for (const ms of [60_000, 3_600_000, 5_445_000, 43_200_000]) t.equal(parseIsoDuration(formatIsoDuration(ms)), ms);
  t.match(routeOperation('GET', '/actions/aws%3Afis%3Await'), {
    operation: { name: 'GetAction' },
    labels: { id: 'aws:fis:wait' },
  });
  t.equal(routeOperation('DELETE', '/experiments/EXP1')?.operation.name, 'StopExperiment');
  t.equal(routeOperation('PUT', '/experiments/EXP1'), null);
  const wrong = violations('CreateExperimentTemplateRequest', {
    clientToken: 'a b',
    description: 'x'.repeat(513),
    stopConditions: [{ source: 'none', value: 'short' }],
    actions: { 'a b': { actionId: 'x' } },
    tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ''])),
    experimentOptions: { accountTargeting: 'many' },
  });
  t.strictSame(wrong.map(({ path }) => path).toSorted(), [
    'actions.a b',
    'clientToken',
    'description',
    'experimentOptions.accountTargeting',
    'roleArn',
    'stopConditions[0].value',
    'tags',
  ]);
});
