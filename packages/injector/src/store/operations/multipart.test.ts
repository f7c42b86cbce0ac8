import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { createHasher } from '../hashing/hasher.ts';
import { clientOf, codeOf, startTestStore } from '../../../test/store-kit.ts';

const PART = 5 * 1024 * 1024;

async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test('multipart: from create to complete', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'multipart';
  const Key = 'big';
  await client.send(new CreateBucketCommand({ Bucket }));
  const parts = [randomBytes(PART), randomBytes(PART + 1), randomBytes(17)];
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'video/mp4', Metadata: { a: 'b' } }),
  );
  const sent = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    );
    sent.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const listed = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
  t.match(listed, {
    IsTruncated: true,
    NextPartNumberMarker: '2',
    Parts: [{ PartNumber: 1, Size: PART }, { PartNumber: 2 }],
  });
  const rest = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: '2' }));
  t.match(rest, { IsTruncated: false, Parts: [{ PartNumber: 3, Size: 17 }] });
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  t.match(uploads.Uploads, [{ Key, UploadId }]);
  t.equal(await codeOf(client.send(new HeadObjectCommand({ Bucket, Key }))), 'NotFound 404', 'not before completion');

  const complete = (Parts: object[]): CompleteMultipartUploadCommand =>
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
  t.equal(await codeOf(client.send(complete(sent.toReversed()))), 'InvalidPartOrder 400');
  t.equal(await codeOf(client.send(complete([...sent, { PartNumber: 9, ETag: '"x"' }]))), 'InvalidPart 400');
  t.equal(await codeOf(client.send(complete([]))), 'MalformedXML 400');
  const done = await client.send(complete(sent));
  const expected = createHash('md5');
  for (const part of parts) expected.update(createHash('md5').update(part).digest());
  t.equal(done.ETag, `"${expected.digest('hex')}-3"`);
  t.equal((await client.send(complete(sent))).ETag, done.ETag, 'asked again, answered again');
  const whole = Buffer.concat(parts);
  t.ok((await bytesOf(client, Bucket, Key)).equals(whole));
  const second = await client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  t.match(second, { PartsCount: 3, ContentLength: PART + 1, $metadata: { httpStatusCode: 206 } });
  const across = await client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${PART - 5}-${PART + 4}` }));
  t.ok(Buffer.from((await across.Body?.transformToByteArray()) ?? []).equals(whole.subarray(PART - 5, PART + 5)));
  t.match(await client.send(new HeadObjectCommand({ Bucket, Key })), {
    ContentType: 'video/mp4',
    Metadata: { a: 'b' },
    ContentLength: whole.length,
  });

  const copied = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key: 'copied', ChecksumAlgorithm: 'CRC64NVME' }),
  );
  const target = { Bucket, Key: 'copied', UploadId: copied.UploadId };
  const CopySource = `${Bucket}/${Key}`;
  const first = await client.send(
    new UploadPartCopyCommand({ ...target, PartNumber: 1, CopySource, CopySourceRange: `bytes=1-${PART + 99}` }),
  );
  const last = await client.send(
    new UploadPartCopyCommand({ ...target, PartNumber: 2, CopySource, CopySourceRange: 'bytes=0-9' }),
  );
  const Parts = [first, last].map(({ CopyPartResult }, index) => ({
    PartNumber: index + 1,
    ETag: CopyPartResult?.ETag,
  }));
  const combined = await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
  t.equal(combined.ChecksumType, 'FULL_OBJECT');
  const joined = Buffer.concat([whole.subarray(1, PART + 100), whole.subarray(0, 10)]);
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  t.ok((await bytesOf(client, Bucket, 'copied')).equals(joined), 'and the combined CRC holds');
  t.equal(
    combined.ChecksumCRC64NVME,
    (await client.send(new PutObjectCommand({ Bucket, Key: 'joined', Body: joined, ChecksumAlgorithm: 'CRC64NVME' })))
      .ChecksumCRC64NVME,
  );
});

test('multipart: what S3 refuses', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'refusals';
  const Key = 'k';
  await client.send(new CreateBucketCommand({ Bucket }));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts = [];
  for (const PartNumber of [1, 2]) {
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'small' }),
    );
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
  t.equal(await codeOf(client.send(complete)), 'EntityTooSmall 400');
  const part = (PartNumber: number, id = UploadId): Promise<string> =>
    codeOf(client.send(new UploadPartCommand({ Bucket, Key, UploadId: id, PartNumber, Body: 'x' })));
  t.equal(await part(10_001), 'InvalidArgument 400');
  t.equal(await part(1, 'unknown'), 'NoSuchUpload 404');
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  t.equal(await part(1), 'NoSuchUpload 404');
  t.equal(await codeOf(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))), 'NoSuchUpload 404');
  await client.send(new DeleteBucketCommand({ Bucket }));
});

test('multipart: a checksum of the whole is held to, composite or full', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'whole-sums';
  await client.send(new CreateBucketCommand({ Bucket }));
  const parts = [randomBytes(PART), randomBytes(100)];
  for (const [algorithm, type] of [
    ['SHA256', 'COMPOSITE'],
    ['CRC32C', 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
  ] as const) {
    const Key = `${algorithm} ${type}`;
    const target = { Bucket, Key };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: algorithm, ChecksumType: type }),
    );
    const Parts: CompletedPart[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const part = await client.send(
        new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm }),
      );
      Parts.push({ PartNumber, ETag: part.ETag, [`Checksum${algorithm}`]: part[`Checksum${algorithm}`] });
    }
    const complete = (value: string): CompleteMultipartUploadCommand =>
      new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts },
        ChecksumType: type,
        [`Checksum${algorithm}`]: value,
      });
    const wrong = { SHA256: 'A'.repeat(43) + '=', CRC32C: 'AAAAAA==', CRC64NVME: 'AAAAAAAAAAA=' }[algorithm];
    t.equal(await codeOf(client.send(complete(wrong))), 'BadDigest 400', Key);
    const right = await digestOf(algorithm, type, parts);
    t.equal(await codeOf(client.send(complete(right))), 'success', Key);
    const head = await client.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }));
    t.match(head, { ChecksumType: type, [`Checksum${algorithm}`]: right }, Key);
    const listed = await client.send(new GetObjectAttributesCommand({ ...target, ObjectAttributes: ['ObjectParts'] }));
    t.match(listed.ObjectParts, { TotalPartsCount: 2, Parts: [{ PartNumber: 1, Size: PART }, { Size: 100 }] });
  }
});

async function digestOf(
  algorithm: 'SHA256' | 'CRC32C' | 'CRC64NVME',
  type: 'COMPOSITE' | 'FULL_OBJECT',
  parts: readonly Buffer[],
): Promise<string> {
  const digest = async (bytes: readonly Buffer[]): Promise<Buffer> => {
    const hasher = await createHasher(algorithm);
    for (const piece of bytes) hasher.update(piece);
    return hasher.digest();
  };
  if (type === 'FULL_OBJECT') return (await digest(parts)).toString('base64');
  const digests = await Promise.all(parts.map((part) => digest([part])));
  return `${(await digest(digests)).toString('base64')}-${parts.length}`;
}
