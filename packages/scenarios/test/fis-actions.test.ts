import { randomUUID } from 'node:crypto';
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
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { eventually, manualClock, openFisStage, s3Client } from './fis-stage.ts';

const role = 'arn:aws:iam::000000000000:role/fis';

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
  await eventually(
    () => get(client, id),
    ({ state }) => state?.status === 'running',
  );
  clock.advance(2_000);
  t.strictSame(
    statuses(
      await eventually(
        () => get(client, id),
        ({ actions }) => actions?.['a']?.state?.status === 'completed',
      ),
    ),
    { a: 'completed', b: 'running', c: 'pending', d: 'pending' },
  );
  clock.advance(1_000);
  const third = await eventually(
    () => get(client, id),
    ({ actions }) => actions?.['c']?.state?.status === 'running',
  );
  t.strictSame(statuses(third), { a: 'completed', b: 'completed', c: 'running', d: 'pending' });
  t.equal(third.actions?.['b']?.endTime?.getTime(), Date.parse('2026-01-01T00:00:03Z'), 'times are the clock’s');
  clock.advance(60_000);
  await eventually(
    () => get(client, id),
    ({ actions }) => actions?.['d']?.state?.status === 'running',
  );
  clock.advance(60_000);
  t.equal(
    (
      await eventually(
        () => get(client, id),
        ({ endTime }) => endTime !== undefined,
      )
    ).state?.status,
    'completed',
  );

  const failed = await begin(client, {
    actions: {
      long: wait('PT1H'),
      wrong: { actionId: 'gameday:s3:inject-error', parameters: { duration: 'PT1M', code: 'SlowDwn' } },
      later: wait('PT1M', 'wrong'),
    },
  });
  const end = await eventually(
    () => get(client, failed),
    ({ endTime }) => endTime !== undefined,
  );
  t.equal(end.state?.status, 'failed');
  t.match(end.actions?.['wrong']?.state?.reason, /SlowDown/, 'the reason says what is meant');
  t.strictSame(statuses(end), { long: 'stopped', wrong: 'failed', later: 'cancelled' });

  const instances = { app: { resourceType: 'aws:ec2:instance', resourceTags: { App: 'x' }, selectionMode: 'ALL' } };
  const stop = { actionId: 'aws:ec2:stop-instances', targets: { Instances: 'app' } };
  const nobody = await get(client, await begin(client, { targets: instances, actions: { stop } }));
  t.match(nobody.state, { status: 'failed', reason: /empty set: app/ });
  const skipping = await begin(client, {
    targets: instances,
    actions: { stop, next: wait('PT1S', 'stop') },
    experimentOptions: { emptyTargetResolutionMode: 'skip' },
  });
  const skipped = await eventually(
    () => get(client, skipping),
    ({ state }) => state?.status === 'running',
  );
  t.strictSame(statuses(skipped), { stop: 'skipped', next: 'running' });
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
    await west.send(
      new CreateBucketCommand({
        Bucket: `${Bucket}-west`,
        CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
      }),
    );
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
    targets: {
      b: { resourceType: 'aws:s3:bucket', resourceArns: ['arn:aws:s3:::paused-photos'], selectionMode: 'ALL' },
    },
    actions: {
      pause: {
        actionId: 'aws:s3:bucket-pause-replication',
        parameters: { duration: 'PT1H', region: 'us-west-2' },
        targets: { Buckets: 'b' },
      },
    },
  });
  await eventually(
    () => get(client, pause),
    ({ state }) => state?.status === 'running',
  );
  for (const Bucket of ['paused-photos', 'other-photos'])
    await east.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  t.equal(
    await eventually(
      () => replication('other-photos'),
      (status) => status === 'COMPLETED',
    ),
    'COMPLETED',
  );
  t.equal(await replication('paused-photos'), 'PENDING', 'that bucket alone');
  await client.send(new StopExperimentCommand({ id: pause }));
  t.equal(
    await eventually(
      () => replication('paused-photos'),
      (status) => status === 'COMPLETED',
    ),
    'COMPLETED',
    'it goes on when the experiment ends',
  );

  const subnets = { net: { resourceType: 'aws:ec2:subnet', resourceTags: { App: 'x' }, selectionMode: 'ALL' } };
  const cut = await begin(client, {
    targets: subnets,
    actions: {
      dynamodb: {
        actionId: 'aws:network:disrupt-connectivity',
        parameters: { duration: 'PT5S', scope: 'dynamodb' },
        targets: { Subnets: 'net' },
      },
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
  await eventually(
    () => get(client, cut),
    ({ actions }) => actions?.['dynamodb']?.state?.status === 'running',
  );
  t.strictSame([await reach('us-east-1'), await reach('us-west-2')], [true, true], 'DynamoDB’s network is not S3’s');
  clock.advance(5_000);
  await eventually(
    () => get(client, cut),
    ({ actions }) => actions?.['west']?.state?.status === 'running',
  );
  t.strictSame([await reach('us-east-1'), await reach('us-west-2')], [true, false], 'the other region is cut off');
  clock.advance(5_000);
  t.equal(
    (
      await eventually(
        () => get(client, cut),
        ({ endTime }) => endTime !== undefined,
      )
    ).state?.status,
    'completed',
  );
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
  await eventually(
    () => get(client, errors),
    ({ state }) => state?.status === 'running',
  );
  const read = (Bucket: string): Promise<string> =>
    east.send(new HeadObjectCommand({ Bucket, Key: 'k' })).then(
      () => 'read',
      (error: Error) => error.name,
    );
  t.not(await read('other-photos'), 'read');
  t.equal(await read('paused-photos'), 'read', 'another bucket is not touched');
  await east.send(new PutObjectCommand({ Bucket: 'other-photos', Key: 'k2', Body: 'x' }));
  clock.advance(2_500);
  for (let index = 0; index < 8; index += 1) await read('other-photos');
  const halted = await eventually(
    () => get(client, errors),
    ({ endTime }) => endTime !== undefined,
  );
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
  await eventually(
    () => get(client, id),
    ({ state }) => state?.status === 'running',
  );
  stop = true;
  clock.advance(250);
  t.match(
    (
      await eventually(
        () => get(client, id),
        ({ endTime }) => endTime !== undefined,
      )
    ).state,
    { status: 'stopped', reason: /STOP exists/ },
  );

  const unsigned = await fetch(`${endpoint.url}/actions`);
  t.equal(unsigned.status, 403);
  t.equal(unsigned.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  await t.rejects(begin(client, { actions: { a: wait('PT1H') }, roleArn: 'not-a-role-but-long' }), {
    name: 'ValidationException',
  });
  await t.rejects(
    begin(client, {
      actions: { a: wait('PT1H') },
      stopConditions: [{ source: 'gameday:guardrail', value: 'something that is none' }],
    }),
    {
      name: 'ValidationException',
    },
  );
});
