// An app of the JavaScript SDK: it puts, uploads in parts, copies, lists and reads. Its endpoint is AWS's own, hard-coded
// as in most apps, unless a third argument names another.
import { createReadStream, writeFileSync } from 'node:fs';
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const [file = '', got = '', endpoint] = process.argv.slice(2);
const client = new S3Client({ region: 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) });
const Bucket = 'photos';
await client.send(new PutObjectCommand({ Bucket, Key: 'node/small', Body: 'written by an app' }));
const body = { Bucket, Key: 'node/a b', Body: createReadStream(file) };
await new Upload({ client, params: body, partSize: 5 * 1_048_576 }).done();
await client.send(new CopyObjectCommand({ Bucket, Key: 'node/copy', CopySource: 'photos/node/a%20b' }));
const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'node/' }));
const small = await client.send(new GetObjectCommand({ Bucket, Key: 'node/small' }));
const copied = await client.send(new GetObjectCommand({ Bucket, Key: 'node/copy' }));
writeFileSync(got, (await copied.Body?.transformToByteArray()) ?? '');
process.stdout.write(`${Contents?.map(({ Key }) => Key).join(', ')}: ${await small.Body?.transformToString()}`);
