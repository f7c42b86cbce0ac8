import { StopExperimentCommand } from '@aws-sdk/client-fis';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { manualClock } from '@gameday/injector';
import { eventually, openFisStage, s3Client } from './fis-stage.ts';
import { begin, get, role } from './fis-experiment.ts';

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
  const reach = async (region: string, withinMs = 30_000): Promise<boolean> =>
    fetch(s3Url(region), { signal: AbortSignal.timeout(withinMs) }).then(
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
  t.strictSame([await reach('us-east-1'), await reach('us-west-2', 400)], [true, false], 'the other region is cut off');
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
  t.equal(await eventually(() => reach('us-west-2', 400), Boolean), true, 'and healed');

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
