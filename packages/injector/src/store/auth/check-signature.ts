import { checkHeadersSigned, type CredentialScope } from '../core/authorization.ts';
import { canonicalQuery, canonicalRequest, normalizedPath } from '../core/canonical-request.ts';
import type { Query } from '../core/query.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Headers } from '../http/call.ts';
import { sameSignature, sha256Hex, type SigningKey } from './signing-key.ts';

/** What of a request its signature covers. */
export interface SignedParts {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** As sent. */
  readonly rawQuery: string;
  readonly query: Query;
  readonly headers: Headers;
  readonly bucket: string;
  /** Whether the bucket is named by the host, not the path. */
  readonly isHosted: boolean;
}

/** A request with what it says of its signature. */
export interface SignedRequest {
  readonly parts: SignedParts;
  readonly key: SigningKey;
  readonly scope: CredentialScope;
  /** YYYYMMDDTHHMMSSZ. */
  readonly amzDate: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly signature: string;
}

export const scopeText = (scope: CredentialScope): string => `${scope.date}/${scope.region}/s3/aws4_request`;

/** Holds a request to its signature, its path as sent or encoded anew. @throws S3Error SignatureDoesNotMatch, AccessDenied */
export function checkSignature(request: SignedRequest): void {
  const { parts, scope, signedHeaders, signature } = request;
  const query = canonicalQuery(parts.rawQuery);
  let { ok, stringToSign, canonical } = attempt(request, parts.path, query);
  if (!ok) ({ ok, stringToSign, canonical } = attempt(request, normalizedPath(parts.path), query));
  if (!ok) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: scope.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: signature,
        CanonicalRequest: canonical,
      },
    });
  }
  checkHeadersSigned(parts.headers, signedHeaders);
}

function attempt(
  { parts, key, scope, amzDate, signedHeaders, payloadHash, signature }: SignedRequest,
  path: string,
  query: string,
): { readonly ok: boolean; readonly stringToSign: string; readonly canonical: string } {
  const { method, headers } = parts;
  const canonical = canonicalRequest({ method, path, query, headers, signedHeaders, payloadHash });
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scopeText(scope)}\n${sha256Hex(canonical)}`;
  return { ok: sameSignature(key.sign(stringToSign), signature), stringToSign, canonical };
}
