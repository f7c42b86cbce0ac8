import {
  checkHeadersSigned,
  headerPlace,
  queryPlace,
  readAuthorizationHeader,
  readAuthorizationQuery,
  readPayloadForm,
  type CredentialScope,
} from '../core/authorization.ts';
import { isoTime, parseHttpTime, parseIsoTime } from '../core/calendar.ts';
import { canonicalQuery, canonicalRequest, normalizedPath } from '../core/canonical-request.ts';
import type { Query } from '../core/query.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Caller, Headers, Payload } from '../http/call.ts';
import type { Credential } from './account.ts';
import { checkScopeDay, findCredential } from './find-credential.ts';
import { ChunkSigner } from './chunk-signer.ts';
import { checkHeaderV2, checkQueryV2 } from './signature-v2.ts';
import { sameSignature, sha256Hex, sign, signingKey } from './signing-key.ts';

const SKEW_MAX_MS = 15 * 60_000;

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

export interface Authentication {
  readonly caller: Caller;
  readonly payload: Payload;
  /** The region that the client signed for; undefined for anonymous requests. */
  readonly region?: string;
}

/** Finds out who sends a request, and checks that they did. @throws S3Error in S3's words */
export function authenticate(
  parts: SignedParts,
  credentials: ReadonlyMap<string, Credential>,
  region: string,
  nowMs: number,
): Authentication {
  const sent = parts.headers['authorization'];
  const header = sent === '' ? undefined : sent;
  if (header !== undefined && (parts.query.has('X-Amz-Signature') || parts.query.has('Signature'))) {
    throw new S3Error('InvalidArgument', {
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      details: { ArgumentName: 'Authorization', ArgumentValue: header },
    });
  }
  if (header?.startsWith('AWS4-HMAC-SHA256') === true) return byHeader(parts, header, credentials, region, nowMs);
  if (header?.startsWith('AWS ') === true) return ofV2(parts, checkHeaderV2(parts, header, credentials, nowMs));
  if (header !== undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      details: { ArgumentName: 'Authorization', ArgumentValue: header },
    });
  }
  if (parts.query.has('AWSAccessKeyId') || parts.query.has('Signature')) {
    return ofV2(parts, checkQueryV2(parts, credentials, nowMs));
  }
  if (parts.query.has('X-Amz-Algorithm') || parts.query.has('X-Amz-Signature')) {
    return byQuery(parts, credentials, region, nowMs);
  }
  return { caller: { kind: 'anonymous' }, payload: { form: readPayloadForm(parts.headers['x-amz-content-sha256']) } };
}

const ofV2 = (parts: SignedParts, credential: Credential): Authentication => ({
  caller: toCaller(credential),
  payload: { form: readPayloadForm(parts.headers['x-amz-content-sha256']) },
});

function byHeader(
  parts: SignedParts,
  header: string,
  credentials: ReadonlyMap<string, Credential>,
  region: string,
  nowMs: number,
): Authentication {
  const { scope, signedHeaders, signature } = readAuthorizationHeader(header);
  const sentDate = parts.headers['x-amz-date'] ?? parts.headers['date'];
  const timeMs = sentDate === undefined ? undefined : (parseIsoTime(sentDate) ?? parseHttpTime(sentDate));
  if (sentDate === undefined || timeMs === undefined || timeMs < 0) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  const amzDate = compact(timeMs);
  checkScopeDay(scope, amzDate, headerPlace);
  const credential = findCredential(scope, credentials, parts.headers['x-amz-security-token'], region, headerPlace);
  if (Math.abs(nowMs - timeMs) > SKEW_MAX_MS) {
    throw new S3Error('RequestTimeTooSkewed', {
      details: {
        RequestTime: sentDate,
        ServerTime: isoTime(nowMs),
        MaxAllowedSkewMilliseconds: String(SKEW_MAX_MS),
      },
    });
  }
  const payloadHash = parts.headers['x-amz-content-sha256'];
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-content-sha256' });
  }
  const form = readPayloadForm(payloadHash);
  const key = signingKey(credential.secretAccessKey, scope);
  const query = canonicalQuery(parts.rawQuery);
  checkSignature({ parts, key, scope, amzDate, query, signedHeaders, payloadHash, signature });
  const chunks =
    form.kind === 'chunked' && form.signed ? new ChunkSigner(key, amzDate, scopeText(scope), signature) : undefined;
  return { caller: toCaller(credential), payload: { form, chunks }, region: scope.region };
}

function byQuery(
  parts: SignedParts,
  credentials: ReadonlyMap<string, Credential>,
  region: string,
  nowMs: number,
): Authentication {
  const { scope, signedHeaders, signature, amzDate, expiresS } = readAuthorizationQuery(parts.query);
  const timeMs = parseIsoTime(amzDate);
  if (timeMs === undefined) {
    throw new S3Error('AuthorizationQueryParametersError', {
      message: "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    });
  }
  const token = parts.query.get('X-Amz-Security-Token') ?? parts.headers['x-amz-security-token'];
  checkScopeDay(scope, amzDate, queryPlace);
  const credential = findCredential(scope, credentials, token, region, queryPlace);
  if (timeMs - nowMs > SKEW_MAX_MS) {
    throw new S3Error('AccessDenied', {
      message: 'Request is not yet valid',
      details: { 'X-Amz-Date': amzDate, ServerTime: isoTime(nowMs) },
    });
  }
  if (nowMs > timeMs + expiresS * 1000) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      details: {
        'X-Amz-Expires': String(expiresS),
        Expires: isoTime(timeMs + expiresS * 1000),
        ServerTime: isoTime(nowMs),
      },
    });
  }
  // A presigned request signs no body unless the hash was made part of the URL or of the signed headers.
  const sent = parts.query.get('X-Amz-Content-Sha256') ?? parts.headers['x-amz-content-sha256'];
  const payloadHash = sent ?? 'UNSIGNED-PAYLOAD';
  const key = signingKey(credential.secretAccessKey, scope);
  const query = canonicalQuery(parts.rawQuery);
  const check = { parts, key, scope, amzDate, query, signedHeaders, signature };
  checkSignature({
    ...check,
    payloadHash: signedHeaders.includes('x-amz-content-sha256')
      ? payloadHash
      : (parts.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD'),
  });
  const form = readPayloadForm(sent);
  const chunks =
    form.kind === 'chunked' && form.signed ? new ChunkSigner(key, amzDate, scopeText(scope), signature) : undefined;
  return { caller: toCaller(credential), payload: { form, chunks }, region: scope.region };
}

const toCaller = (credential: Credential): Caller => ({
  kind: 'account',
  account: credential.account ?? credential.accessKeyId,
  accessKeyId: credential.accessKeyId,
});

const scopeText = (scope: CredentialScope): string => `${scope.date}/${scope.region}/s3/aws4_request`;
const compact = (ms: number): string => isoTime(ms).replaceAll(/[-:]|\.\d{3}/g, '');

interface SignatureCheck {
  readonly parts: SignedParts;
  readonly key: Buffer;
  readonly scope: CredentialScope;
  readonly amzDate: string;
  readonly query: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly signature: string;
}

function checkSignature(check: SignatureCheck): void {
  const asSent = check.parts.path;
  const normalized = normalizedPath(asSent);
  if (attempt(check, asSent).ok) {
    checkHeadersSigned(check.parts.headers, check.signedHeaders);
    return;
  }
  const { ok, stringToSign, canonical } = attempt(check, normalized);
  if (ok) {
    checkHeadersSigned(check.parts.headers, check.signedHeaders);
    return;
  }
  throw new S3Error('SignatureDoesNotMatch', {
    details: {
      AWSAccessKeyId: check.scope.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: check.signature,
      CanonicalRequest: canonical,
    },
  });
}

function attempt(check: SignatureCheck, path: string): { ok: boolean; stringToSign: string; canonical: string } {
  const { parts, query, signedHeaders, payloadHash } = check;
  const canonical = canonicalRequest({
    method: parts.method,
    path,
    query,
    headers: parts.headers,
    signedHeaders,
    payloadHash,
  });
  const stringToSign = `AWS4-HMAC-SHA256\n${check.amzDate}\n${scopeText(check.scope)}\n${sha256Hex(canonical)}`;
  return { ok: sameSignature(sign(check.key, stringToSign), check.signature), stringToSign, canonical };
}
