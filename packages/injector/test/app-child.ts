// An app with a hard-coded endpoint: it writes, copies, lists and reads, and says what it got.
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

const client = new S3Client({ region: 'us-east-1' });
const Bucket = 'photos';
await client.send(new PutObjectCommand({ Bucket, Key: 'node/a b', Body: 'written by an app' }));
await client.send(new CopyObjectCommand({ Bucket, Key: 'node/copy', CopySource: 'photos/node/a%20b' }));
const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'node/' }));
const got = await client.send(new GetObjectCommand({ Bucket, Key: 'node/copy' }));
process.stdout.write(`${Contents?.length} ${await got.Body?.transformToString()}`);
