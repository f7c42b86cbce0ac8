import type { BlobStore } from '../blobs/blob-store.ts';
import type { Segment } from '../catalog/object-version.ts';
import type { ByteRange } from '../core/byte-range.ts';
import { httpTime } from '../core/calendar.ts';
import type { Reply } from './call.ts';

/** How long an idle connection is kept: longer than clients do, so that it is always the client who closes one. */
export const KEEP_ALIVE_MS = 90_000;

export interface ReplyIdentity {
  readonly requestId: string;
  readonly hostId: string;
}

/** An answer's head, ready to be written. */
export interface ReplyHead {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Whether the connection goes on after the answer; its headers say the same. */
  readonly keepAlive: boolean;
}

/** Where an answer goes. */
export interface Outlet {
  /** Whether the client is gone. */
  readonly isClosed: boolean;
  /** Sends a whole answer. */
  send(head: ReplyHead, body: Buffer | string): void;
  /** Sends a head; the body follows in pieces, and then the end. */
  begin(head: ReplyHead): void;
  /** Settled when the piece is out and done with, or the client gone. */
  write(piece: Buffer): Promise<void>;
  end(): void;
  /** Cuts the connection. */
  destroy(): void;
}

/** What of an answer is not in the reply itself. */
export interface ReplyTerms {
  readonly identity: ReplyIdentity;
  readonly nowMs: number;
  readonly keepAlive: boolean;
}

function headOf({ status, headers, body }: Reply, { identity, nowMs, keepAlive }: ReplyTerms): ReplyHead {
  const all = ['x-amz-id-2', identity.hostId, 'x-amz-request-id', identity.requestId, 'server', 'AmazonS3'];
  for (const name in headers) all.push(name, String(headers[name]));
  if (body === undefined) {
    const hasLength = status === 204 || status === 304 || headers?.['content-length'] !== undefined;
    if (!hasLength) all.push('content-length', '0');
  } else if (body.kind === 'contents') {
    all.push('content-length', String(body.range.end - body.range.start + 1));
  } else {
    all.push('content-type', body.kind === 'xml' ? 'application/xml' : 'application/json');
    all.push('content-length', String(Buffer.byteLength(body.text)));
  }
  all.push('Date', httpTime(nowMs));
  if (keepAlive) all.push('Connection', 'keep-alive', 'Keep-Alive', `timeout=${KEEP_ALIVE_MS / 1000}`);
  else all.push('Connection', 'close');
  return { status, headers: all, keepAlive };
}

/** Writes a reply out, at the pace of the client; a promise only where it does not lie in memory. */
export function respond(outlet: Outlet, reply: Reply, terms: ReplyTerms, blobs: BlobStore): Promise<void> | undefined {
  const { body } = reply;
  const head = headOf(reply, terms);
  if (body?.kind !== 'contents') {
    outlet.send(head, body?.text ?? '');
    return undefined;
  }
  const bytes = blobs.inMemory(body.segments, body.range);
  if (bytes === undefined) return stream(outlet, head, body, blobs);
  outlet.send(head, bytes);
  return undefined;
}

async function stream(
  outlet: Outlet,
  head: ReplyHead,
  { segments, range }: { readonly segments: readonly Segment[]; readonly range: ByteRange },
  blobs: BlobStore,
): Promise<void> {
  const release = blobs.hold(segments);
  try {
    outlet.begin(head);
    // A piece is done with when the next is asked for.
    for await (const piece of blobs.read(segments, range)) {
      if (outlet.isClosed) return;
      await outlet.write(piece);
    }
    outlet.end();
  } finally {
    release();
  }
}

/**
 * Answers before the body is in. What the client still sends is taken in for a while and forgotten, until `discarded` is
 * settled: a reset could eat the answer.
 */
export async function respondUnread(
  outlet: Outlet,
  reply: Reply,
  terms: ReplyTerms,
  discard: () => Promise<void>,
): Promise<void> {
  outlet.begin(headOf(reply, terms));
  if (reply.body !== undefined && reply.body.kind !== 'contents') await outlet.write(Buffer.from(reply.body.text));
  await discard();
  outlet.end();
}
