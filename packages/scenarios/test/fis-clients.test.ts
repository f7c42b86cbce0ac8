import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateExperimentTemplateCommand,
  GetExperimentCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  type CreateExperimentTemplateCommandInput,
  type Experiment,
  type FisClient,
} from '@aws-sdk/client-fis';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { freePort, isListening } from '../src/adapters/free-port.ts';
import { EMBEDDED_CREDENTIALS } from '../src/adapters/s3-behind.ts';
import { loadScenario, loadTarget } from '../src/adapters/yaml-source.ts';
import { planExperiment } from '../src/core/plan-experiment.ts';
import { localSetup } from '../src/fis/core/plan-fis.ts';
import { gamedayTemplates } from '../src/fis/core/plan-gameday.ts';
import { repository, scratch } from './chaos-process.ts';
import { absence, command, manualClock, openFisStage } from './fis-stage.ts';

const aws = '/usr/bin/aws';
const python = '/usr/bin/python3';
const role = 'arn:aws:iam::000000000000:role/fis';
const gallery = join(repository, 'examples/photo-gallery');

interface Shown {
  readonly experiment: {
    readonly state: { readonly status: string };
    readonly actions: Readonly<Record<string, { readonly state: { readonly status: string } }>>;
  };
}

/** Resolves when something holds, asked again and again, or with what it was when a minute is over. */
async function eventually<Value>(ask: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  const giveUp = AbortSignal.timeout(30_000);
  for (;;) {
    const value = await ask();
    if (holds(value) || giveUp.aborted) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const s3Client = (endpoint: string, region = 'us-east-1'): S3Client =>
  new S3Client({ endpoint, region, credentials: EMBEDDED_CREDENTIALS, forcePathStyle: true, maxAttempts: 1 });

test('the outage of 2017 against a running app, started and stopped half-way by the AWS command line', { skip: absence(aws, '--version'), timeout: 180_000 }, async (t) => {
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

  /** The status that a user gets; null for one who gives up. */
  const ask = async (method: string, path: string): Promise<number | null> => {
    const body = method === 'PUT' ? { body: 'a photo' } : {};
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...body, signal: AbortSignal.timeout(1_500) }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    return answer?.status ?? null;
  };
  const fis = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await command(aws, ['--endpoint-url', endpoint.url, '--output', 'json', 'fis', ...args], env);
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
  const { experiment } = (await fis('start-experiment', '--experiment-template-id', created.experimentTemplate.id)) as {
    experiment: { id: string; state: { status: string } };
  };
  t.equal(experiment.state.status, 'initiating');
  const begun = ['running', ['running', 'pending', 'pending', 'pending', 'pending', 'pending']];
  t.strictSame(await eventually(() => states(experiment.id), (state) => JSON.stringify(state) === JSON.stringify(begun)), begun, 'the cliff');

  clock.advance(seconds('cliff'));
  const dark = ['running', ['completed', 'running', 'pending', 'pending', 'pending', 'pending']];
  t.strictSame(await states(experiment.id), dark, 'the blackout');
  t.not(await ask('GET', '/photos/one'), 200, 'no photo is seen in the blackout');
  t.not(await ask('PUT', '/photos/two'), 201, 'none is stored');
  t.equal(await ask('GET', '/about'), 200, 'a page without S3 is served');

  // As a phase ends the next begins, and that is told and done in turns: time goes on when they are through.
  for (const phase of ['blackout', 'blackout-late', 'reads-ramp']) {
    clock.advance(seconds(phase));
    await eventually(
      () => fis('get-experiment', '--id', experiment.id, '--query', `experiment.actions."${phase}".state.status`),
      (status) => status === 'completed',
    );
  }
  t.strictSame(await states(experiment.id), ['running', ['completed', 'completed', 'completed', 'completed', 'running', 'pending']]);
  t.equal(await ask('GET', '/photos/one'), 200, 'reads are back');
  t.not(await ask('PUT', '/photos/three'), 201, 'writes are not');

  t.strictSame(await fis('stop-experiment', '--id', experiment.id, '--query', 'experiment.state.status'), 'stopping');
  const stopped = ['stopped', ['completed', 'completed', 'completed', 'completed', 'stopped', 'cancelled']];
  t.strictSame(await eventually(() => states(experiment.id), (state) => JSON.stringify(state) === JSON.stringify(stopped)), stopped);
  t.equal(await ask('PUT', '/photos/three'), 201, 'stopped half-way, S3 is whole again');
  const refused = await command(aws, ['--endpoint-url', endpoint.url, 'fis', 'stop-experiment', '--id', experiment.id], env);
  t.match(refused.stderr, /ValidationException/, 'what is over cannot be stopped');
  const all = (await fis('list-experiments', '--query', 'experiments[].state.status')) as string[];
  t.strictSame(all, ['stopped']);
});

test('all 26 operations with boto3', { skip: absence(python, '-c', 'import boto3'), timeout: 120_000 }, async (t) => {
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

type Body = Partial<CreateExperimentTemplateCommandInput>;

async function begin(client: FisClient, body: Body, tags: Record<string, string> = {}): Promise<string> {
  const { experimentTemplate } = await client.send(
    new CreateExperimentTemplateCommand({
      clientToken: randomUUID(),
      description: 'x',
      stopConditions: [{ source: 'none' }],
      roleArn: role,
      actions: {},
      ...body,
    }),
  );
  const { experiment } = await client.send(
    new StartExperimentCommand({ clientToken: randomUUID(), experimentTemplateId: experimentTemplate?.id, tags }),
  );
  return experiment?.id ?? '';
}

const get = async (client: FisClient, id: string): Promise<Experiment> =>
  (await client.send(new GetExperimentCommand({ id }))).experiment ?? {};

const wait = (duration: string, ...startAfter: string[]) => ({
  actionId: 'aws:fis:wait',
  parameters: { duration },
  ...(startAfter.length === 0 ? {} : { startAfter }),
});
const statuses = ({ actions = {} }: Experiment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(actions).map(([name, { state }]) => [name, state?.status]));

test('actions in their order, failures, and what finds no resources', async (t) => {
  const clock = manualClock();
  const { client } = await openFisStage(t, clock);
  const id = await begin(client, {
    actions: { a: wait('PT2S'), b: wait('PT3S'), c: wait('PT1M', 'a', 'b'), d: wait('PT1M', 'c') },
  });
  await eventually(() => get(client, id), ({ state }) => state?.status === 'running');
  clock.advance(2_000);
  t.strictSame(statuses(await eventually(() => get(client, id), ({ actions }) => actions?.['a']?.state?.status === 'completed')), { a: 'completed', b: 'running', c: 'pending', d: 'pending' });
  clock.advance(1_000);
  const third = await eventually(() => get(client, id), ({ actions }) => actions?.['c']?.state?.status === 'running');
  t.strictSame(statuses(third), { a: 'completed', b: 'completed', c: 'running', d: 'pending' });
  t.equal(third.actions?.['b']?.endTime?.getTime(), Date.parse('2026-01-01T00:00:03Z'), 'times are the clock’s');
  clock.advance(60_000);
  await eventually(() => get(client, id), ({ actions }) => actions?.['d']?.state?.status === 'running');
  clock.advance(60_000);
  t.equal((await eventually(() => get(client, id), ({ endTime }) => endTime !== undefined)).state?.status, 'completed');

  const failed = await begin(client, {
    actions: {
      long: wait('PT1H'),
      wrong: { actionId: 'gameday:s3:inject-error', parameters: { duration: 'PT1M', code: 'SlowDwn' } },
      later: wait('PT1M', 'wrong'),
    },
  });
  const end = await eventually(() => get(client, failed), ({ endTime }) => endTime !== undefined);
  t.equal(end.state?.status, 'failed');
  t.match(end.actions?.['wrong']?.state?.reason, /SlowDown/, 'the reason says what is meant');
  t.strictSame(statuses(end), { long: 'stopped', wrong: 'failed', later: 'cancelled' });

  const instances = { app: { resourceType: 'aws:ec2:instance', resourceTags: { App: 'x' }, selectionMode: 'ALL' } };
  const stop = { actionId: 'aws:ec2:stop-instances', targets: { Instances: 'app' } };
  const nobody = await get(client, await begin(client, { targets: instances, actions: { stop } }));
  t.match(nobody.state, { status: 'failed', reason: /empty set: app/ });
  const skipping = await begin(client, {
    targets: instances,
    actions: { stop, then: wait('PT1S', 'stop') },
    experimentOptions: { emptyTargetResolutionMode: 'skip' },
  });
  const skipped = await eventually(() => get(client, skipping), ({ state }) => state?.status === 'running');
  t.strictSame(statuses(skipped), { stop: 'skipped', then: 'running' });
});

test('S3 does what the actions say: cut off, errors for some, replication paused, a guardrail that ends it', async (t) => {
  const clock = manualClock();
  const { client, s3Url } = await openFisStage(t, clock);
  const east = s3Client(s3Url('us-east-1'));
  const west = s3Client(s3Url('us-west-2'), 'us-west-2');
  t.teardown(() => {
    east.destroy();
    west.destroy();
  });
  for (const Bucket of ['paused-photos', 'other-photos']) {
    await east.send(new CreateBucketCommand({ Bucket }));
    await west.send(new CreateBucketCommand({ Bucket: `${Bucket}-west`, CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }));
    const versions = { VersioningConfiguration: { Status: 'Enabled' } } as const;
    await east.send(new PutBucketVersioningCommand({ Bucket, ...versions }));
    await west.send(new PutBucketVersioningCommand({ Bucket: `${Bucket}-west`, ...versions }));
    await east.send(
      new PutBucketReplicationCommand({
        Bucket,
        ReplicationConfiguration: {
          Role: role,
          Rules: [{ Status: 'Enabled', Prefix: '', Destination: { Bucket: `arn:aws:s3:::${Bucket}-west` } }],
        },
      }),
    );
  }
  const replication = async (Bucket: string): Promise<string | undefined> =>
    (await east.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ReplicationStatus;
  const pause = await begin(client, {
    targets: { b: { resourceType: 'aws:s3:bucket', resourceArns: ['arn:aws:s3:::paused-photos'], selectionMode: 'ALL' } },
    actions: {
      pause: {
        actionId: 'aws:s3:bucket-pause-replication',
        parameters: { duration: 'PT1H', region: 'us-west-2' },
        targets: { Buckets: 'b' },
      },
    },
  });
  await eventually(() => get(client, pause), ({ state }) => state?.status === 'running');
  for (const Bucket of ['paused-photos', 'other-photos']) await east.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  t.equal(await eventually(() => replication('other-photos'), (status) => status === 'COMPLETED'), 'COMPLETED');
  t.equal(await replication('paused-photos'), 'PENDING', 'that bucket alone');
  await client.send(new StopExperimentCommand({ id: pause }));
  t.equal(await eventually(() => replication('paused-photos'), (status) => status === 'COMPLETED'), 'COMPLETED', 'it goes on when the experiment ends');

  const subnets = { net: { resourceType: 'aws:ec2:subnet', resourceTags: { App: 'x' }, selectionMode: 'ALL' } };
  const cut = await begin(client, {
    targets: subnets,
    actions: {
      dynamodb: { actionId: 'aws:network:disrupt-connectivity', parameters: { duration: 'PT5S', scope: 'dynamodb' }, targets: { Subnets: 'net' } },
      west: {
        actionId: 'aws:network:route-table-disrupt-cross-region-connectivity',
        parameters: { duration: 'PT5S', region: 'us-west-2' },
        targets: { Subnets: 'net' },
        startAfter: ['dynamodb'],
      },
    },
  });
  const reach = async (region: string): Promise<boolean> =>
    fetch(s3Url(region), { signal: AbortSignal.timeout(400) }).then(
      (answer) => answer.body?.cancel().then(() => true) ?? true,
      () => false,
    );
  await eventually(() => get(client, cut), ({ actions }) => actions?.['dynamodb']?.state?.status === 'running');
  t.strictSame([await reach('us-east-1'), await reach('us-west-2')], [true, true], 'DynamoDB’s network is not S3’s');
  clock.advance(5_000);
  await eventually(() => get(client, cut), ({ actions }) => actions?.['west']?.state?.status === 'running');
  t.strictSame([await reach('us-east-1'), await reach('us-west-2')], [true, false], 'the other region is cut off');
  clock.advance(5_000);
  t.equal((await eventually(() => get(client, cut), ({ endTime }) => endTime !== undefined)).state?.status, 'completed');
  t.equal(await eventually(() => reach('us-west-2'), Boolean), true, 'and healed');

  const errors = await begin(client, {
    stopConditions: [{ source: 'gameday:guardrail', value: 'read goodBelow 0.5 for 2s' }],
    actions: {
      errors: {
        actionId: 'gameday:s3:inject-error',
        parameters: { duration: 'PT1H', code: 'SlowDown', classes: 'read', buckets: 'other-photos' },
      },
    },
  });
  await eventually(() => get(client, errors), ({ state }) => state?.status === 'running');
  const read = (Bucket: string): Promise<string> => east.send(new HeadObjectCommand({ Bucket, Key: 'k' })).then(() => 'read', (error: Error) => error.name);
  t.not(await read('other-photos'), 'read');
  t.equal(await read('paused-photos'), 'read', 'another bucket is not touched');
  await east.send(new PutObjectCommand({ Bucket: 'other-photos', Key: 'k2', Body: 'x' }));
  clock.advance(2_500);
  for (let index = 0; index < 8; index += 1) await read('other-photos');
  const halted = await eventually(() => get(client, errors), ({ endTime }) => endTime !== undefined);
  t.match(halted.state, { status: 'stopped', reason: /stop condition: \d of \d read requests were good/ });
  t.equal(await read('other-photos'), 'read', 'what stops it heals S3');
});

test('a stop file, and what the endpoint does not take', async (t) => {
  const clock = manualClock();
  let stop = false;
  const { client, endpoint } = await openFisStage(t, clock, () => stop);
  const id = await begin(client, {
    stopConditions: [{ source: 'gameday:stop-file', value: '/tmp/a/file/that/says/STOP' }],
    actions: { a: wait('PT1H') },
  });
  await eventually(() => get(client, id), ({ state }) => state?.status === 'running');
  stop = true;
  clock.advance(250);
  t.match((await eventually(() => get(client, id), ({ endTime }) => endTime !== undefined)).state, { status: 'stopped', reason: /STOP exists/ });

  const unsigned = await fetch(`${endpoint.url}/actions`);
  t.equal(unsigned.status, 403);
  t.equal(unsigned.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  await t.rejects(begin(client, { actions: { a: wait('PT1H') }, roleArn: 'not-a-role-but-long' }), { name: 'ValidationException' });
  await t.rejects(begin(client, { actions: { a: wait('PT1H') }, stopConditions: [{ source: 'gameday:guardrail', value: 'something that is none' }] }), {
    name: 'ValidationException',
  });
});
