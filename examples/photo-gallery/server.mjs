// A photo gallery as most companies ran one on 28 February 2017: one bucket, one region, the SDK's default settings,
// S3 in the path of every request, and nothing between a user and a bucket that does not answer.
import { createServer } from 'node:http';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const bucket = process.env.GALLERY_BUCKET ?? 'gallery-photos';
const port = Number(process.env.PORT ?? 8080);
const s3 = new S3Client({});
const keyOf = (id) => `photos/${id}.jpg`;

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:56rem;padding:0 1rem;color:#222}nav{float:right}' +
  'ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.75rem;list-style:none;padding:0}' +
  'img{width:100%;aspect-ratio:3/2;object-fit:cover;background:#eee;border-radius:.4rem}';

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<link rel="icon" href="data:,"><title>${title}</title><style>${style}</style></head>` +
  `<body><nav><a href="/">Photos</a> <a href="/about">About</a></nav><h1>${title}</h1>${body}</body></html>`;

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function readAll(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function upload(request, response, id) {
  const photo = await readAll(request);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(id), Body: photo, ContentType: 'image/jpeg' }));
  send(response, 201, 'application/json', JSON.stringify({ id, bytes: photo.length }));
}

async function view(response, id) {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': object.ContentLength });
  object.Body.on('error', () => response.destroy());
  object.Body.pipe(response);
}

/** Six pictures that the gallery always shows; they lie in S3 with all the others. */
const samples = [1, 2, 3, 4, 5, 6];
const sampleKey = (name) => `samples/${name}.svg`;

const drawn = (name) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><rect width="300" height="200" fill="hsl(${190 + 8 * name} 70% 80%)"/>` +
  `<circle cx="${40 + 36 * name}" cy="${70 - 6 * name}" r="26" fill="#fd8"/>` +
  `<path d="M0 200V${150 - 9 * name}Q90 ${60 + 9 * name} 170 ${130 - 6 * name}T300 120V200Z" fill="hsl(${80 + 9 * name} 35% 45%)"/></svg>`;

async function keepSamples() {
  for (const name of samples) {
    const what = { Bucket: bucket, Key: sampleKey(name), Body: drawn(name), ContentType: 'image/svg+xml' };
    await s3.send(new PutObjectCommand(what));
  }
}

async function sample(response, name) {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: sampleKey(name) }));
  send(response, 200, 'image/svg+xml', await object.Body.transformToString());
}

async function list(response) {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'photos/', MaxKeys: 24 }));
  const featured = samples.map((name) => `<li><img src="/samples/${name}" alt="Sample ${name}"></li>`);
  const names = Contents.map(({ Key }) => Key.replace(/^photos\/(.*)\.jpg$/, '$1'));
  const photos = names.map((name) => `<li><a href="/photos/${name}">${name}</a></li>`);
  const uploaded = photos.length === 0 ? '<p>Nothing was uploaded yet.</p>' : `<ul>${photos.join('')}</ul>`;
  send(response, 200, 'text/html', page('Gallery', `<ul>${featured.join('')}</ul><h2>Uploaded</h2>${uploaded}`));
}

async function route(request, response) {
  const { pathname } = new URL(request.url, 'http://gallery');
  const id = /^\/photos\/([\w-]+)$/.exec(pathname)?.[1];
  if (request.method === 'GET' && pathname === '/about') {
    send(response, 200, 'text/html', page('About this gallery', '<p>This page needs no S3.</p>'));
  } else if (request.method === 'GET' && pathname === '/healthz') send(response, 200, 'text/plain', 'ok');
  else if (request.method === 'GET' && pathname === '/') await list(response);
  else if (request.method === 'GET' && /^\/samples\/[1-6]$/.test(pathname)) await sample(response, pathname.at(-1));
  else if (request.method === 'PUT' && id !== undefined) await upload(request, response, id);
  else if (request.method === 'GET' && id !== undefined) await view(response, id);
  else send(response, 404, 'text/html', page('Not found', ''));
}

createServer((request, response) => {
  route(request, response).catch((error) => {
    if (response.headersSent) response.destroy();
    else if (error instanceof NoSuchKey) send(response, 404, 'text/html', page('No such photo', ''));
    else send(response, 500, 'text/html', page('Something went wrong', `<p role="alert">${error.name}</p>`));
  });
}).listen(port, '127.0.0.1', () => console.log(`gallery on http://127.0.0.1:${port}`));

keepSamples().catch((error) => console.error(`no sample pictures: ${error.name}`));
