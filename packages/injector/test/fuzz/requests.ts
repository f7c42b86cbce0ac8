import * as fc from 'fast-check';

/** A request as bytes. */
export interface FuzzedRequest {
  readonly method: string;
  /** In origin form. */
  readonly target: string;
  readonly host: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly framing: Framing;
  /** Where the bytes are cut into pieces on their way, as shares of their length. */
  readonly cuts: readonly number[];
}

type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly body: Uint8Array }
  | { readonly kind: 'chunked'; readonly chunks: readonly Uint8Array[]; readonly trailer: string | null };

const piece = fc.uint8Array({ minLength: 1, maxLength: 300 });
const awsChunk = piece.map((bytes) => {
  const head = Buffer.from(`${bytes.length.toString(16)};chunk-signature=${'ab'.repeat(32)}\r\n`);
  return Buffer.concat([head, bytes, Buffer.from('\r\n')]);
});
const awsChunked = fc
  .array(awsChunk, { maxLength: 4 })
  .map((chunks) => Buffer.concat([...chunks, Buffer.from(`0;chunk-signature=${'cd'.repeat(32)}\r\n\r\n`)]));

const framing: fc.Arbitrary<Framing> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.oneof(piece, awsChunked, fc.uint8Array({ size: 'large', maxLength: 70_000 })).map((body) => ({
    kind: 'length' as const,
    body,
  })),
  fc.record({
    kind: fc.constant('chunked' as const),
    chunks: fc.array(fc.oneof(piece, awsChunked), { maxLength: 5 }),
    trailer: fc.option(fc.stringMatching(/^[\w+/=]{1,20}$/)),
  }),
);

/** Everything that a request line may carry, and what is often got wrong. */
const segment = fc.oneof(
  fc.stringMatching(/^[!-~]{0,12}$/).map((text) => text.replaceAll(/[?#]/g, '-')),
  fc.constantFrom(
    '.',
    '..',
    '',
    '%2e%2e',
    '%2F',
    '%',
    '%zz',
    '%ff',
    'a%20b',
    'ü',
    '\u00e9',
    '\\',
    "'",
    '{}',
    '+',
    'bucket',
  ),
);
const target = fc
  .record({
    path: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
    query: fc.option(
      fc.oneof(
        fc.stringMatching(/^[!-~]{0,30}$/).map((text) => text.replaceAll('#', '-')),
        fc.constantFrom(
          'uploads',
          'list-type=2&prefix=%ff',
          'delete',
          'uploadId=1&partNumber=1',
          'versionId=null',
          'X-Amz-Credential=A%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0',
          'x-id=GetObject',
          'constructor&__proto__=1',
        ),
      ),
    ),
  })
  .map(({ path, query }) => (query === null ? path : `${path}?${query}`));

const headerName = fc.oneof(
  fc.stringMatching(/^x-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,10}$/),
  fc.constantFrom(
    'Authorization',
    'Range',
    'If-None-Match',
    'x-amz-copy-source',
    'amz-sdk-invocation-id',
    'amz-sdk-request',
    'x-amz-content-sha256',
    'x-amz-decoded-content-length',
    'Content-Encoding',
    'User-Agent',
    'Keep-Alive',
    'Proxy-Connection',
    'x-constructor',
    'X-AMZ-META-a',
  ),
);
const headerValue = fc.oneof(
  fc.stringMatching(/^[ -~\u0080-\u00ff]{0,40}$/).map((text) => text.trim()),
  fc.constantFrom(
    'attempt=99999999999999999999; max=3',
    'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
    'AWS A:B',
    'bytes=0-',
    'aws-chunked',
    '/bucket/key?versionId=1',
  ),
);
const host = fc.oneof(
  fc.constantFrom(
    'h',
    '127.0.0.1',
    'bucket.s3.us-east-1.amazonaws.com',
    'b.localhost:80',
    '[::1]:9',
    'S3.AMAZONAWS.COM',
    '',
  ),
  fc.stringMatching(/^[!-~]{0,20}$/),
);

export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'PUT', 'PUT', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'),
  target,
  host,
  headers: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.tuple(headerName, headerValue) },
      { weight: 1, arbitrary: fc.constant(['Expect', '100-continue'] as const) },
    ),
    { maxLength: 6 },
  ),
  framing,
  cuts: fc.oneof(fc.constant([]), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 })),
});

/** Requests as SDKs send them, with keys and headers that are often got wrong: the head in one piece, a body of known length. */
export const ordinaryRequest: fc.Arbitrary<FuzzedRequest> = fuzzedRequest.map((drawn) => {
  const { target: asked, headers, framing: framed, cuts } = drawn;
  const hasBody = framed.kind === 'length';
  const isRead = asked.length % 2 === 0;
  return {
    method: hasBody ? (isRead ? 'POST' : 'PUT') : isRead ? 'GET' : asked.length % 3 === 0 ? 'HEAD' : 'DELETE',
    target: asked,
    host: 'h',
    headers: headers.filter(([name]) => !/^(?:expect|proxy-connection)$/i.test(name)),
    framing: hasBody ? framed : { kind: 'none' },
    cuts: hasBody && framed.body.length > 10_000 ? cuts.map((share) => (1 + share) / 2) : [],
  };
});

function bodyOf(framed: Framing): Buffer {
  switch (framed.kind) {
    case 'none':
      return Buffer.alloc(0);
    case 'length':
      return Buffer.from(framed.body);
    case 'chunked': {
      const chunks = framed.chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n']);
      const trailer = framed.trailer === null ? '' : `x-amz-checksum-crc32: ${framed.trailer}\r\n`;
      return Buffer.concat([...chunks, '0\r\n', trailer, '\r\n'].map((part) => Buffer.from(part)));
    }
  }
}

/** The bytes of a request, in the pieces that they are sent in. @param prefix stands before the target: a proxy's is absolute */
export function bytesOf(request: FuzzedRequest, prefix = '', place = request.host): readonly Buffer[] {
  const { method, target: asked, headers, framing: framed, cuts } = request;
  const frame =
    framed.kind === 'length'
      ? [`Content-Length: ${framed.body.length}`]
      : framed.kind === 'chunked'
        ? ['Transfer-Encoding: chunked', ...(framed.trailer === null ? [] : ['Trailer: x-amz-checksum-crc32'])]
        : [];
  const lines = [
    `${method} ${prefix}${asked} HTTP/1.1`,
    `Host: ${place}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...frame,
    'Connection: close',
    '',
    '',
  ];
  const bytes = Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), bodyOf(framed)]);
  const at = [0, ...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}
