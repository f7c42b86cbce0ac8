import {
  headerPlace,
  queryPlace,
  readAuthorizationHeader,
  readAuthorizationQuery,
  readPayloadForm,
  type PayloadForm,
} from '../core/authorization.ts';
import { isoTime, parseHttpTime, parseIsoTime } from '../core/calendar.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Caller, Payload } from '../http/call.ts';
import type { Credential } from './account.ts';
import { checkScopeDay, findCredential } from './find-credential.ts';
import { ChunkSigner } from './chunk-signer.ts';
import { checkHeaderV2, checkQueryV2 } from './signature-v2.ts';
import { checkSignature, scopeText, type SignedParts, type SignedRequest } from './check-signature.ts';
import { signingKey } from './signing-key.ts';

const SKEW_MAX_MS = 15 * 60_000;

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
  const amzDate = isCompact.test(sentDate) ? sentDate : compact(timeMs);
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
  const signed: SignedRequest = { parts, key, scope, amzDate, signedHeaders, payloadHash, signature };
  checkSignature(signed);
  return { caller: toCaller(credential), payload: payloadOf(form, signed), region: scope.region };
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
  const inUrl = parts.query.get('X-Amz-Content-Sha256');
  const sent = inUrl ?? parts.headers['x-amz-content-sha256'];
  const key = signingKey(credential.secretAccessKey, scope);
  const payloadHash = (signedHeaders.includes('x-amz-content-sha256') ? sent : inUrl) ?? 'UNSIGNED-PAYLOAD';
  const signed: SignedRequest = { parts, key, scope, amzDate, signedHeaders, payloadHash, signature };
  checkSignature(signed);
  return { caller: toCaller(credential), payload: payloadOf(readPayloadForm(sent), signed), region: scope.region };
}

const payloadOf = (form: PayloadForm, { key, amzDate, scope, signature }: SignedRequest): Payload => ({
  form,
  chunks:
    form.kind === 'chunked' && form.signed ? new ChunkSigner(key, amzDate, scopeText(scope), signature) : undefined,
});

const toCaller = (credential: Credential): Caller => ({
  kind: 'account',
  account: credential.account ?? credential.accessKeyId,
  accessKeyId: credential.accessKeyId,
});

const isCompact = /^\d{8}T\d{6}Z$/;
const compact = (ms: number): string => isoTime(ms).replaceAll(/[-:]|\.\d{3}/g, '');
