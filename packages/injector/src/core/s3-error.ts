import { errorRows } from './generated/s3-errors.ts';
import type { RawHeaders } from './headers.ts';

/** One error of S3. */
export interface S3Error {
  readonly code: string;
  readonly status: number;
  /** The reason phrase as S3 sends it: `503 Slow Down`, not `503 Service Unavailable`. */
  readonly reason: string;
  readonly message: string;
  /** Whether the AWS SDKs' standard retry mode sends the request again. */
  readonly retryable: boolean;
}

/** Where the service's words differ from its documentation: as captured from the wire. */
const asSent: Readonly<Record<string, Partial<Pick<S3Error, 'reason' | 'message'>>>> = {
  InvalidAccessKeyId: { message: 'The AWS Access Key Id you provided does not exist in our records.' },
  InvalidObjectState: { message: "The operation is not valid for the object's storage class" },
  InvalidRange: { message: 'The requested range is not satisfiable' },
  NoSuchUpload: {
    message:
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  },
  NoSuchVersion: { message: 'The specified version does not exist.' },
  OperationAborted: {
    message: 'A conflicting conditional operation is currently in progress against this resource. Please try again.',
  },
  PermanentRedirect: {
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  },
  Redirect: { reason: 'Temporary Redirect' },
  RequestTimeout: {
    message:
      'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  },
  SignatureDoesNotMatch: {
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  SlowDown: { message: 'Please reduce your request rate.' },
  TemporaryRedirect: {
    reason: 'Temporary Redirect',
    message:
      'Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.',
  },
};

/** As the AWS SDK for JavaScript classifies errors (`@smithy/core`, submodule retry, as of client-s3 3.1169). */
const retryableStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const retryableCodes: ReadonlySet<string> = new Set(['RequestTimeout', 'RequestTimeTooSkewed', 'SlowDown']);

const catalogue: ReadonlyMap<string, S3Error> = new Map(
  errorRows.map((row) => {
    const retryable = retryableStatuses.has(row.status) || retryableCodes.has(row.code);
    return [row.code, { ...row, ...asSent[row.code], retryable }];
  }),
);

/** Every code of the catalogue. */
export const errorCodes: readonly string[] = [...catalogue.keys()];

/** The error of a code; undefined where S3 has no such code. */
export function s3Error(code: string): S3Error | undefined {
  return catalogue.get(code);
}

/** A whole answer as data. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: RawHeaders;
  readonly body: string;
}

/** What an error answer says of the request. */
export interface ErrorContext {
  readonly method: string;
  readonly bucket: string | null;
  readonly key: string | null;
  /** 16 characters, `x-amz-request-id`. */
  readonly requestId: string;
  /** 76 characters of base64, `x-amz-id-2`. */
  readonly hostId: string;
  /** An HTTP date. */
  readonly date: string;
  /** For `Retry-After`, in seconds. */
  readonly retryAfterS?: number | undefined;
  /** Where a redirect points to. */
  readonly redirect?: Redirect | undefined;
}

export interface Redirect {
  readonly toRegion: string;
  /** The request's path and query. */
  readonly target: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);

/** A bucket's endpoint of AWS, as S3 names it in redirects. */
function endpointOf(bucket: string | null, region: string): string {
  return `${bucket === null ? '' : `${bucket}.`}s3.${region}.amazonaws.com`;
}

/** A header's value has neither control characters nor, as Node writes it, any beyond a byte; a request may hold both. */
const inHeader = (text: string): string =>
  text.replaceAll(/[^!-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** The headers that tell where to go, or when to come again. */
function directions({ status }: S3Error, { bucket, retryAfterS, redirect }: ErrorContext): readonly string[] {
  const later = retryAfterS === undefined ? [] : ['Retry-After', String(retryAfterS)];
  if (redirect === undefined) return later;
  const host = endpointOf(bucket === null ? null : encodeURIComponent(bucket), redirect.toRegion);
  const location = `https://${host}${inHeader(redirect.target)}`;
  // A permanent redirect has no Location: a client must learn the bucket's region, not just the next address.
  return [...later, 'x-amz-bucket-region', redirect.toRegion, ...(status === 307 ? ['Location', location] : [])];
}

/** The elements that a code's XML has between its message and its ids. */
function details(
  { code }: S3Error,
  { bucket, key, redirect }: ErrorContext,
): readonly (readonly [string, string | null])[] {
  if (redirect !== undefined) {
    return [
      ['Endpoint', endpointOf(bucket, redirect.toRegion)],
      ['Bucket', bucket],
    ];
  }
  if (code === 'NoSuchKey' || code === 'NoSuchVersion') return [['Key', key]];
  return code === 'NoSuchBucket' || code === 'BucketNotEmpty' ? [['BucketName', bucket]] : [];
}

/**
 * The answer of S3, byte for byte as captured from the service: an XML body without namespace and without a newline at
 * its end, chunked; no body for HEAD. Server errors and timeouts close the connection.
 */
export function errorAnswer(error: S3Error, context: ErrorContext): Answer {
  const { requestId, hostId } = context;
  const closes = error.status >= 500 || error.code === 'RequestTimeout';
  return {
    status: error.status,
    reason: error.reason,
    headers: [
      'x-amz-request-id',
      requestId,
      'x-amz-id-2',
      hostId,
      ...directions(error, context),
      'Content-Type',
      'application/xml',
      'Transfer-Encoding',
      'chunked',
      'Date',
      context.date,
      ...(closes ? ['Connection', 'close'] : []),
      'Server',
      'AmazonS3',
    ],
    body: context.method === 'HEAD' ? '' : errorDocument(error, context),
  };
}

/** The XML of an error, without a newline at its end: one there would make the AWS SDK for JavaScript miss the error. */
function errorDocument(error: S3Error, context: ErrorContext): string {
  const { requestId, hostId } = context;
  const elements = [['Code', error.code], ['Message', error.message], ...details(error, context)] as const;
  const inner = [...elements, ['RequestId', requestId] as const, ['HostId', hostId] as const]
    .map(([name, text]) => (text === null ? '' : `<${name}>${escapeXml(text)}</${name}>`))
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
}

/** 200 OK with what is no success in its body: the head, and the body after any spaces. */
export function deceptiveAnswer(
  error: S3Error,
  context: ErrorContext,
  body: 'error' | 'trailing-newline' | 'empty' | 'html',
): Answer {
  const documents = {
    error: errorDocument(error, context),
    'trailing-newline': `${errorDocument(error, context)}\n`,
    empty: '',
    html: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
  };
  const { requestId, hostId, date } = context;
  return {
    status: 200,
    reason: 'OK',
    headers: [
      ['x-amz-id-2', hostId],
      ['x-amz-request-id', requestId],
      ['Date', date],
      ['Content-Type', 'application/xml'],
      ['Transfer-Encoding', 'chunked'],
      ['Server', 'AmazonS3'],
    ].flat(),
    body: documents[body],
  };
}

const REQUEST_ID_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function drawnText(alphabet: string, length: number, draws: (index: number) => number): string {
  return Array.from({ length }, (_, index) => alphabet[Math.floor(draws(index) * alphabet.length)]).join('');
}

/** The two ids of an answer in the service's shape. `draws` gives a number in [0, 1) for each index from 0 to 90. */
export function answerIds(draws: (index: number) => number): Pick<ErrorContext, 'requestId' | 'hostId'> {
  return {
    requestId: drawnText(REQUEST_ID_ALPHABET, 16, draws),
    // 56 bytes in base64: 75 characters and one of padding. The last of the 75 carries four bits only.
    hostId: `${drawnText(BASE64_ALPHABET, 74, (index) => draws(16 + index))}${BASE64_ALPHABET[Math.floor(draws(90) * 16) * 4]}=`,
  };
}
