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

/** Where a signature stands; S3 refuses what is wrong with each in words of its own. */
export interface SignaturePlace {
  /** An error about the credential. */
  credential(problem: string, options?: ErrorOptions): S3Error;
  /** The credential's day is not that of the request. */
  day(problem: string): S3Error;
}

type ErrorOptions = Omit<NonNullable<ConstructorParameters<typeof S3Error>[1]>, 'message'>;

const inHeader = (problem: string, options: ErrorOptions = {}): S3Error =>
  new S3Error('AuthorizationHeaderMalformed', {
    ...options,
    message: `The authorization header is malformed; ${problem}`,
  });
export const headerPlace: SignaturePlace = { credential: inHeader, day: inHeader };

const malformedQuery = (message: string, options: ErrorOptions = {}): S3Error =>
  new S3Error('AuthorizationQueryParametersError', { ...options, message });
export const queryPlace: SignaturePlace = {
  credential: (problem, options) => malformedQuery(`Error parsing the X-Amz-Credential parameter; ${problem}`, options),
  day: malformedQuery,
};

/** Access key ids may hold slashes, so the scope is read from its end. @throws S3Error as `place` words it */
export function readScope(credential: string, place: Pick<SignaturePlace, 'credential'>): CredentialScope {
  const parts = credential.split('/');
  const [terminator, service, region, date] = parts.toReversed();
  const accessKeyId = parts.slice(0, -4).join('/');
  if (date === undefined || region === undefined || accessKeyId === '') {
    throw place.credential(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (terminator !== 'aws4_request') {
    throw place.credential(`incorrect terminal "${terminator ?? ''}". This endpoint uses "aws4_request".`);
  }
  if (service !== 's3') {
    throw place.credential(`incorrect service "${service ?? ''}". This endpoint belongs to "s3".`);
  }
  if (!/^\d{8}$/.test(date)) {
    throw place.credential(
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  return { accessKeyId, date, region };
}

/** What a header says before its signature is the same from request to request of a client: read once, kept. */
const known = new Map<string, Omit<HeaderAuthorization, 'signature'>>();
const KNOWN_MAX = 1000;

/** Reads `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`. @throws S3Error */
export function readAuthorizationHeader(header: string): HeaderAuthorization {
  const end = header.indexOf('Signature=');
  const signature = header.slice(end + 'Signature='.length);
  const hexOnly = end !== -1 && /^[0-9a-f]+$/.test(signature);
  if (!hexOnly) return parseAuthorizationHeader(header);
  const head = header.slice(0, end);
  const seen = known.get(head);
  if (seen !== undefined) return { ...seen, signature };
  const { scope, signedHeaders } = parseAuthorizationHeader(header);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(head, { scope, signedHeaders });
  return { scope, signedHeaders, signature };
}

function parseAuthorizationHeader(header: string): HeaderAuthorization {
  const fields = new Map<string, string>();
  for (const field of header.slice(header.indexOf(' ') + 1).split(',')) {
    const equals = field.indexOf('=');
    if (equals !== -1) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw inHeader('the authorization header requires three components: Credential, SignedHeaders, and Signature.');
  }
  return {
    scope: readScope(credential, headerPlace),
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
  };
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
    scope: readScope(credential, queryPlace),
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    amzDate,
    expiresS,
  };
}

/**
 * Refuses headers that mean something and are not signed: whoever has a presigned URL could add them. The body's hash may
 * stay outside, as S3 allows it.
 * @throws S3Error AccessDenied
 */
export function checkHeadersSigned(
  headers: Readonly<Record<string, string | undefined>>,
  signedHeaders: readonly string[],
): void {
  const unsigned: string[] = [];
  for (const name in headers) {
    const mustBeSigned = name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256');
    if (mustBeSigned && !signedHeaders.includes(name)) unsigned.push(name);
  }
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: unsigned.join(', ') },
  });
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
