// A cache as one writes it on a quiet day: it makes S3 faster and saves nobody when S3 is gone. What has expired must
// come from S3, errors are passed on, and all waits are those of the programs' defaults.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readObject } from '../../shared/s3.mjs';
import { serveFiles, startCache } from '../files.mjs';

const endpoint = await startCache({
  cache: 'max_size=100m inactive=30d',
  location: 'proxy_cache_valid 200 1s;',
  proxy: 'timeout connect 60s\n timeout client 60s\n timeout server 60s',
  server: '',
  backend: () => '',
});
const s3 = new S3Client({});
const cached = new S3Client({ endpoint });
const Bucket = 'files-us-east-1';

await serveFiles({
  put: (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
  get: (key) => readObject(cached, Bucket, key),
});
