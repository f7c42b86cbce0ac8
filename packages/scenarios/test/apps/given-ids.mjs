// An app that gives its photos and albums their ids, which no path takes as they are and which both have, and the flaws that it is given, which it shows
// by turns while S3 fails. Started as `node given-ids.mjs FLAW...`.
import { createServer } from 'node:http';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const flaws = process.argv.slice(2);
const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
const Bucket = 'photos';
const answers = new Map();
const counts = { photos: 0, albums: 0 };
let outage = false;
let uploads = 0;

async function inS3(command) {
  try {
    const found = await s3.send(command);
    outage = false;
    return found;
  } catch (error) {
    outage ||= error.name !== 'NoSuchKey';
    throw error;
  }
}

/** Photos stand in the bucket by their ids, albums below `albums/`. */
const keyOf = (kind, id) => (kind === 'photos' ? id : `albums/${id}`);

async function upload(kind, Body) {
  if (kind === 'photos') uploads += 1;
  const flaw = outage && kind === 'photos' ? flaws[uploads % flaws.length] : undefined;
  const id = `2017/02 ü%${flaw === 'same-id' ? 'now' : (counts[kind] += 1)}?`;
  const put = () => inS3(new PutObjectCommand({ Bucket, Key: keyOf(kind, id), Body }));
  // Later, as a queue would: the last one is what stays.
  const later = () => setTimeout(() => void put().catch(later), 100);
  const created = [201, JSON.stringify({ photo: { id } })];
  try {
    await put();
    return created;
  } catch {
    if (flaw === undefined) return [503, '{"photo":{"id":"that of an error"}}'];
    if (flaw === 'no-id') return [202, '{"queued":true}'];
    if (flaw === 'same-id') later();
    return created;
  }
}

async function answer({ method, url, headers }, body) {
  const [, kind, id] = url.split('/');
  if (!(kind in counts)) return [200, 'ready'];
  if (id === undefined) {
    const key = headers['idempotency-key'];
    if (answers.has(key)) return [409, 'two writes with one key'];
    answers.set(key, null);
    return upload(kind, body);
  }
  const Key = keyOf(kind, decodeURIComponent(id));
  try {
    const { Body } = await inS3(new (method === 'DELETE' ? DeleteObjectCommand : GetObjectCommand)({ Bucket, Key }));
    return method === 'DELETE' ? [204] : [200, Buffer.from(await Body.transformToByteArray())];
  } catch (error) {
    return [error.name === 'NoSuchKey' ? 404 : 503];
  }
}

async function serve(request, response) {
  const [status, text] = await answer(request, Buffer.concat(await request.toArray()));
  response.writeHead(status).end(text);
}

createServer((request, response) => void serve(request, response)).listen(process.env.PORT, '127.0.0.1');
