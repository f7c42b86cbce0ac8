import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, startTestStore } from '../../../test/store-kit.ts';

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test('objects: put, get, head, ranges, conditions, metadata', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'objects';
  await client.send(new CreateBucketCommand({ Bucket }));
  const Key = 'a folder/ünïcode + plus&amp;%41/🐟';
  const put = await client.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: '0123456789',
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment',
      ContentLanguage: 'de',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { colour: 'green' },
      StorageClass: 'STANDARD_IA',
    }),
  );
  t.equal(put.ETag, `"${md5(Buffer.from('0123456789'))}"`);
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  t.equal(await got.Body?.transformToString(), '0123456789');
  t.match(got, {
    ContentType: 'text/plain',
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment',
    ContentLanguage: 'de',
    ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
    Metadata: { colour: 'green' },
    StorageClass: 'STANDARD_IA',
    AcceptRanges: 'bytes',
    ContentLength: 10,
    ETag: put.ETag,
  });
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  t.match(head, { ContentLength: 10, ChecksumCRC32: put.ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });

  const ranges: readonly (readonly [string, string, string])[] = [
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ];
  for (const [Range, text, ContentRange] of ranges) {
    const part = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
    t.equal(await part.Body?.transformToString(), text, Range);
    t.match(part, { ContentRange, $metadata: { httpStatusCode: 206 } });
    t.equal(part.ChecksumCRC32, undefined, 'a range carries no checksum of the whole');
  }
  t.equal(await codeOf(client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=10-' }))), 'InvalidRange 416');

  const before = new Date(Date.now() - 60_000);
  const after = new Date(Date.now() + 60_000);
  const get = (conditions: object): Promise<string> =>
    codeOf(client.send(new GetObjectCommand({ Bucket, Key, ...conditions })));
  t.equal(await get({ IfMatch: put.ETag }), 'success');
  t.equal(await get({ IfMatch: '"other"' }), 'PreconditionFailed 412');
  t.equal(await get({ IfNoneMatch: '"other"' }), 'success');
  t.match(await get({ IfNoneMatch: put.ETag }), /304$/);
  t.match(await get({ IfModifiedSince: after }), /304$/);
  t.equal(await get({ IfModifiedSince: before }), 'success');
  t.equal(await get({ IfUnmodifiedSince: before }), 'PreconditionFailed 412');
  t.equal(await get({ IfMatch: put.ETag, IfUnmodifiedSince: before }), 'success', 'If-Match outranks');
  t.match(await get({ IfNoneMatch: put.ETag, IfModifiedSince: before }), /304$/, 'If-None-Match outranks');
  t.equal(await codeOf(client.send(new GetObjectCommand({ Bucket, Key: 'absent' }))), 'NoSuchKey 404');
  t.equal(await codeOf(client.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))), 'NotFound 404');
  t.equal(
    await codeOf(client.send(new PutObjectCommand({ Bucket, Key: 'x'.repeat(1025), Body: '' }))),
    'KeyTooLongError 400',
  );

  const empty = await client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
  t.equal(empty.ETag, '"d41d8cd98f00b204e9800998ecf8427e"');
  t.equal((await bytesOf(client, Bucket, 'empty')).length, 0);
  t.equal(
    await codeOf(client.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: 'a' }))),
    'NotImplemented 501',
  );
  t.same([...store.notImplemented()], [['GET bucket ?analytics', 1]]);
});

test('conditional writes: one of ten writers wins', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'conditional';
  await client.send(new CreateBucketCommand({ Bucket }));
  const attempts = Array.from({ length: 10 }, (_, index) =>
    codeOf(
      client.send(
        new PutObjectCommand({
          Bucket,
          Key: 'lock',
          Body: randomBytes(400_000),
          IfNoneMatch: '*',
          Metadata: { index: String(index) },
        }),
      ),
    ),
  );
  const outcomes = await Promise.all(attempts);
  t.equal(outcomes.filter((outcome) => outcome === 'success').length, 1);
  t.equal(outcomes.filter((outcome) => outcome === 'PreconditionFailed 412').length, 9);
  const { ETag } = await client.send(new HeadObjectCommand({ Bucket, Key: 'lock' }));
  const put = (IfMatch: string, Key = 'lock'): Promise<string> =>
    codeOf(client.send(new PutObjectCommand({ Bucket, Key, Body: 'new', IfMatch })));
  t.equal(await put('"wrong"'), 'PreconditionFailed 412');
  t.equal(await put(ETag ?? ''), 'success');
  t.equal(await put(ETag ?? ''), 'PreconditionFailed 412');
  t.equal(await put('*', 'absent'), 'NoSuchKey 404');
  t.equal(
    await codeOf(client.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: 'x', IfNoneMatch: '"etag"' }))),
    'NotImplemented 501',
  );
});

test('checksums: every algorithm, in headers and in trailers', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'checksums';
  await client.send(new CreateBucketCommand({ Bucket }));
  const body = randomBytes(300_000);
  const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
  for (const algorithm of algorithms) {
    await client.send(new PutObjectCommand({ Bucket, Key: algorithm, Body: body, ChecksumAlgorithm: algorithm }));
    // A stream of known length travels aws-chunked, with its checksum in a trailer.
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: `${algorithm} stream`,
        Body: Readable.from([body.subarray(0, 100_001), body.subarray(100_001)]),
        ContentLength: body.length,
        ContentEncoding: 'gzip',
        ChecksumAlgorithm: algorithm,
      }),
    );
    for (const Key of [algorithm, `${algorithm} stream`]) {
      t.ok((await bytesOf(client, Bucket, Key)).equals(body), `${Key} is intact, and its checksum holds`);
      const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      t.ok(
        Object.keys(head).some((name) => name === `Checksum${algorithm}`),
        Key,
      );
      t.equal(head.ETag, `"${md5(body)}"`);
    }
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: `${algorithm} stream` }));
    t.equal(head.ContentEncoding, 'gzip', 'aws-chunked is not kept');
  }
  const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'abc', ChecksumCRC32C: 'AAAAAA==' });
  t.equal(await codeOf(client.send(wrong)), 'BadDigest 400');
  const malformed = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'abc', ChecksumSHA256: 'AAAA' });
  t.equal(await codeOf(client.send(malformed)), 'InvalidRequest 400');
  t.equal(
    await codeOf(
      client.send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'abc', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })),
    ),
    'BadDigest 400',
  );
  t.equal(
    await codeOf(client.send(new HeadObjectCommand({ Bucket, Key: 'wrong' }))),
    'NotFound 404',
    'nothing was kept',
  );
});

test('copy: metadata directives and conditions', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const west = clientOf(store, 'us-west-2');
  const Bucket = 'copying';
  await client.send(new CreateBucketCommand({ Bucket }));
  await west.send(
    new CreateBucketCommand({ Bucket: 'copied', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
  );
  const body = randomBytes(400_000);
  const Key = 'source ä+b';
  const { ETag } = await client.send(
    new PutObjectCommand({ Bucket, Key, Body: body, ContentType: 'image/png', Metadata: { a: '1' } }),
  );
  const CopySource = encodeURIComponent(`${Bucket}/${Key}`);
  const copy = await west.send(new CopyObjectCommand({ Bucket: 'copied', Key: 'kept', CopySource }));
  t.equal(copy.CopyObjectResult?.ETag, ETag);
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'kept' }));
  t.match(await west.send(new HeadObjectCommand({ Bucket: 'copied', Key: 'kept' })), {
    ContentType: 'image/png',
    Metadata: { a: '1' },
  });
  await west.send(
    new CopyObjectCommand({
      Bucket: 'copied',
      Key: 'new',
      CopySource,
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
    }),
  );
  const replaced = await west.send(new HeadObjectCommand({ Bucket: 'copied', Key: 'new' }));
  t.same(replaced.Metadata, { b: '2' });
  const conditional = (conditions: object): Promise<string> =>
    codeOf(west.send(new CopyObjectCommand({ Bucket: 'copied', Key: 'c', CopySource, ...conditions })));
  t.equal(await conditional({ CopySourceIfMatch: ETag }), 'success');
  t.equal(await conditional({ CopySourceIfMatch: '"no"' }), 'PreconditionFailed 412');
  t.equal(await conditional({ CopySourceIfNoneMatch: ETag }), 'PreconditionFailed 412');
  t.equal(
    await codeOf(client.send(new CopyObjectCommand({ Bucket, Key, CopySource }))),
    'InvalidRequest 400',
    'onto itself',
  );
  // The copies outlive their source: they own its bytes as well.
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  t.ok((await bytesOf(west, 'copied', 'kept')).equals(body));
});
