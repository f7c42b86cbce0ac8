import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type ObjectCannedACL,
  type ObjectOwnership,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, endpointOf, owner, startTestStore, stranger } from '../../../test/store-kit.ts';

const allow = (Bucket: string, Action: string, more: object = {}): PutBucketPolicyCommand => {
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Statement = [{ Effect: 'Allow', Principal: '*', Action, Resource, ...more }];
  return new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
};

test('an object is its writer’s, or the bucket owner’s, as the bucket says', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const mine = clientOf(store);
  const theirs = clientOf(store, 'us-east-1', { credentials: stranger });
  const ownerOf = async (Bucket: string, Key: string): Promise<string | undefined> =>
    (await theirs.send(new GetObjectAclCommand({ Bucket, Key }))).Owner?.DisplayName;
  const begin = async (ObjectOwnership: ObjectOwnership): Promise<string> => {
    const Bucket = ObjectOwnership.toLowerCase();
    await mine.send(new CreateBucketCommand({ Bucket, ObjectOwnership }));
    await mine.send(allow(Bucket, 's3:*'));
    return Bucket;
  };
  const put = (Bucket: string, Key: string, ACL?: ObjectCannedACL): Promise<unknown> =>
    theirs.send(new PutObjectCommand({ Bucket, Key, ...(ACL !== undefined && { ACL }) }));

  const Bucket = await begin('ObjectWriter');
  await put(Bucket, 'plain');
  await put(Bucket, 'shared', 'bucket-owner-full-control');
  t.equal(await ownerOf(Bucket, 'plain'), stranger.accessKeyId);
  t.equal(await ownerOf(Bucket, 'shared'), stranger.accessKeyId);
  const read = (Key: string): Promise<string> => codeOf(mine.send(new GetObjectCommand({ Bucket, Key })));
  t.equal(await read('plain'), 'AccessDenied 403', 'not even the bucket’s owner reads what is another’s');
  t.equal(await read('shared'), 'success');
  t.equal(await codeOf(mine.send(new DeleteObjectCommand({ Bucket, Key: 'shared' }))), 'success');
  const upload = await theirs.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const { UploadId } = upload;
  t.match(await theirs.send(new ListPartsCommand({ Bucket, Key: 'parts', UploadId })), {
    Owner: { DisplayName: stranger.accessKeyId },
    Initiator: { DisplayName: stranger.accessKeyId },
  });
  const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }];
  await mine.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
  t.equal(await ownerOf(Bucket, 'plain'), owner.accessKeyId);
  t.equal(await read('plain'), 'success');

  const preferring = await begin('BucketOwnerPreferred');
  await put(preferring, 'plain');
  await put(preferring, 'given', 'bucket-owner-full-control');
  await theirs.send(new CopyObjectCommand({ Bucket: preferring, Key: 'copy', CopySource: `${preferring}/given` }));
  const owners = await Promise.all(['plain', 'given', 'copy'].map((Key) => ownerOf(preferring, Key)));
  t.same(owners, [stranger.accessKeyId, owner.accessKeyId, stranger.accessKeyId]);
});

test('only who may list a bucket, at that key, learns that the key is not there', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const mine = clientOf(store);
  const Bucket = 'secretive';
  await mine.send(new CreateBucketCommand({ Bucket }));
  const status = async (key: string): Promise<number> => (await fetch(`${endpointOf(store)}/${Bucket}/${key}`)).status;
  await mine.send(allow(Bucket, 's3:GetObject'));
  t.equal(await status('absent'), 403, 'to read is not to list');
  await mine.send(allow(Bucket, 's3:ListBucket', { Condition: { StringLike: { 's3:prefix': 'public/*' } } }));
  t.equal(await status('public/absent'), 404);
  t.equal(await status('private/absent'), 403);
  t.equal(await codeOf(mine.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))), 'NotFound 404');
});
