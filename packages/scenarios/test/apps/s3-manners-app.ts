/**
 * An app whose manners towards S3 are worth a look, as MODE says: `rude` makes a client for each request, tries again at
 * once and up to four times, and never ends its multipart uploads; `polite` leaves all of that to one client of the SDK.
 */
import { createServer } from 'node:http';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

const { MODE = 'polite', PORT = '', BUCKET: Bucket = 'manners' } = process.env;
const shared = new S3Client({ forcePathStyle: true });

async function write(Key: string): Promise<void> {
  const s3 = MODE === 'rude' ? new S3Client({ forcePathStyle: true, maxAttempts: 1 }) : shared;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  if (MODE === 'rude') s3.destroy();
}

async function uploadInParts(Key: string): Promise<void> {
  const { UploadId } = await shared.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  if (MODE === 'rude') return;
  const part = { Bucket, Key, UploadId, PartNumber: 1 };
  const { ETag } = await shared.send(new UploadPartCommand({ ...part, Body: 'x' }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await shared.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
}

async function tried(key: string): Promise<number> {
  for (let tries = MODE === 'rude' ? 4 : 1; tries > 0; tries -= 1) {
    try {
      await write(key);
      return 201;
    } catch {
      // Again, at once: that is the rudeness.
    }
  }
  return 503;
}

let served = 0;
createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end();
    return;
  }
  served += 1;
  const key = `key-${served}`;
  if (served % 20 === 5) void uploadInParts(`parts-${served}`).catch(() => {});
  void tried(key).then((status) => response.writeHead(status).end());
}).listen(Number(PORT), '127.0.0.1');
