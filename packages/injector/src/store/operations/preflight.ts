import type { Bucket } from '../catalog/bucket.ts';
import { corsHeaders, readCors } from '../core/cors.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Call, Headers, Reply } from '../http/call.ts';
import type { Services } from '../services.ts';

/** The CORS headers of an answer to a page of another origin; none where no rule lets it in. */
export function corsHeadersFor(
  bucket: Bucket | undefined,
  method: string,
  headers: Headers,
): Readonly<Record<string, string>> {
  const origin = headers['origin'];
  const document = origin === undefined ? undefined : bucket?.configurations.get('cors');
  if (origin === undefined || document === undefined) return {};
  return corsHeaders(readCors(document), { origin, method, headers: [] }) ?? {};
}

/** Answers a browser that asks beforehand. @throws S3Error BadRequest, AccessForbidden */
export function preflight(call: Call, services: Services): Reply {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': wanted } = call.headers;
  if (origin === undefined) {
    throw new S3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' });
  }
  if (method === undefined) {
    throw new S3Error('BadRequest', { message: 'Invalid Access-Control-Request-Method: null' });
  }
  const document = services.catalog.bucket(call.bucket)?.configurations.get('cors');
  if (document === undefined) throw new S3Error('AccessForbidden');
  const headers = (wanted ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const granted = corsHeaders(readCors(document), { origin, method, headers });
  if (granted === undefined) {
    throw new S3Error('AccessForbidden', {
      message:
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    });
  }
  return { status: 200, headers: granted };
}
