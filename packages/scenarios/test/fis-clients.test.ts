import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { test } from 'tap';
import { freePort, isListening } from '../src/adapters/free-port.ts';
import { loadScenario, loadTarget } from '../src/adapters/yaml-source.ts';
import { planExperiment } from '../src/core/planning/plan-experiment.ts';
import { localSetup } from '../src/fis/core/plan-fis.ts';
import { gamedayTemplates } from '../src/fis/core/plan-gameday.ts';
import { manualClock } from '@gameday/injector';
import { repository, scratch } from './chaos-process.ts';
import { absence, command, eventually, openFisStage, s3Client } from './fis-stage.ts';

const aws = '/usr/bin/aws';
const python = '/usr/bin/python3';
const gallery = join(repository, 'examples/photo-gallery');

interface Shown {
  readonly experiment: {
    readonly state: { readonly status: string };
    readonly actions: Readonly<Record<string, { readonly state: { readonly status: string } }>>;
  };
}

test(
  'the outage of 2017 against a running app, started and stopped half-way by the AWS command line',
  { skip: absence(aws, '--version') },
  async (t) => {
    const clock = manualClock();
    const { endpoint, env, s3Url } = await openFisStage(t, clock);
    const s3 = s3Client(s3Url('us-east-1'));
    await s3.send(new CreateBucketCommand({ Bucket: 'gallery-photos' }));
    const port = await freePort();
    const app = spawn(process.execPath, ['server.mjs'], {
      cwd: gallery,
      env: { ...env, PORT: String(port), AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: s3Url('us-east-1') },
      stdio: 'ignore',
    });
    t.teardown(() => {
      app.kill('SIGKILL');
      s3.destroy();
    });
    await eventually(() => isListening(`http://127.0.0.1:${port}`), Boolean);

    /** The status that a user gets; null for one who gives up. What is to answer may take its time on a busy machine. */
    const ask = async (method: string, path: string, withinMs = 30_000): Promise<number | null> => {
      const body = method === 'PUT' ? { body: 'a photo' } : {};
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...body,
        signal: AbortSignal.timeout(withinMs),
      }).catch(() => null);
      await answer?.arrayBuffer().catch(() => null);
      return answer?.status ?? null;
    };
    const fis = async (...args: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await command(
        aws,
        ['--endpoint-url', endpoint.url, '--output', 'json', 'fis', ...args],
        env,
      );
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const states = async (id: string): Promise<unknown> => {
      const { experiment } = (await fis('get-experiment', '--id', id)) as Shown;
      return [experiment.state.status, Object.values(experiment.actions).map(({ state }) => state.status)];
    };

    const scenario = await loadScenario(join(repository, 'scenarios/s3-us-east-1-outage.yaml'));
    const target = await loadTarget(join(gallery, 'chaos.yaml'));
    const plan = planExperiment({ scenario, target, targetFolder: gallery, options: { seed: '1' } });
    const [template] = gamedayTemplates(plan, localSetup(target), 'us-east-1');
    const file = join(scratch(t), 'template.json');
    writeFileSync(file, JSON.stringify({ ...template?.body, clientToken: 'outage' }));
    const seconds = (phase: string): number => {
      const duration = template?.body.actions[phase]?.parameters?.['duration'] ?? '';
      return Number(/^PT(\d+)S$/.exec(duration)?.[1]) * 1_000;
    };

    t.equal(await ask('PUT', '/photos/one'), 201, 'healthy: writes');
    t.equal(await ask('GET', '/photos/one'), 200, 'healthy: reads');
    const created = (await fis('create-experiment-template', '--cli-input-json', `file://${file}`)) as {
      experimentTemplate: { id: string; actions: Record<string, unknown> };
    };
    t.strictSame(
      Object.keys(created.experimentTemplate.actions),
      scenario.phases.map(({ id }) => id),
      'a phase of the outage is an action',
    );
    const { experiment } = (await fis(
      'start-experiment',
      '--experiment-template-id',
      created.experimentTemplate.id,
    )) as {
      experiment: { id: string; state: { status: string } };
    };
    t.equal(experiment.state.status, 'initiating');
    const begun = ['running', ['running', 'pending', 'pending', 'pending', 'pending', 'pending']];
    t.strictSame(
      await eventually(
        () => states(experiment.id),
        (state) => JSON.stringify(state) === JSON.stringify(begun),
      ),
      begun,
      'the cliff',
    );

    clock.advance(seconds('cliff'));
    const dark = ['running', ['completed', 'running', 'pending', 'pending', 'pending', 'pending']];
    t.strictSame(await states(experiment.id), dark, 'the blackout');
    t.not(await ask('GET', '/photos/one', 1_500), 200, 'no photo is seen in the blackout');
    t.not(await ask('PUT', '/photos/two', 1_500), 201, 'none is stored');
    t.equal(await ask('GET', '/about'), 200, 'a page without S3 is served');

    // As a phase ends the next begins, and that is told and done in turns: time goes on when they are through.
    for (const phase of ['blackout', 'blackout-late', 'reads-ramp']) {
      clock.advance(seconds(phase));
      await eventually(
        () => fis('get-experiment', '--id', experiment.id, '--query', `experiment.actions."${phase}".state.status`),
        (status) => status === 'completed',
      );
    }
    t.strictSame(await states(experiment.id), [
      'running',
      ['completed', 'completed', 'completed', 'completed', 'running', 'pending'],
    ]);
    t.equal(await ask('GET', '/photos/one'), 200, 'reads are back');
    t.not(await ask('PUT', '/photos/three', 1_500), 201, 'writes are not');

    t.strictSame(await fis('stop-experiment', '--id', experiment.id, '--query', 'experiment.state.status'), 'stopping');
    const stopped = ['stopped', ['completed', 'completed', 'completed', 'completed', 'stopped', 'cancelled']];
    t.strictSame(
      await eventually(
        () => states(experiment.id),
        (state) => JSON.stringify(state) === JSON.stringify(stopped),
      ),
      stopped,
    );
    t.equal(await ask('PUT', '/photos/three'), 201, 'stopped half-way, S3 is whole again');
    const refused = await command(
      aws,
      ['--endpoint-url', endpoint.url, 'fis', 'stop-experiment', '--id', experiment.id],
      env,
    );
    t.match(refused.stderr, /ValidationException/, 'what is over cannot be stopped');
    const all = (await fis('list-experiments', '--query', 'experiments[].state.status')) as string[];
    t.strictSame(all, ['stopped']);
  },
);

test('all 26 operations with boto3', { skip: absence(python, '-c', 'import boto3') }, async (t) => {
  const { endpoint, env } = await openFisStage(t);
  const models = join(scratch(t), 'models');
  const model = join(models, 'fis/2020-12-01');
  mkdirSync(model, { recursive: true });
  // Debian's boto3 is older than the safety lever: it is given the model that Gameday itself is checked against.
  cpSync(join(repository, '.ci/models/fis-2020-12-01.json'), join(model, 'service-2.json'));
  const script = join(repository, 'packages/scenarios/test/fis-boto3.py');
  const { code, stdout, stderr } = await command(python, [script, endpoint.url], { ...env, AWS_DATA_PATH: models });
  t.equal(code, 0, stderr);
  const validation = ['ValidationException', 400];
  t.strictSame(JSON.parse(stdout), {
    'same token, same template': true,
    'same token, other template': ['ConflictException', 409],
    'pages of templates': [2, 2, 1],
    'a page of nowhere': validation,
    updated: ['S3 is slower', 'skip', true],
    'no such template': ['ResourceNotFoundException', 404],
    tags: { stage: 'test' },
    refused: {
      'unknown action': validation,
      'no duration': validation,
      duration: validation,
      circle: validation,
      'an API error for s3': validation,
      '21 actions': ['ServiceQuotaExceededException', 402],
    },
    account: 'ours',
    'one account alone': validation,
    accounts: 1,
    'same token, same experiment': true,
    'stopped by an alarm': {
      status: 'stopped',
      reason: 'Experiment halted by stop condition: arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
    },
    'started while it rings': {
      status: 'stopped',
      reason: 'Experiment halted by stop condition: arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
    },
    'stopping what is over': validation,
    'accounts of an experiment': ['ours', 1],
    preview: ['completed', 'skipped', ['arn:aws:ec2:us-east-1:000000000000:subnet/subnet-gameday']],
    lever: [{ status: 'engaged', reason: 'a busy Friday' }, true],
    'running when the lever is engaged': { status: 'stopped', reason: 'The safety lever was engaged.' },
    'started while it is engaged': { status: 'cancelled', reason: 'The safety lever is engaged.' },
    'experiments of a template': 4,
    actions: 23,
    action: ['destinationBuckets', 'duration', 'prefixes', 'region'],
    'resource types': 8,
    'resource type': 'aws:s3:bucket',
    deleted: ['ResourceNotFoundException', 404],
    'never called': [],
  });
});
