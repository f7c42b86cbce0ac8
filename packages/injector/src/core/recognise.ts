import type { Exchange } from './exchange.ts';
import { headerOf, type RawHeaders } from './headers.ts';
import { hashText } from './random.ts';
import { objectAddress, signedRegion, splitTarget, type HostAddress } from './s3-address.ts';
import { operationOf } from './s3-operation.ts';

/** A request as it came in. */
export interface IncomingRequest {
  readonly id: number;
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly host: HostAddress;
  /** The region of the endpoint it came to; null where the host or the signature must tell. */
  readonly region: string | null;
}

/** `attempt=N; max=M` of the AWS SDKs. */
function attemptOf(header: string | undefined): Pick<Exchange, 'attempt' | 'attemptsMax'> {
  const found = header === undefined ? null : /attempt=(\d+)(?:;\s*max=(\d+))?/.exec(header);
  if (found === null) return { attempt: 1, attemptsMax: null };
  return { attempt: Number(found[1]), attemptsMax: found[2] === undefined ? null : Number(found[2]) };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00. */
const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

function traceOf(header: string | undefined): Pick<Exchange, 'traceparent'> {
  return header !== undefined && TRACEPARENT.test(header) ? { traceparent: header } : {};
}

function digest(method: string, host: string, target: string): string {
  const high = hashText(target, hashText(host, hashText(method, 1)));
  const low = hashText(target, hashText(host, hashText(method, 2)));
  return [high, low].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}

/** What a request is, in S3's terms. `region` is null where nothing tells it. */
export function recognise(request: IncomingRequest): (Exchange & { readonly region: string }) | null {
  const { id, method, target, headers, host } = request;
  const { path, query } = splitTarget(target);
  const signedFor = signedRegion(headerOf(headers, 'authorization'), query);
  const region = request.region ?? host.region ?? signedFor;
  if (region === null) return null;
  const { bucket, key } = objectAddress(path, host.bucket);
  const operation = operationOf(
    method,
    bucket === null ? 'service' : key === null ? 'bucket' : 'object',
    query,
    headers,
  );
  return {
    id,
    region,
    operation: operation.name,
    class: operation.class,
    method,
    bucket,
    key,
    invocation:
      headerOf(headers, 'amz-sdk-invocation-id') ?? digest(method, headerOf(headers, 'host') ?? '', `${path}?${query}`),
    ...attemptOf(headerOf(headers, 'amz-sdk-request')),
    ...traceOf(headerOf(headers, 'traceparent')),
    ...(signedFor === null || signedFor === region ? {} : { signedFor }),
  };
}
