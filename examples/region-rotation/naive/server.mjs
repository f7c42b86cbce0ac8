// One region, and a backup in another that nobody has read from since it was set up. Its access key was rotated since;
// one learns that on the day.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { endpointOf, readObject } from '../../shared/s3.mjs';
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

await servePrompts({
  async put(Key, Body) {
    await primary.send(new PutObjectCommand({ Bucket: bucketOf('us-east-1'), Key, Body }));
  },
  get: (key) =>
    readObject(primary, bucketOf('us-east-1'), key).catch(() => readObject(backup, bucketOf('us-west-2'), key)),
});
