// One region, and a backup in another that nobody has read from since it was set up. Its access key was rotated since;
// one learns that on the day.
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { endpointOf } from '../../shared/s3.mjs';
import { bucketOf, servePrompts } from '../prompts.mjs';

const TIMEOUT_MS = 1_000;
const clientOf = (region, credentials) =>
  new S3Client({
    region,
    endpoint: endpointOf(region),
    maxAttempts: 1,
    requestHandler: { requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
    ...credentials,
  });
const primary = clientOf('us-east-1', {});
const backup = clientOf('us-west-2', {
  credentials: { accessKeyId: 'AKIA-ROTATED-IN-2016', secretAccessKey: 'nobody-noticed' },
});

async function read(s3, region, Key) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketOf(region), Key }));
    return Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}

await servePrompts({
  async put(Key, Body) {
    await primary.send(new PutObjectCommand({ Bucket: bucketOf('us-east-1'), Key, Body }));
  },
  get: (key) => read(primary, 'us-east-1', key).catch(() => read(backup, 'us-west-2', key)),
});
