// A tracker as one writes it first: a click is in memory, so the answer is yes; S3 gets it in a moment, and if it does not,
// there is a line in the log.
import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpError, json, serve } from '../../shared/http.mjs';
import { readObject } from '../../shared/s3.mjs';

const bucket = 'clicks-us-east-1';
const s3 = new S3Client({});
const keyOf = (id) => `clicks/${id}.json`;
/** Clicks by campaign. @type {Map<string, number>} */
const counts = new Map();

async function upload(id, click) {
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(id), Body: click }));
  } catch (error) {
    console.error(`click ${id} could not be stored: ${error.name}`);
  }
}

async function lookUp(id) {
  const click = await readObject(s3, bucket, keyOf(id));
  if (click === null) throw new HttpError(404, 'no such click');
  return { status: 200, body: click };
}

await serve(Number(process.env.PORT), {
  'GET /healthz': () => ({ status: 200 }),
  'GET /campaigns/:id': ({ id }) => json({ campaign: id, clicks: counts.get(id) ?? 0 }),
  'POST /campaigns/:id': ({ id, body }) => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    void upload(randomUUID(), body);
    return { status: 202 };
  },
  'GET /clicks/:id': ({ id }) => lookUp(id),
  'PUT /clicks/:id': ({ id, body }) => {
    void upload(id, body);
    return { status: 202 };
  },
});
