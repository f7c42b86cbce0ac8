import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type BucketVersioningStatus,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, failureOf, startTestStore } from '../../../test/store-kit.ts';

const setVersioning = (client: S3Client, Bucket: string, Status: BucketVersioningStatus): Promise<unknown> =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

async function textOf(client: S3Client, Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

test('versioning: versions, delete markers, and their removal', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'versions';
  const Key = 'k';
  await client.send(new CreateBucketCommand({ Bucket }));
  t.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
  const before = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'null' }));
  t.equal(before.VersionId, undefined);
  await setVersioning(client, Bucket, 'Enabled');
  t.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled');
  const first = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'one' }));
  const second = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'two' }));
  t.match(first.VersionId, /^[\w.]{32}$/);
  t.equal(await textOf(client, Bucket, Key), 'two');
  t.equal(await textOf(client, Bucket, Key, first.VersionId), 'one');
  t.equal(await textOf(client, Bucket, Key, 'null'), 'null');

  const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  t.equal(deleted.DeleteMarker, true);
  const gone = await failureOf(client.send(new GetObjectCommand({ Bucket, Key })));
  t.match(gone, { code: 'NoSuchKey', status: 404 });
  t.match(gone?.error.$response?.headers, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': deleted.VersionId });
  const marker = new GetObjectCommand({ Bucket, Key, VersionId: deleted.VersionId });
  t.equal(await codeOf(client.send(marker)), 'MethodNotAllowed 405');
  t.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
  t.equal(await codeOf(client.send(new DeleteBucketCommand({ Bucket }))), 'BucketNotEmpty 409');

  const listed = await client.send(new ListObjectVersionsCommand({ Bucket }));
  t.match(listed.DeleteMarkers, [{ Key, VersionId: deleted.VersionId, IsLatest: true }]);
  t.match(listed.Versions, [
    { VersionId: second.VersionId, IsLatest: false, Size: 3 },
    { VersionId: first.VersionId, IsLatest: false },
    { VersionId: 'null', IsLatest: false, Size: 4 },
  ]);
  const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
  t.match(page, { IsTruncated: true, NextKeyMarker: Key, NextVersionIdMarker: second.VersionId });
  const rest = await client.send(
    new ListObjectVersionsCommand({ Bucket, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }),
  );
  t.match(rest.Versions, [{ VersionId: first.VersionId }, { VersionId: 'null' }]);

  const undone = await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: deleted.VersionId }));
  t.match(undone, { DeleteMarker: true, VersionId: deleted.VersionId });
  t.equal(await textOf(client, Bucket, Key), 'two', 'without its marker the object is back');
  const restored = await client.send(
    new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${Key}?versionId=${first.VersionId}` }),
  );
  t.equal(restored.CopySourceVersionId, first.VersionId);
  t.equal(await textOf(client, Bucket, Key), 'one');
  const many = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key, VersionId: 'null' }] } }),
  );
  t.match(many.Deleted, [
    { Key, DeleteMarker: true },
    { Key, VersionId: 'null' },
  ]);
  t.equal(await codeOf(client.send(new GetObjectCommand({ Bucket, Key, VersionId: 'null' }))), 'NoSuchVersion 404');
  t.equal(await codeOf(client.send(new GetObjectCommand({ Bucket, Key, VersionId: '?' }))), 'InvalidArgument 400');
});

test('versioning: suspended, a write replaces the null version', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'suspended';
  const Key = 'k';
  await client.send(new CreateBucketCommand({ Bucket }));
  await setVersioning(client, Bucket, 'Enabled');
  const kept = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'kept' }));
  await setVersioning(client, Bucket, 'Suspended');
  for (const Body of ['first', 'second']) {
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    t.equal(put.VersionId, undefined);
  }
  const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  t.match(Versions, [{ VersionId: 'null', Size: 6, IsLatest: true }, { VersionId: kept.VersionId }]);
  const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  t.match(deleted, { DeleteMarker: true, VersionId: 'null' });
  const after = await client.send(new ListObjectVersionsCommand({ Bucket }));
  t.match(after.DeleteMarkers, [{ VersionId: 'null' }]);
  t.equal(after.Versions?.length, 1, 'the null object made way for the null marker');
  t.equal(await textOf(client, Bucket, Key, kept.VersionId), 'kept');
});

test('tagging and attributes', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'tagged';
  const Key = 'k';
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'a=1&b%20c=%2B&d=' }));
  const tagsOf = async (): Promise<unknown> => (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
  t.same(await tagsOf(), [
    { Key: 'a', Value: '1' },
    { Key: 'b c', Value: '+' },
    { Key: 'd', Value: '' },
  ]);
  t.equal((await client.send(new HeadObjectCommand({ Bucket, Key }))).TagCount, 3);
  const put = (TagSet: { Key: string; Value: string }[]): Promise<string> =>
    codeOf(client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } })));
  t.equal(await put([{ Key: ' a@b', Value: 'new ' }]), 'success');
  t.same(await tagsOf(), [{ Key: ' a@b', Value: 'new ' }]);
  t.equal(await put([{ Key: 'x'.repeat(129), Value: '' }]), 'InvalidTag 400');
  t.equal(await put([{ Key: 'aws:x', Value: '' }]), 'InvalidTag 400');
  t.equal(
    await put([
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ]),
    'InvalidTag 400',
  );
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
  t.same(await tagsOf(), []);
  t.equal(await codeOf(client.send(new GetBucketTaggingCommand({ Bucket }))), 'NoSuchTagSet 404');
  const TagSet = [{ Key: 'team', Value: 'a + b' }];
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  t.same((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);

  const attributes = await client.send(
    new GetObjectAttributesCommand({
      Bucket,
      Key,
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
    }),
  );
  t.match(attributes, {
    ETag: '9dd4e461268c8034f5c8564e155c67a6',
    Checksum: { ChecksumCRC32: 'jNwWgw==', ChecksumType: 'FULL_OBJECT' },
    ObjectSize: 1,
    StorageClass: 'STANDARD',
  });
});
