import type { BodySource } from '../body/request-body.ts';
import { checkAccess } from '../auth/access.ts';
import { authenticate, type Authentication } from '../auth/authenticate.ts';
import { readAddress, type Address } from '../core/address.ts';
import { routeRequest, type Operation } from '../core/operation.ts';
import { parseQuery } from '../core/query.ts';
import { S3Error } from '../core/s3-error.ts';
import { handlers } from '../operations/handlers.ts';
import { corsHeadersFor } from '../operations/preflight.ts';
import type { Services } from '../services.ts';
import type { Call, Headers, Reply, RequestHead } from './call.ts';

/** What a region's endpoint knows. */
export interface RegionContext {
  readonly region: string;
  readonly services: Services;
  readonly nowMs: () => number;
}

const stranger: Authentication = { caller: { kind: 'anonymous' }, payload: { form: { kind: 'unsigned' } } };

/** Takes a request from its head to its reply: address, operation, signature, region, permission, and then the work. */
export function answer(context: RegionContext, request: RequestHead, body: BodySource): Reply | Promise<Reply> {
  const { services } = context;
  const { method, target, headers, remoteAddress } = request;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const rawQuery = mark === -1 ? '' : target.slice(mark + 1);
  const address = readAddress(headers['host'] ?? '', path);
  const query = parseQuery(rawQuery);
  if (address === undefined || query === undefined) throw new S3Error('InvalidURI', { details: { URI: target } });
  const { bucket, key } = address;
  const operation = operationOf(method, address, query, headers);
  const region = homeRegion(context, address);
  const nowMs = context.nowMs();
  const parts = { method, path, rawQuery, query, headers, bucket, isHosted: address.isHosted };
  // Browsers send no credentials beforehand, and a presigned URL is signed for what comes after.
  const { caller, payload } =
    operation === 'Preflight' ? stranger : authenticate(parts, services.credentials, region, nowMs);
  const call: Call = {
    operation,
    region,
    method,
    bucket,
    key,
    query,
    headers,
    caller,
    payload,
    body,
    remoteAddress,
    nowMs,
  };
  if (headers['origin'] === undefined || operation === 'Preflight') return perform(call, services);
  return withCors(call, services);
}

function perform(call: Call, services: Services): Reply | Promise<Reply> {
  redirectIfElsewhere(call, services);
  checkAccess(call, services);
  return handlers[call.operation](call, services);
}

/** A page of another origin may see answers and errors alike, as far as the bucket's rules let it. */
async function withCors(call: Call, services: Services): Promise<Reply> {
  const asked = call.headers['access-control-request-method'] ?? call.method;
  const cors = corsHeadersFor(services.catalog.bucket(call.bucket), asked, call.headers);
  try {
    const reply = await perform(call, services);
    return { ...reply, headers: { ...reply.headers, ...cors } };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const { message, details } = error;
    throw new S3Error(error.code, { message, details, headers: { ...error.headers, ...cors } });
  }
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
function homeRegion(context: RegionContext, address: Address): string {
  if (address.reach === 'regional' || address.bucket === '') return context.region;
  return context.services.catalog.bucket(address.bucket)?.terms.region ?? context.region;
}

function redirectIfElsewhere(call: Call, services: Services): void {
  const bucket = call.bucket === '' ? undefined : services.catalog.bucket(call.bucket);
  if (bucket === undefined || call.operation === 'CreateBucket' || bucket.terms.region === call.region) return;
  const { region } = bucket.terms;
  // us-east-1 answers for the location of any bucket, as the global endpoint has always done.
  if (call.operation === 'GetBucketLocation' && call.region === 'us-east-1') return;
  throw new S3Error('PermanentRedirect', {
    details: { Endpoint: services.endpoint(region).replace('http://', ''), Bucket: call.bucket },
    headers: { 'x-amz-bucket-region': region },
  });
}
