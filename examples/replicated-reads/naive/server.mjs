// One bucket in one region, and the SDK as it comes.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpError, serve } from '../../shared/http.mjs';
import { readObject } from '../../shared/s3.mjs';
import { bucketOf, HOME, keyOf } from '../regions.mjs';

const Bucket = bucketOf(HOME);
const s3 = new S3Client({});
await s3.send(new PutObjectCommand({ Bucket, Key: keyOf('home'), Body: '<h1>home</h1>\n' }));

async function read(id) {
  const page = await readObject(s3, Bucket, keyOf(id));
  if (page === null) throw new HttpError(404, 'no such page');
  return { status: 200, body: page, headers: { 'content-type': 'text/html' } };
}

await serve(Number(process.env.PORT), {
  'GET /healthz': () => ({ status: 200 }),
  'GET /about': () => ({ status: 200, body: 'needs no S3\n' }),
  'GET /pages/:id': ({ id }) => read(id),
  'PUT /pages/:id': async ({ id, body }) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(id), Body: body }));
    return { status: 201 };
  },
});
