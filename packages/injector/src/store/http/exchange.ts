import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credential } from '../auth/account.ts';
import { authenticate } from '../auth/authenticate.ts';
import { checkAccess } from '../auth/access.ts';
import { ClientGone } from '../body/pump.ts';
import { readAddress, type Address } from '../core/address.ts';
import { routeRequest, type Operation } from '../core/operation.ts';
import { parseQuery } from '../core/query.ts';
import { S3Error } from '../core/s3-error.ts';
import { errorDocument } from '../core/xml-write.ts';
import { handlers } from '../operations/handlers.ts';
import type { Services } from '../services.ts';
import type { BodySource, Call, Headers, Reply } from './call.ts';
import { baseHeaders, respond, type ReplyIdentity } from './respond.ts';

/** What a region's endpoint knows. */
export interface EndpointContext {
  readonly region: string;
  readonly services: Services;
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly nowMs: () => number;
  readonly identify: () => ReplyIdentity;
  readonly onNotImplemented: (feature: string) => void;
  /** Told of failures that are the store's own. */
  readonly onFault: (error: unknown) => void;
}

const LINGER_MS = 2000;

/** Answers one request, whatever becomes of it. */
export async function serve(
  context: EndpointContext,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const identity = context.identify();
  const headers = baseHeaders(identity);
  const body = new Body(request, response, expectsContinue);
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
    if (!body.isRead) return await leaveUnread(request, response, reply, { ...headers, connection: 'close' });
    await respond(response, reply, headers, context.services.blobs);
  } catch (error) {
    // The head is out: all that is left is to cut the connection, which tells the client that the body is not whole.
    if (!response.destroyed && !isDisconnect(error)) context.onFault(error);
    response.destroy();
  }
}

const isDisconnect = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE');

class Body implements BodySource {
  readonly stream: IncomingMessage;
  readonly #response: ServerResponse;
  #expectsContinue: boolean;
  #begun: boolean;

  constructor(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    this.stream = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    this.#begun = (length === undefined || length === '0') && coding === undefined;
  }

  get isRead(): boolean {
    return this.#begun && (this.stream.complete || this.stream.readableEnded || !this.#hasBody());
  }

  begin(): void {
    this.#begun = true;
    if (this.#expectsContinue) this.#response.writeContinue();
    this.#expectsContinue = false;
  }

  #hasBody(): boolean {
    const { 'content-length': length, 'transfer-encoding': coding } = this.stream.headers;
    return (length !== undefined && length !== '0') || coding !== undefined;
  }
}

/** Answers before the body is in. What the client still sends is drained for a while: a reset could eat the answer. */
async function leaveUnread(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  headers: Record<string, string | number>,
): Promise<void> {
  const text = reply.body !== undefined && reply.body.kind !== 'contents' ? reply.body.text : '';
  Object.assign(headers, reply.headers, { 'content-length': Buffer.byteLength(text) });
  if (text !== '') headers['content-type'] = 'application/xml';
  response.writeHead(reply.status, headers);
  response.write(text);
  request.resume();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, request.headers.expect === undefined ? LINGER_MS : 0);
    request.once('end', resolve).once('close', resolve);
    request.once('close', () => clearTimeout(timer));
  });
  response.end();
}

function headersOf(request: IncomingMessage): Headers {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

async function answer(context: EndpointContext, request: IncomingMessage, body: BodySource): Promise<Reply> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const rawQuery = mark === -1 ? '' : url.slice(mark + 1);
  const headers = headersOf(request);
  const address = readAddress(headers['host'] ?? '', path);
  const query = parseQuery(rawQuery);
  if (address === undefined || query === undefined) throw new S3Error('InvalidURI', { details: { URI: url } });
  const method = request.method ?? 'GET';
  const operation = operationOf(method, address, query, headers);
  const region = homeRegion(context, address);
  const nowMs = context.nowMs();
  const parts = { method, path, rawQuery, query, headers };
  const { caller, payload } = authenticate(parts, context.credentials, region, nowMs);
  const { bucket, key } = address;
  const call: Call = { operation, region, method, bucket, key, query, headers, caller, payload, body, nowMs };
  redirectIfElsewhere(context, call);
  checkAccess(call, context.services);
  return handlers[operation](call, context.services);
}

function operationOf(
  method: string,
  address: Address,
  query: ReadonlyMap<string, string>,
  headers: Headers,
): Operation {
  const routing = routeRequest(method, address.level, query, headers['x-amz-copy-source'] !== undefined);
  switch (routing.kind) {
    case 'operation':
      return routing.operation;
    case 'method-not-allowed':
      throw new S3Error('MethodNotAllowed', {
        details: { Method: method, ResourceType: address.level.toUpperCase() },
      });
    case 'not-implemented':
      throw new S3Error('NotImplemented', { details: { Header: routing.feature } });
  }
}

/** The region that a request has to be signed for: with a global host name, DNS would have led to the bucket's own. */
function homeRegion(context: EndpointContext, address: Address): string {
  if (address.reach === 'regional' || address.bucket === '') return context.region;
  return context.services.catalog.bucket(address.bucket)?.terms.region ?? context.region;
}

function redirectIfElsewhere(context: EndpointContext, call: Call): void {
  const bucket = call.bucket === '' ? undefined : context.services.catalog.bucket(call.bucket);
  if (bucket === undefined || call.operation === 'CreateBucket' || bucket.terms.region === call.region) return;
  const { region } = bucket.terms;
  // us-east-1 answers for the location of any bucket, as the global endpoint has always done.
  if (call.operation === 'GetBucketLocation' && call.region === 'us-east-1') return;
  throw new S3Error('PermanentRedirect', {
    details: { Endpoint: context.services.endpoint(region).replace('http://', ''), Bucket: call.bucket },
    headers: { 'x-amz-bucket-region': region },
  });
}

function failure(context: EndpointContext, error: unknown, request: IncomingMessage, identity: ReplyIdentity): Reply {
  if (!(error instanceof S3Error)) context.onFault(error);
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  if (known.code === 'NotImplemented') context.onNotImplemented(known.details['Header'] ?? known.message);
  const headers = { ...known.headers };
  if (known.status === 304 || request.method === 'HEAD') return { status: known.status, headers };
  const resource = (request.url ?? '/').split('?')[0] ?? '/';
  const text = errorDocument(known.code, known.message, known.details, { ...identity, resource });
  return { status: known.status, headers, body: { kind: 'xml', text } };
}
