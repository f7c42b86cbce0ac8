// What S3 does at the edges of its operations, where apps that never met it are surprised.
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type ListMultipartUploadsCommandOutput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test, type Test } from 'tap';
import { NOW, signedHead } from '../../../test/signed-head.ts';
import { clientOf, codeOf, endpointOf, exchangeRaw, failureOf, startTestStore } from '../../../test/store-kit.ts';

async function startBucket(t: Test, Bucket: string, isVersioned = false): Promise<S3Client> {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  await client.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  if (isVersioned) await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return client;
}

test('edges: a bucket is emptied page by page, though each page is gone before the next is asked for', async (t) => {
  const Bucket = 'emptied';
  const client = await startBucket(t, Bucket, true);
  const Key = 'often';
  for (let count = 0; count < 7; count += 1) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: String(count) }));
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  }
  let removed = 0;
  let place: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (place !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...place }),
    );
    const Objects = (page.Versions ?? []).map(({ VersionId }) => ({ Key, VersionId }));
    removed += Objects.length;
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    place = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
  }
  t.equal(removed, 7, 'versions');

  let aborted = 0;
  let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (next !== undefined) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...next }),
    );
    for (const { UploadId } of page.Uploads ?? []) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      aborted += 1;
    }
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    next = page.IsTruncated === true ? { KeyMarker, UploadIdMarker } : undefined;
  }
  t.equal(aborted, 7, 'uploads');
  await client.send(new DeleteBucketCommand({ Bucket }));
});

test('edges: a page of nothing is the last one', async (t) => {
  const Bucket = 'nothing';
  const Key = 'k';
  const client = await startBucket(t, Bucket);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }));
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 0 }));
  const parts = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 0 }));
  t.same([uploads.IsTruncated, parts.IsTruncated], [false, false], 'who turns pages comes to an end');
});

test('edges: version ids that S3 never gave, and delete markers by theirs', async (t) => {
  const Bucket = 'strange-versions';
  const Key = 'k';
  const client = await startBucket(t, Bucket, true);
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const remove = (id: string): Promise<string> =>
    codeOf(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id })));
  t.equal(await remove('abc'), 'InvalidArgument 400');
  t.equal(await remove('A'.repeat(32)), 'success', 'one that may have been');
  const Objects = ['abc', 'A'.repeat(32)].map((id) => ({ Key, VersionId: id }));
  const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  t.same(Errors, [{ Key, VersionId: 'abc', Code: 'NoSuchVersion', Message: 'The specified version does not exist.' }]);
  t.same(Deleted, [{ Key, VersionId: 'A'.repeat(32) }]);
  const list = new ListObjectVersionsCommand({ Bucket, KeyMarker: Key, VersionIdMarker: 'abc' });
  t.equal(await codeOf(client.send(list)), 'InvalidArgument 400');
  t.equal(await codeOf(client.send(new HeadObjectCommand({ Bucket, Key, VersionId }))), 'success');

  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  const refused = await failureOf(client.send(new GetObjectCommand({ Bucket, Key, VersionId: marker.VersionId })));
  t.match(refused, { code: 'MethodNotAllowed', status: 405 });
  t.match(refused?.error.$response?.headers, { 'last-modified': / GMT$/, 'x-amz-delete-marker': 'true' });
});

test('edges: times of objects are whole seconds, wherever they are told', async (t) => {
  const Bucket = 'seconds';
  const client = await startBucket(t, Bucket, true);
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const { CopyObjectResult } = await client.send(
    new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }),
  );
  const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  const { LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
  const copy = { LastModified: LastModified?.getTime() };
  const told = [CopyObjectResult, Versions?.[0], Contents?.[0]].map((entry) => entry?.LastModified?.getTime());
  t.same(told, [copy.LastModified, copy.LastModified, copy.LastModified]);
});

test('edges: what a copy does not take along, and why it is refused', async (t) => {
  const Bucket = 'copied';
  const client = await startBucket(t, Bucket);
  const location = { WebsiteRedirectLocation: '/elsewhere' };
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentType: 'text/plain', ...location }));
  const copy = { Bucket, CopySource: `${Bucket}/k` };
  await client.send(new CopyObjectCommand({ ...copy, Key: 'plain' }));
  const plain = await client.send(new HeadObjectCommand({ Bucket, Key: 'plain' }));
  t.match(plain, { ContentType: 'text/plain', WebsiteRedirectLocation: undefined });
  await client.send(new CopyObjectCommand({ ...copy, Key: 'sent-on', WebsiteRedirectLocation: '/new' }));
  const sentOn = await client.send(new HeadObjectCommand({ Bucket, Key: 'sent-on' }));
  t.match(sentOn, { ContentType: 'text/plain', WebsiteRedirectLocation: '/new' });

  await client.send(new PutObjectCommand({ Bucket, Key: 'frozen', Body: 'x', StorageClass: 'GLACIER' }));
  const thaw = new CopyObjectCommand({
    Bucket,
    Key: 'thawed',
    CopySource: `${Bucket}/frozen`,
    StorageClass: 'STANDARD',
  });
  t.equal(await codeOf(client.send(thaw)), 'ObjectNotInActiveTierError 403');

  const CopySourceIfModifiedSince = new Date(Date.now() + 60_000);
  const unchanged = await failureOf(
    client.send(new CopyObjectCommand({ ...copy, Key: 'unchanged', CopySourceIfModifiedSince })),
  );
  t.match(unchanged, { code: 'PreconditionFailed', error: { Condition: 'x-amz-copy-source-If-Modified-Since' } });
});

test('edges: tags: how many, of which characters, and never twice', async (t) => {
  const Bucket = 'tagged';
  const Key = 'k';
  const client = await startBucket(t, Bucket);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  const put = (TagSet: { Key: string; Value: string }[]): Promise<string> =>
    codeOf(client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } })));
  t.equal(await put(many(10)), 'success');
  const tooMany = new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: many(11) } });
  t.match(await failureOf(client.send(tooMany)), {
    code: 'InvalidTag',
    status: 400,
    error: { message: 'Object tags cannot be greater than 10' },
  });
  const Tagging = { TagSet: many(51) };
  t.equal(await codeOf(client.send(new PutBucketTaggingCommand({ Bucket, Tagging }))), 'InvalidTag 400');
  t.equal(await put([{ Key: 'größe é', Value: 'a_b.c:d/e=f+g-h@i 1' }]), 'success');
  for (const odd of ['a,b', 'a(b)', 'a&b', '#', 'a;b', '{}']) {
    t.equal(await put([{ Key: 'k', Value: odd }]), 'InvalidTag 400', `the value ${odd}`);
    t.equal(await put([{ Key: odd, Value: '' }]), 'InvalidTag 400', `the key ${odd}`);
  }
  const twice = new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'a=1&a=2' });
  t.equal(await codeOf(client.send(twice)), 'InvalidArgument 400');
});

test('edges: a range goes on only if the object is still the same', async (t) => {
  const store = await startTestStore({ now: () => NOW });
  t.teardown(() => store.stop());
  const ask = (method: string, target: string, extra: Record<string, string> = {}, body = ''): Promise<string> =>
    exchangeRaw(endpointOf(store), signedHead(method, target, { connection: 'close', ...extra }).head + body);
  await ask('PUT', '/resumed', { 'content-length': '0' });
  const put = await ask('PUT', '/resumed/k', { 'content-length': '10' }, '0123456789');
  const etag = /etag: ("\w+")/i.exec(put)?.[1] ?? '';
  const range = { range: 'bytes=2-3' };
  const modified = new Date(NOW).toUTCString();
  const older = new Date(NOW - 60_000).toUTCString();
  for (const [ifRange, status] of [
    [etag, 206],
    [modified, 206],
    ['"another"', 200],
    [`W/${etag}`, 200],
    [older, 200],
  ] as const) {
    const answer = await ask('GET', '/resumed/k', { ...range, 'if-range': ifRange });
    t.ok(answer.startsWith(`HTTP/1.1 ${status} `), `${ifRange}: ${status}`);
    t.ok(answer.endsWith(status === 206 ? '\r\n\r\n23' : '\r\n\r\n0123456789'));
  }
});
