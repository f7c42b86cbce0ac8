// Collects events into the broker, and a consumer brings them to S3: it notes how far it has read, then uploads.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpError, serve } from '../../shared/http.mjs';
import { openBroker } from '../broker/open-broker.mjs';
import { fileNameOf, fileOf, readEvent } from '../warehouse.mjs';

const bucket = 'warehouse-us-east-1';
const s3 = new S3Client({});
const broker = await openBroker(600_000);
/** In which file an event is. @type {Map<string, string>} */
const filed = new Map();
/** Events that no file has yet. @type {Map<string, Buffer>} */
const recent = new Map();

await broker.follow(async (entries) => {
  await broker.commit(entries.at(-1).offset);
  const name = fileNameOf(entries);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: fileOf(entries) }));
  for (const { id } of entries) {
    filed.set(id, name);
    recent.delete(id);
  }
});

const sink = {
  async get(key) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from(await Body.transformToByteArray());
  },
};

async function fromWarehouse(id) {
  const name = filed.get(id);
  const body = name === undefined ? null : await readEvent(sink, name, id);
  if (body === null) throw new HttpError(404, 'not in the warehouse');
  return { status: 200, body };
}

await serve(Number(process.env.PORT), {
  'GET /healthz': () => ({ status: 200 }),
  'GET /dashboard': () => ({ status: 200, body: `${filed.size} filed, ${recent.size} waiting\n` }),
  'GET /warehouse/:id': ({ id }) => fromWarehouse(id),
  'GET /events/:id': ({ id }) => (recent.has(id) ? { status: 200, body: recent.get(id) } : fromWarehouse(id)),
  'PUT /events/:id': async ({ id, body }) => {
    recent.set(id, body);
    await broker.append(id, body);
    return { status: 202 };
  },
});
