import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, endpointOf, failureOf, startTestStore, stranger } from '../../../test/store-kit.ts';

test('buckets: create, head, list, locate, delete', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const east = clientOf(store);
  const west = clientOf(store, 'us-west-2');
  await east.send(new CreateBucketCommand({ Bucket: 'first-bucket' }));
  await west.send(
    new CreateBucketCommand({ Bucket: 'west-bucket', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
  );
  t.equal((await east.send(new HeadBucketCommand({ Bucket: 'first-bucket' }))).BucketRegion, 'us-east-1');
  t.equal((await west.send(new GetBucketLocationCommand({ Bucket: 'west-bucket' }))).LocationConstraint, 'us-west-2');
  t.equal((await east.send(new GetBucketLocationCommand({ Bucket: 'first-bucket' }))).LocationConstraint, undefined);
  const { Buckets } = await east.send(new ListBucketsCommand({}));
  t.match(Buckets, [
    { Name: 'first-bucket', BucketRegion: 'us-east-1' },
    { Name: 'west-bucket', BucketRegion: 'us-west-2' },
  ]);
  const page = await east.send(new ListBucketsCommand({ MaxBuckets: 1 }));
  t.equal(page.Buckets?.length, 1);
  const next = await east.send(new ListBucketsCommand({ MaxBuckets: 1, ContinuationToken: page.ContinuationToken }));
  t.match(next.Buckets, [{ Name: 'west-bucket' }]);
  t.equal(next.ContinuationToken, undefined);

  t.equal(
    await codeOf(east.send(new CreateBucketCommand({ Bucket: 'first-bucket' }))),
    'success',
    'us-east-1 forgives',
  );
  const again = new CreateBucketCommand({
    Bucket: 'west-bucket',
    CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
  });
  t.equal(await codeOf(west.send(again)), 'BucketAlreadyOwnedByYou 409');
  const other = clientOf(store, 'us-east-1', { credentials: stranger });
  t.equal(await codeOf(other.send(new CreateBucketCommand({ Bucket: 'first-bucket' }))), 'BucketAlreadyExists 409');
  t.equal(await codeOf(other.send(new ListObjectsV2Command({ Bucket: 'first-bucket' }))), 'AccessDenied 403');
  const elsewhere = new CreateBucketCommand({
    Bucket: 'elsewhere',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  t.equal(await codeOf(west.send(elsewhere)), 'IllegalLocationConstraintException 400');
  t.equal(await codeOf(east.send(new CreateBucketCommand({ Bucket: 'Upper_Case' }))), 'InvalidBucketName 400');
  t.equal(await codeOf(east.send(new HeadBucketCommand({ Bucket: 'missing' }))), 'NotFound 404');

  await east.send(new PutObjectCommand({ Bucket: 'first-bucket', Key: 'k', Body: 'x' }));
  t.equal(await codeOf(east.send(new DeleteBucketCommand({ Bucket: 'first-bucket' }))), 'BucketNotEmpty 409');
  await east.send(new DeleteObjectCommand({ Bucket: 'first-bucket', Key: 'k' }));
  await east.send(new DeleteBucketCommand({ Bucket: 'first-bucket' }));
  t.equal(await codeOf(east.send(new ListObjectsV2Command({ Bucket: 'first-bucket' }))), 'NoSuchBucket 404');
});

test('regions: a bucket answers in its own', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const west = clientOf(store, 'us-west-2');
  await clientOf(store).send(
    new CreateBucketCommand({ Bucket: 'in-ireland', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  const failure = await failureOf(west.send(new PutObjectCommand({ Bucket: 'in-ireland', Key: 'k', Body: 'x' })));
  t.match(failure, { code: 'PermanentRedirect', status: 301 });
  t.equal(failure?.error.$response?.headers['x-amz-bucket-region'], 'eu-west-1');
  const head = await failureOf(west.send(new HeadBucketCommand({ Bucket: 'in-ireland' })));
  t.equal(head?.status, 301);
  t.equal(head?.error.$response?.headers['x-amz-bucket-region'], 'eu-west-1');
  const wrongScope = clientOf(store, 'us-west-2', { endpoint: endpointOf(store, 'eu-west-1') });
  const malformed = await failureOf(wrongScope.send(new ListObjectsV2Command({ Bucket: 'in-ireland' })));
  t.match(malformed, { code: 'AuthorizationHeaderMalformed', status: 400, error: { Region: 'eu-west-1' } });
});

test('regions: a client that follows redirects gets where the bucket is', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const ireland = clientOf(store, 'eu-west-1');
  const Bucket = 'in-ireland';
  await ireland.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  await ireland.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  // The SDK goes on after a 301 of any operation, and after a 400 of HeadBucket alone: HEADs of objects have to be a 301.
  // It swaps its region for the second try, and asks for the endpoint anew.
  const client: S3Client = clientOf(store, 'us-west-2', {
    followRegionRedirects: true,
    endpoint: async () => {
      const { protocol, hostname, port } = new URL(endpointOf(store, await client.config.region()));
      return { protocol, hostname, port: Number(port), path: '/' };
    },
  });
  t.equal((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion, 'eu-west-1');
  t.equal((await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ContentLength, 1);
  t.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 1);
  // The right endpoint, signed for the wrong region: 400 without a body, so only the header tells.
  const wrongScope = clientOf(store, 'us-west-2', { endpoint: endpointOf(store, 'eu-west-1') });
  const head = await failureOf(wrongScope.send(new HeadBucketCommand({ Bucket })));
  t.equal(head?.status, 400);
  t.equal(head?.error.$response?.headers['x-amz-bucket-region'], 'eu-west-1');
  const following = clientOf(store, 'us-west-2', {
    endpoint: endpointOf(store, 'eu-west-1'),
    followRegionRedirects: true,
  });
  t.equal((await following.send(new HeadBucketCommand({ Bucket }))).BucketRegion, 'eu-west-1');
});

test('listing: order, prefixes, pages, encodings', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'listing';
  await client.send(new CreateBucketCommand({ Bucket }));
  // U+FFFD sorts before the emoji in UTF-8, after it in UTF-16.
  const keys = ['a', 'a/1', 'a/2', 'b', 'b/x/1', 'b/x/2', 'b/y', 'c d+e', 'ctrl\u0001', '\uFFFD', '🐟'];
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const all = await client.send(new ListObjectsV2Command({ Bucket }));
  t.same(
    all.Contents?.map(({ Key }) => Key),
    keys,
  );
  t.match(all, { KeyCount: 11, IsTruncated: false, MaxKeys: 1000 });
  t.equal(all.Contents?.[0]?.Owner, undefined);
  const owned = await client.send(new ListObjectsV2Command({ Bucket, FetchOwner: true, MaxKeys: 1 }));
  t.equal(owned.Contents?.[0]?.Owner?.ID?.length, 64);

  const seen: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken }));
    t.equal(page.KeyCount, (page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
    seen.push(
      ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''),
    );
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  t.same(seen.toSorted(), ['a', 'a/', 'b', 'b/', 'c d+e', 'ctrl\u0001', '\uFFFD', '🐟'].toSorted());

  const inner = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', Delimiter: '/' }));
  t.match(inner, { Contents: [{ Key: 'b/y' }], CommonPrefixes: [{ Prefix: 'b/x/' }] });
  const started = await client.send(new ListObjectsV2Command({ Bucket, StartAfter: 'b/x/1', MaxKeys: 2 }));
  t.match(started.Contents, [{ Key: 'b/x/2' }, { Key: 'b/y' }]);
  const encoded = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'c', EncodingType: 'url' }));
  t.match(encoded.Contents, [{ Key: 'c+d%2Be' }, { Key: 'ctrl%01' }]);
  const none = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
  t.match(none, { KeyCount: 0, IsTruncated: false });

  const v1 = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
  t.match(v1, { NextMarker: 'a/', Contents: [{ Key: 'a' }], CommonPrefixes: [{ Prefix: 'a/' }] });
  const v1next = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker: 'a/' }));
  t.match(v1next, { Contents: [{ Key: 'b' }], CommonPrefixes: [{ Prefix: 'b/' }] });
  const plain = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
  t.equal(plain.NextMarker, undefined, 'only with a delimiter');
  t.equal(
    await codeOf(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'made up' }))),
    'InvalidArgument 400',
  );
});

test('deletion: one, many, and what is not there', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'deletion';
  await client.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['a', 'b ', '<&>']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  t.equal((await client.send(new DeleteObjectCommand({ Bucket, Key: 'never there' }))).$metadata.httpStatusCode, 204);
  const answer = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'b ' }, { Key: '<&>' }, { Key: 'missing' }] } }),
  );
  t.match(answer.Deleted, [{ Key: 'b ' }, { Key: '<&>' }, { Key: 'missing' }]);
  const quiet = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'a' }] } }),
  );
  t.equal(quiet.Deleted, undefined);
  t.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});
