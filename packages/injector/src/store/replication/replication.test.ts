import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { manualClock, type ManualClock } from '../../manual-clock.ts';
import { clientOf, codeOf, startTestStore } from '../../../test/store-kit.ts';
import type { Store } from '../index.ts';

interface Pair {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly east: S3Client;
  readonly west: S3Client;
}

const rule = (destination: string, more: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: `to-${destination}`,
  Status: 'Enabled',
  Priority: 1,
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Disabled' },
  Destination: { Bucket: `arn:aws:s3:::${destination}` },
  ...more,
});

const configure = (Bucket: string, ...Rules: ReplicationRule[]): PutBucketReplicationCommand =>
  new PutBucketReplicationCommand({
    Bucket,
    ReplicationConfiguration: { Role: 'arn:aws:iam::123456789012:role/replication', Rules },
  });

/** Two versioned buckets, `east` and `west`, in two regions; a replica takes two seconds. */
async function startPair(): Promise<Pair> {
  const clock = manualClock();
  const store = await startTestStore({ clock, replicationLag: { shape: 'constant', ms: 2000 } });
  const east = clientOf(store);
  const west = clientOf(store, 'us-west-2');
  await east.send(new CreateBucketCommand({ Bucket: 'east' }));
  await west.send(
    new CreateBucketCommand({ Bucket: 'west', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
  );
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await east.send(new PutBucketVersioningCommand({ Bucket: 'east', VersioningConfiguration }));
  await west.send(new PutBucketVersioningCommand({ Bucket: 'west', VersioningConfiguration }));
  return { store, clock, east, west };
}

const statusOf = async (client: S3Client, Bucket: string, Key: string): Promise<string | undefined> =>
  (await client.send(new HeadObjectCommand({ Bucket, Key }))).ReplicationStatus;

test('a new version travels, and keeps what it is', async (t) => {
  const { store, clock, east, west } = await startPair();
  t.teardown(() => store.stop());
  await east.send(new PutObjectCommand({ Bucket: 'east', Key: 'old', Body: 'before the rule' }));
  await east.send(configure('east', rule('west', { Filter: { Prefix: 'a' } })));
  const put = await east.send(
    new PutObjectCommand({ Bucket: 'east', Key: 'a1', Body: 'hello', Metadata: { m: '1' }, Tagging: 't=1' }),
  );
  await east.send(new PutObjectCommand({ Bucket: 'east', Key: 'b1', Body: 'not matched' }));
  t.equal(await statusOf(east, 'east', 'a1'), 'PENDING');
  t.equal(await statusOf(east, 'east', 'b1'), undefined);
  t.match(store.replication.backlog(), [{ sourceBucket: 'east', destinationBucket: 'west', versions: 1 }]);
  clock.advance(1999);
  t.equal(await codeOf(west.send(new HeadObjectCommand({ Bucket: 'west', Key: 'a1' }))), 'NotFound 404');
  clock.advance(1);
  t.equal(await statusOf(east, 'east', 'a1'), 'COMPLETED');
  const replica = await west.send(new GetObjectCommand({ Bucket: 'west', Key: 'a1' }));
  t.equal(await replica.Body?.transformToString(), 'hello');
  t.match(replica, {
    ReplicationStatus: 'REPLICA',
    VersionId: put.VersionId,
    ETag: put.ETag,
    Metadata: { m: '1' },
    TagCount: 1,
  });
  t.same(store.replication.backlog(), []);
  clock.advance(60_000);
  for (const Key of ['old', 'b1']) {
    t.equal(await codeOf(west.send(new HeadObjectCommand({ Bucket: 'west', Key }))), 'NotFound 404', Key);
  }

  // Tags of a version travel after it.
  const Tagging = { TagSet: [{ Key: 't', Value: '2' }] };
  await east.send(new PutObjectTaggingCommand({ Bucket: 'east', Key: 'a1', Tagging }));
  t.equal(await statusOf(east, 'east', 'a1'), 'PENDING');
  clock.advance(2000);
  t.same((await west.send(new GetObjectTaggingCommand({ Bucket: 'west', Key: 'a1' }))).TagSet, Tagging.TagSet);
  t.equal((await west.send(new ListObjectVersionsCommand({ Bucket: 'west' }))).Versions?.length, 1);
});

test('a paused link keeps everything pending, and drains', async (t) => {
  const { store, clock, east, west } = await startPair();
  t.teardown(() => store.stop());
  await east.send(configure('east', rule('west')));
  const unrelated = store.replication.pause({ destinationRegion: 'eu-west-1' });
  const resume = store.replication.pause({ sourceRegion: 'us-east-1', destinationRegion: 'us-west-2' });
  for (const Key of ['k1', 'k2', 'k3']) await east.send(new PutObjectCommand({ Bucket: 'east', Key, Body: Key }));
  clock.advance(600_000);
  t.equal(await statusOf(east, 'east', 'k1'), 'PENDING');
  t.match(store.replication.backlog(), [{ versions: 3 }]);
  // What is deleted for good before it travelled never travels.
  const { VersionId } = await east.send(new HeadObjectCommand({ Bucket: 'east', Key: 'k3' }));
  await east.send(new DeleteObjectCommand({ Bucket: 'east', Key: 'k3', VersionId }));
  resume();
  resume();
  clock.advance(2000);
  t.equal(await statusOf(east, 'east', 'k1'), 'COMPLETED');
  t.equal(await statusOf(west, 'west', 'k2'), 'REPLICA');
  t.equal(await codeOf(west.send(new HeadObjectCommand({ Bucket: 'west', Key: 'k3' }))), 'NotFound 404');
  unrelated();
});

test('two-way rules do not go round in circles; versions stand in the order of their writing', async (t) => {
  const { store, clock, east, west } = await startPair();
  t.teardown(() => store.stop());
  await east.send(configure('east', rule('west')));
  await west.send(configure('west', rule('east')));
  const first = await east.send(new PutObjectCommand({ Bucket: 'east', Key: 'k', Body: 'from the east' }));
  const second = await west.send(new PutObjectCommand({ Bucket: 'west', Key: 'k', Body: 'from the west' }));
  clock.advance(60_000);
  for (const [client, Bucket] of [
    [east, 'east'],
    [west, 'west'],
  ] as const) {
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    t.match(Versions, [{ VersionId: second.VersionId, IsLatest: true }, { VersionId: first.VersionId }], Bucket);
    t.equal(Versions?.length, 2);
  }
});

test('delete markers travel only where the rule says so', async (t) => {
  const { store, clock, east, west } = await startPair();
  t.teardown(() => store.stop());
  for (const Status of ['Disabled', 'Enabled'] as const) {
    const Key = Status;
    await east.send(configure('east', rule('west', { DeleteMarkerReplication: { Status } })));
    await east.send(new PutObjectCommand({ Bucket: 'east', Key, Body: 'x' }));
    clock.advance(2000);
    await east.send(new DeleteObjectCommand({ Bucket: 'east', Key }));
    clock.advance(2000);
  }
  t.equal(await codeOf(west.send(new HeadObjectCommand({ Bucket: 'west', Key: 'Disabled' }))), 'success');
  t.equal(await codeOf(west.send(new HeadObjectCommand({ Bucket: 'west', Key: 'Enabled' }))), 'NotFound 404');
});

test('several destinations, a failed one, and multipart objects', async (t) => {
  const { store, clock, east, west } = await startPair();
  t.teardown(() => store.stop());
  await west.send(
    new CreateBucketCommand({ Bucket: 'west-2', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
  );
  await west.send(new PutBucketVersioningCommand({ Bucket: 'west-2', VersioningConfiguration: { Status: 'Enabled' } }));
  await east.send(
    configure(
      'east',
      rule('west'),
      rule('west-2', { Destination: { Bucket: 'arn:aws:s3:::west-2', StorageClass: 'STANDARD_IA' } }),
    ),
  );
  const target = { Bucket: 'east', Key: 'big' };
  const { UploadId } = await east.send(new CreateMultipartUploadCommand(target));
  const part = await east.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' }));
  const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }];
  const { ETag } = await east.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
  );
  t.equal(await statusOf(east, 'east', 'big'), 'PENDING');
  const resume = store.replication.pause({ destinationBucket: 'west-2' });
  clock.advance(2000);
  t.equal(await statusOf(east, 'east', 'big'), 'PENDING', 'until all have it');
  t.equal((await west.send(new HeadObjectCommand({ Bucket: 'west', Key: 'big' }))).ETag, ETag);
  await west.send(
    new PutBucketVersioningCommand({ Bucket: 'west-2', VersioningConfiguration: { Status: 'Suspended' } }),
  );
  resume();
  clock.advance(2000);
  t.equal(await statusOf(east, 'east', 'big'), 'FAILED');
});

test('what S3 refuses of a configuration', async (t) => {
  const { store, east, west } = await startPair();
  t.teardown(() => store.stop());
  await east.send(new CreateBucketCommand({ Bucket: 'unversioned' }));
  t.equal(await codeOf(east.send(configure('unversioned', rule('west')))), 'InvalidRequest 400');
  t.equal(await codeOf(east.send(configure('east', rule('unversioned')))), 'InvalidRequest 400');
  t.equal(await codeOf(east.send(configure('east', rule('nowhere')))), 'InvalidRequest 400');
  t.equal(await codeOf(east.send(configure('east', rule('west'), rule('west')))), 'InvalidArgument 400');
  const modifications = rule('west', { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } });
  t.equal(await codeOf(east.send(configure('east', modifications))), 'NotImplemented 501');
  await west.send(configure('west', rule('east')));
  const suspend = new PutBucketVersioningCommand({ Bucket: 'west', VersioningConfiguration: { Status: 'Suspended' } });
  t.equal(await codeOf(west.send(suspend)), 'InvalidBucketState 409');
});
