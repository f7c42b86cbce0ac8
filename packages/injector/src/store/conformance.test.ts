// What running a public conformance suite against the store has taught; docs/s3-conformance.md has the account.
import { createHash, createHmac } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketOwnershipControlsCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, endpointOf, owner, startTestStore } from '../../test/store-kit.ts';
import { mailSafe } from './core/metadata.ts';

test('a bucket whose owner has switched ACLs off', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'enforced';
  const create = (ACL?: 'public-read'): Promise<string> =>
    codeOf(client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced', ACL })));
  t.equal(await create('public-read'), 'InvalidBucketAclWithObjectOwnership 400');
  t.equal(await create(), 'success');
  const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
  t.strictSame(OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  const put = (ACL?: 'private' | 'bucket-owner-full-control'): Promise<string> =>
    codeOf(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL })));
  t.equal(await put(), 'success');
  t.equal(await put('bucket-owner-full-control'), 'success');
  t.equal(await put('private'), 'AccessControlListNotSupported 400');
  const copy = new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k`, ACL: 'private' });
  t.equal(await codeOf(client.send(copy)), 'AccessControlListNotSupported 400');
  t.equal(
    await codeOf(client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))),
    'AccessControlListNotSupported 400',
  );
  const open = 'still-public';
  await client.send(new CreateBucketCommand({ Bucket: open, ACL: 'public-read' }));
  const enforce = new PutBucketOwnershipControlsCommand({ Bucket: open, OwnershipControls });
  t.equal(await codeOf(client.send(enforce)), 'InvalidBucketAclWithObjectOwnership 400', 'its ACL says otherwise');
  await client.send(new PutBucketAclCommand({ Bucket: open, ACL: 'private' }));
  t.equal(await codeOf(client.send(enforce)), 'success');
});

test('a form is held to the bucket that it is sent to', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  for (const Bucket of ['meant', 'other']) await clientOf(store).send(new CreateBucketCommand({ Bucket }));
  const conditions = [{ bucket: 'meant' }, ['starts-with', '$key', '']];
  const document = { expiration: new Date(Date.now() + 60_000).toISOString(), conditions };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = createHmac('sha1', owner.secretAccessKey).update(policy).digest('base64');
  const post = async (bucket: string): Promise<number> => {
    const form = new FormData();
    const fields = { key: 'k', bucket: 'meant', AWSAccessKeyId: owner.accessKeyId, policy, signature };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']), 'f');
    return (await fetch(`${endpointOf(store)}/${bucket}`, { method: 'POST', body: form })).status;
  };
  t.equal(await post('meant'), 204);
  t.equal(await post('other'), 403, 'whatever its bucket field says');
});

test('names of buckets: no label begins or ends with a hyphen', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const create = (Bucket: string): Promise<string> => codeOf(clientOf(store).send(new CreateBucketCommand({ Bucket })));
  t.equal(await create('foo.bar-1.x'), 'success');
  for (const name of ['foo.-bar', 'foo-.bar', 'foo..bar']) t.equal(await create(name), 'InvalidBucketName 400', name);
});

test('conditions that only directory buckets know delete nothing', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'general';
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const sized = new DeleteObjectCommand({ Bucket, Key: 'k', IfMatchSize: 99 });
  t.equal(await codeOf(client.send(sized)), 'NotImplemented 501');
  const dated = new DeleteObjectCommand({ Bucket, Key: 'k', IfMatchLastModifiedTime: new Date(0) });
  t.equal(await codeOf(client.send(dated)), 'NotImplemented 501');
  const many = new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', Size: 99 }] } });
  t.match((await client.send(many)).Errors, [{ Key: 'k', Code: 'NotImplemented' }]);
  t.equal((await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ContentLength, 1);
});

test('metadata beyond ASCII comes back as mail writes it', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'umlauts';
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Metadata: { beyond: 'é', ascii: 'AMAZONS3' } }),
  );
  const { Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
  t.match(Metadata, { beyond: /^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/, ascii: 'AMAZONS3' });
  // The User Guide's example: the bytes of the UTF-8 text, taken for Latin-1.
  t.equal(mailSafe(Buffer.from('ÄMÄZÕÑ S3').toString('latin1')), '=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=');
});

test('a policy that allows all but some is refused', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'all-but-some';
  await client.send(new CreateBucketCommand({ Bucket }));
  const put = (Effect: 'Allow' | 'Deny'): Promise<string> => {
    const NotPrincipal = { AWS: 'arn:aws:iam::123456789012:root' };
    const Statement = [{ Effect, NotPrincipal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }];
    return codeOf(client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) })));
  };
  t.equal(await put('Allow'), 'MalformedPolicy 400');
  t.equal(await put('Deny'), 'success');
});

test('completions of one upload at the same time are told the same', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'twice';
  await client.send(new CreateBucketCommand({ Bucket }));
  for (let round = 0; round < 8; round += 1) {
    const Key = `k${round}`;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
    const ETag = createHash('md5').update('part').digest('hex');
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const complete = async (): Promise<string | undefined> =>
      (await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))).ETag;
    const answers = await Promise.all([complete(), complete(), complete(), complete()]);
    t.equal(new Set(answers).size, 1);
    t.match(answers[0], /-1"$/);
  }
});
