import type { ServerResponse } from 'node:http';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { Reply } from './call.ts';

export interface ReplyIdentity {
  readonly requestId: string;
  readonly hostId: string;
}

export type ReplyHeaders = Record<string, string | number>;

export function baseHeaders(identity: ReplyIdentity): ReplyHeaders {
  return { 'x-amz-id-2': identity.hostId, 'x-amz-request-id': identity.requestId, server: 'AmazonS3' };
}

/** Writes a reply out. Answers to HEAD carry the headers alone. */
export async function respond(
  response: ServerResponse,
  reply: Reply,
  headers: ReplyHeaders,
  blobs: BlobStore,
): Promise<void> {
  const { status, body } = reply;
  Object.assign(headers, reply.headers);
  if (body === undefined) {
    if (status !== 204 && status !== 304 && headers['content-length'] === undefined) headers['content-length'] = 0;
    response.writeHead(status, headers).end();
    return;
  }
  if (body.kind !== 'contents') {
    headers['content-type'] = body.kind === 'xml' ? 'application/xml' : 'application/json';
    headers['content-length'] = Buffer.byteLength(body.text);
    response.writeHead(status, headers).end(body.text);
    return;
  }
  const { segments, range } = body;
  headers['content-length'] = range.end - range.start + 1;
  const bytes = blobs.inMemory(segments, range);
  if (bytes !== undefined) {
    response.writeHead(status, headers).end(bytes);
    return;
  }
  const release = blobs.hold(segments);
  try {
    response.writeHead(status, headers);
    await send(response, blobs.read(segments, range));
  } finally {
    release();
  }
}

/** Writes pieces at the pace of the client, and stops where it goes away. A piece is done with when the next is asked for. */
async function send(response: ServerResponse, pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of pieces) {
    if (response.destroyed) return;
    await written(response, piece);
  }
  response.end();
}

function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.on('close', done);
    response.write(piece, done);
  });
}
