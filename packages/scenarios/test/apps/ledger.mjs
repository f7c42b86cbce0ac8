// An app with a set of photos in S3, registers, counters, an ordered log, and the flaws that it is given, which it shows
// while S3 fails. Started as `node ledger.mjs FLAW...`.
import { createServer } from 'node:http';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const flaws = new Set(process.argv.slice(2));
const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
const Bucket = 'photos';
const [photos, profiles, counters, log] = [[], new Map(), new Map(), []];
const deleted = new Set();
let outage = false;

const when = (name) => outage && flaws.has(name);

async function photo(method, Key, Body) {
  if (method === 'GET' && deleted.has(Key) && outage) return [404];
  const Command = { PUT: PutObjectCommand, GET: GetObjectCommand, DELETE: DeleteObjectCommand }[method];
  try {
    const { Body: found } = await s3.send(new Command({ Bucket, Key, ...(method === 'PUT' ? { Body } : {}) }));
    outage = false;
    if (method === 'PUT') photos.push(Key);
    return method === 'GET' ? [200, Buffer.from(await found.transformToByteArray())] : [method === 'PUT' ? 201 : 204];
  } catch (error) {
    if (error.name === 'NoSuchKey') return [404];
    outage = true;
    if (method === 'GET' && when('hangs')) await new Promise(() => {});
    if (method === 'PUT' && when('loses-acks')) return [201];
    if (method === 'DELETE' && when('deletes-come-back')) return deleted.add(Key) && [204];
    if (method === 'PUT' && when('duplicates')) return later(Key, Body) && [201];
    return [503];
  }
}

// Until S3 takes it, and then once more, as a queue does whose consumer died before it said "done".
const later = (Key, Body) => setTimeout(() => void replay(Key, Body), 100);
async function replay(Key, Body) {
  const [status] = outage ? [503] : await photo('PUT', Key, Body);
  if (status === 201) photos.push(Key);
  else later(Key, Body);
}

function answer(method, [kind, name, at], body) {
  if (kind === 'profiles') {
    const versions = profiles.get(name) ?? [];
    if (method === 'PUT') return profiles.set(name, [...versions, body]) && [204];
    return versions.length === 0 ? [404] : [200, versions.at(when('stale') ? -4 : -1) ?? versions[0]];
  }
  if (kind === 'counters') {
    if (method === 'POST') counters.set(name, (counters.get(name) ?? 0) + (when('drifts') ? 2 : 1));
    return [200, JSON.stringify({ likes: counters.get(name) ?? 0 })];
  }
  if (kind === 'logs' && method === 'POST') {
    if (when('holes')) log.length += 1;
    return [200, JSON.stringify({ offset: log.push(body) - 1 })];
  }
  if (kind === 'logs') return log[at] === undefined ? [404] : [200, log[at]];
  return kind === 'photos' ? [200, photos.join('\n')] : [200, 'ready'];
}

// What a store of its own would say of it, for the audit command.
const dump = () =>
  [...counters]
    .map(([name, likes]) => `counter ${name} ${likes}`)
    .concat('end counter')
    .join('\n');

async function serve(request, response) {
  const chunks = await request.toArray();
  const parts = request.url.split('/').slice(1);
  const body = Buffer.concat(chunks);
  const inS3 = parts[0] === 'photos' && parts.length === 2;
  if (request.url === '/dump') {
    response.end(dump());
    return;
  }
  const [status, text] = await (inS3 ? photo(request.method, parts[1], body) : answer(request.method, parts, body));
  response.writeHead(status).end(text);
}

createServer((request, response) => void serve(request, response)).listen(process.env.PORT, '127.0.0.1');
