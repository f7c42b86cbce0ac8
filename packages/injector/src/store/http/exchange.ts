import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestBody } from '../body/body-source.ts';
import { ClientGone } from '../body/pump.ts';
import { S3Error } from '../core/s3-error.ts';
import { errorDocument } from '../core/xml-write.ts';
import { answer, type RegionContext } from './answer.ts';
import type { Reply } from './call.ts';
import { baseHeaders, respond, type ReplyHeaders, type ReplyIdentity } from './respond.ts';

export interface EndpointContext extends RegionContext {
  readonly identify: () => ReplyIdentity;
  readonly onNotImplemented: (feature: string) => void;
  /** Told of failures that are the store's own. */
  readonly onFault: (error: unknown) => void;
}

/** How long a refused client may go on sending before its connection is closed. */
const LINGER_MS = 2000;
const disconnects: ReadonlySet<unknown> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** Answers one request, whatever becomes of it. */
export async function serve(
  context: EndpointContext,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const identity = context.identify();
  const headers = baseHeaders(identity);
  const body = new RequestBody(request, response, expectsContinue);
  let reply: Reply;
  try {
    reply = await answer(context, request, body);
  } catch (error) {
    if (error instanceof ClientGone) {
      response.destroy();
      return;
    }
    reply = failure(context, error, request, identity);
  }
  try {
    if (body.isRead) await respond(response, reply, headers, context.services.blobs);
    else await respondUnread(request, response, reply, headers);
  } catch (error) {
    // The head is out: all that is left is to cut the connection, which tells the client that the body is not whole.
    const isDisconnect = error instanceof Error && 'code' in error && disconnects.has(error.code);
    if (!isDisconnect && !response.destroyed) context.onFault(error);
    response.destroy();
  }
}

/** Answers before the body is in. What the client still sends is drained for a while: a reset could eat the answer. */
async function respondUnread(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  headers: ReplyHeaders,
): Promise<void> {
  const text = reply.body !== undefined && reply.body.kind !== 'contents' ? reply.body.text : '';
  Object.assign(headers, reply.headers, { connection: 'close' });
  if (reply.status !== 204) headers['content-length'] = Buffer.byteLength(text);
  if (text !== '') headers['content-type'] = 'application/xml';
  response.writeHead(reply.status, headers);
  response.flushHeaders();
  if (text !== '') response.write(text);
  request.unpipe();
  request.resume();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, request.headers.expect === undefined ? LINGER_MS : 0);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done).once('close', done);
  });
  response.end();
}

function failure(context: EndpointContext, error: unknown, request: IncomingMessage, identity: ReplyIdentity): Reply {
  if (!(error instanceof S3Error)) context.onFault(error);
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  if (known.code === 'NotImplemented') context.onNotImplemented(known.details['Header'] ?? known.message);
  const { status, headers } = known;
  if (request.method === 'HEAD') return { status, headers };
  const resource = (request.url ?? '/').split('?')[0] ?? '/';
  const text = errorDocument(known.code, known.message, known.details, { ...identity, resource });
  return { status, headers, body: { kind: 'xml', text } };
}
