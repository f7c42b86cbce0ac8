// A photo gallery as most companies ran one on 28 February 2017: one bucket, one region, the SDK's default settings,
// S3 in the path of every request, and nothing between a user and a bucket that does not answer.
import { createServer } from 'node:http';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const bucket = process.env.GALLERY_BUCKET ?? 'gallery-photos';
const port = Number(process.env.PORT ?? 8080);
const s3 = new S3Client({});
const keyOf = (id) => `photos/${id}.jpg`;

const page = (title, body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;

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

async function list(response) {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'photos/', MaxKeys: 50 }));
  const photos = Contents.map(({ Key }) => `<li><img src="/${Key.replace(/\.jpg$/, '')}" alt="${Key}"></li>`);
  send(response, 200, 'text/html', page('Gallery', `<ul>${photos.join('')}</ul>`));
}

async function route(request, response) {
  const { pathname } = new URL(request.url, 'http://gallery');
  const id = /^\/photos\/([\w-]+)$/.exec(pathname)?.[1];
  if (request.method === 'GET' && pathname === '/about') {
    send(response, 200, 'text/html', page('About this gallery', '<p>This page needs no S3.</p>'));
  } else if (request.method === 'GET' && pathname === '/healthz') send(response, 200, 'text/plain', 'ok');
  else if (request.method === 'GET' && pathname === '/') await list(response);
  else if (request.method === 'PUT' && id !== undefined) await upload(request, response, id);
  else if (request.method === 'GET' && id !== undefined) await view(response, id);
  else send(response, 404, 'text/html', page('Not found', ''));
}

createServer((request, response) => {
  route(request, response).catch((error) => {
    if (response.headersSent) response.destroy();
    else if (error instanceof NoSuchKey) send(response, 404, 'text/html', page('No such photo', ''));
    else send(response, 500, 'text/html', page('Something went wrong', `<p>${error.name}</p>`));
  });
}).listen(port, '127.0.0.1', () => console.log(`gallery on http://127.0.0.1:${port}`));
