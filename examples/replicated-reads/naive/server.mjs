// One bucket in one region, and the SDK as it comes.
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpError, serve } from '../../shared/http.mjs';
import { bucketOf, HOME, keyOf } from '../regions.mjs';

const Bucket = bucketOf(HOME);
const s3 = new S3Client({});
await s3.send(new PutObjectCommand({ Bucket, Key: keyOf('home'), Body: '<h1>home</h1>\n' }));

async function read(id) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(id) }));
    return { status: 200, body: await Body.transformToByteArray(), headers: { 'content-type': 'text/html' } };
  } catch (error) {
    if (error instanceof NoSuchKey) throw new HttpError(404, 'no such page');
    throw error;
  }
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
