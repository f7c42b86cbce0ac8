import { S3Error } from './s3-error.ts';
import type { Query } from './query.ts';

/** `AKID/20170228/us-east-1/s3/aws4_request`, taken apart. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** YYYYMMDD. */
  readonly date: string;
  readonly region: string;
}

export interface HeaderAuthorization {
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export interface QueryAuthorization extends HeaderAuthorization {
  /** ISO 8601 basic, as sent. */
  readonly amzDate: string;
  /** Lifetime in seconds, at most a week. */
  readonly expiresS: number;
}

const malformed = (message: string): S3Error => new S3Error('AuthorizationHeaderMalformed', { message });
const malformedQuery = (message: string): S3Error => new S3Error('AuthorizationQueryParametersError', { message });

/** Access key ids may hold slashes, so the scope is read from its end. */
export function readScope(credential: string, fail: (message: string) => S3Error): CredentialScope {
  const parts = credential.split('/');
  const [terminator, service, region, date] = parts.toReversed();
  const accessKeyId = parts.slice(0, -4).join('/');
  if (date === undefined || region === undefined || accessKeyId === '') {
    throw fail(
      'The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (terminator !== 'aws4_request') {
    throw fail(
      `The authorization header is malformed; incorrect terminal "${terminator ?? ''}". This endpoint belongs to "aws4_request".`,
    );
  }
  if (service !== 's3') {
    throw fail(
      `The authorization header is malformed; incorrect service "${service ?? ''}". This endpoint belongs to "s3".`,
    );
  }
  if (!/^\d{8}$/.test(date)) {
    throw fail(
      `The authorization header is malformed; incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  return { accessKeyId, date, region };
}

/** Reads `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`. @throws S3Error */
export function readAuthorizationHeader(header: string): HeaderAuthorization {
  const fields = new Map<string, string>();
  for (const field of header.slice(header.indexOf(' ') + 1).split(',')) {
    const equals = field.indexOf('=');
    if (equals !== -1) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw malformed(
      'The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    );
  }
  return { scope: readScope(credential, malformed), signedHeaders: signedHeaders.toLowerCase().split(';'), signature };
}

/** Reads the parameters of a presigned URL. @throws S3Error */
export function readAuthorizationQuery(query: Query): QueryAuthorization {
  const credential = query.get('X-Amz-Credential');
  const amzDate = query.get('X-Amz-Date');
  const expires = query.get('X-Amz-Expires');
  const signedHeaders = query.get('X-Amz-SignedHeaders');
  const signature = query.get('X-Amz-Signature');
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw malformedQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  if (
    credential === undefined ||
    amzDate === undefined ||
    expires === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  ) {
    throw malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const expiresS = Number(expires);
  if (!/^-?\d+$/.test(expires)) throw malformedQuery('X-Amz-Expires should be a number');
  if (expiresS < 0) throw malformedQuery('X-Amz-Expires must be non-negative');
  if (expiresS > 604_800) {
    throw malformedQuery(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return {
    scope: readScope(credential, malformedQuery),
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    amzDate,
    expiresS,
  };
}

/** How the body is to be checked against the signature. */
export type PayloadForm =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'chunked'; readonly signed: boolean; readonly trailer: boolean };

/** Reads `x-amz-content-sha256`. @throws S3Error InvalidArgument for a value that S3 does not know. */
export function readPayloadForm(value: string | undefined): PayloadForm {
  switch (value) {
    case undefined:
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunked', signed: false, trailer: true };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'chunked', signed: true, trailer: false };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked', signed: true, trailer: true };
    default:
      if (/^[0-9a-f]{64}$/i.test(value)) return { kind: 'sha256', hex: value.toLowerCase() };
      throw new S3Error('InvalidArgument', {
        message:
          'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
        details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
      });
  }
}
