import { ClientGone, type RequestBody } from '../body/request-body.ts';
import { S3Error } from '../core/s3-error.ts';
import { errorDocument } from '../core/xml-write.ts';
import { answer, type RegionContext } from './answer.ts';
import type { Reply, RequestHead } from './call.ts';
import { respond, respondUnread, type Outlet, type ReplyIdentity } from './respond.ts';

export interface EndpointContext extends RegionContext {
  readonly identify: () => ReplyIdentity;
  readonly onNotImplemented: (feature: string) => void;
  /** Told of failures that are the store's own. */
  readonly onFault: (error: unknown) => void;
}

/** One request and the way back to whoever sent it. */
export interface Exchange {
  readonly request: RequestHead;
  readonly body: RequestBody;
  readonly outlet: Outlet;
}

/** Of any other value than `*` S3 itself does not take it: to answer so is no lack of the store's. */
const REFUSED_BY_S3 = 'If-None-Match';
/** How long a refused client may go on sending before its connection is closed. */
const LINGER_MS = 2000;
const disconnects: ReadonlySet<unknown> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** Answers one request, whatever becomes of it. A promise, never rejected, where that takes more than this moment. */
export function serve(context: EndpointContext, exchange: Exchange): Promise<void> | undefined {
  const identity = context.identify();
  try {
    const reply = answer(context, exchange.request, exchange.body);
    return reply instanceof Promise
      ? serveLater(context, exchange, identity, reply)
      : deliver(context, exchange, identity, reply);
  } catch (error) {
    return fail(context, exchange, identity, error);
  }
}

async function serveLater(
  context: EndpointContext,
  exchange: Exchange,
  identity: ReplyIdentity,
  awaited: Promise<Reply>,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await awaited;
  } catch (error) {
    await fail(context, exchange, identity, error);
    return;
  }
  await deliver(context, exchange, identity, reply);
}

function fail(
  context: EndpointContext,
  exchange: Exchange,
  identity: ReplyIdentity,
  error: unknown,
): Promise<void> | undefined {
  if (!(error instanceof ClientGone)) {
    return deliver(context, exchange, identity, failure(context, error, exchange.request, identity));
  }
  exchange.outlet.destroy();
  return undefined;
}

function deliver(
  context: EndpointContext,
  { request, body, outlet }: Exchange,
  identity: ReplyIdentity,
  reply: Reply,
): Promise<void> | undefined {
  const terms = { identity, nowMs: context.nowMs(), keepAlive: request.keepAlive && body.isRead };
  // The head is out: all that is left is to cut the connection, which tells the client that the body is not whole.
  const cut = (error: unknown): void => {
    const isDisconnect = error instanceof Error && 'code' in error && disconnects.has(error.code);
    if (!isDisconnect && !outlet.isClosed) context.onFault(error);
    outlet.destroy();
  };
  try {
    if (body.isRead) return respond(outlet, reply, terms, context.services.blobs)?.catch(cut);
    // A client that waits for leave to send its body has sent none.
    const lingerMs = request.headers['expect'] === undefined ? LINGER_MS : 0;
    return respondUnread(outlet, reply, terms, () => body.discard(lingerMs)).catch(cut);
  } catch (error) {
    cut(error);
    return undefined;
  }
}

function failure(
  context: EndpointContext,
  error: unknown,
  { method, target }: RequestHead,
  identity: ReplyIdentity,
): Reply {
  if (!(error instanceof S3Error)) context.onFault(error);
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  const feature = known.details['Header'];
  if (known.code === 'NotImplemented' && feature !== REFUSED_BY_S3) context.onNotImplemented(feature ?? known.message);
  const { status, headers } = known;
  if (method === 'HEAD') return { status, headers };
  const resource = target.split('?')[0] ?? '/';
  const text = errorDocument(known.code, known.message, known.details, { ...identity, resource });
  return { status, headers, body: { kind: 'xml', text } };
}
