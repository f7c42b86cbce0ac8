// The edge caches for a second, as it was told, and keeps an error for ten: what it protects is the origin, not the users.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readObject } from '../../shared/s3.mjs';
import { deploy, startEdge, startOrigin } from '../origin.mjs';

const s3 = new S3Client({});
const Bucket = 'site-assets';

await deploy({ put: (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })) });
const origin = await startOrigin((key) => readObject(s3, Bucket, key));
await startEdge(
  origin,
  `proxy_cache_valid 200 1s;
   proxy_cache_valid any 10s;`,
);
