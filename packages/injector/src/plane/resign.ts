import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { isIP } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { hostAddress, splitTarget } from '../core/s3-address.ts';
import { authenticate } from '../store/auth/authenticate.ts';
import { ChunkSigner } from '../store/auth/chunk-signer.ts';
import { signingKey } from '../store/auth/signing-key.ts';
import { normalizedPath } from '../store/core/canonical-request.ts';
import { parseQuery, percentDecode } from '../store/core/query.ts';
import { S3Error } from '../store/core/s3-error.ts';
import type { KeyProvider, UserKeys } from './owner-check.ts';
import { ChunkResigner, type RewrittenBody } from './resign-chunks.ts';

/** A request's head as it goes out. */
export interface Head {
  readonly target: string;
  /** Name, value, name, value, and so on. */
  readonly headers: readonly string[];
}

/** A request as it goes out under another signature. */
export interface Resigned extends Head {
  /** Null where the body goes out as it comes. */
  readonly body: RewrittenBody | null;
}

export interface Signing {
  readonly region: string;
  /** Of the upstream; a port only where it is not the scheme's own. */
  readonly host: string;
  /** The user's. */
  readonly keys: KeyProvider;
  /** Other keys that clients of the endpoint may sign with, so that an app need not have the user's. */
  readonly accepts: readonly UserKeys[];
}

type Source = string | ArrayBuffer | ArrayBufferView;

function bytesOf(source: Source): string | Uint8Array {
  if (typeof source === 'string') return source;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** SHA-256 in the shape that the AWS signer asks for. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Source): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a digest is taken once');
  }
}

const signatureParameter =
  /^(?:x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)|awsaccesskeyid|signature|expires)$/i;
const signatureHeader = /^(?:host|authorization|x-amz-date|x-amz-security-token|x-amz-content-sha256)$/i;
/** Node hands header bytes over as latin1; the signer hashes text as UTF-8. */
const asSent = (value: string): string => Buffer.from(value, 'latin1').toString('utf8');

function lowerCased(headers: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const before = values.get(name);
    const value = headers[index + 1] ?? '';
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** The query without what a presigned URL has signed it with. */
const unsigned = (query: string): string =>
  query
    .split('&')
    .filter((pair) => !signatureParameter.test(pair.split('=', 1)[0] ?? ''))
    .join('&');

/** The query as the signer wants it: decoded, every value of each name. */
function queryBag(query: string): Record<string, string[]> {
  const bag = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=').map((part) => percentDecode(part) ?? part);
    bag.set(name, [...(bag.get(name) ?? []), value.join('=')]);
  }
  return Object.fromEntries(bag);
}

/**
 * Signs a client's request anew, for the upstream's host and with the user's keys, once the client has proved that it
 * holds keys that are accepted: a page in a browser can reach a loopback port too. What is not signed goes out unsigned.
 * The body stays as it is, but for the signatures of chunks that are signed one by one.
 * @param sent the head as it came, without the headers of its connection
 * @throws {S3Error} in S3's words, where the signature is wrong
 */
export async function resign(method: string, sent: Head, { region, host, keys, accepts }: Signing): Promise<Resigned> {
  const { path, query } = splitTarget(sent.target);
  const headers = lowerCased(sent.headers);
  const decodedQuery = parseQuery(query);
  if (decodedQuery === undefined) throw new S3Error('InvalidURI');
  const { bucket } = hostAddress(headers['host'] ?? '');
  const user = await keys();
  const known = [...accepts, user].map(
    ({ accessKeyId, secretAccessKey, sessionToken }) =>
      [accessKeyId, { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }] as const,
  );
  const { caller, payload } = authenticate(
    { method, path, rawQuery: query, query: decodedQuery, headers, bucket: bucket ?? '', isHosted: bucket !== null },
    new Map(known),
    region,
    Date.now(),
  );
  // Where the upstream is an address no name can stand before it.
  const name = host.replace(/:\d+$/, '');
  const upstreamHost = bucket === null ? host : isIP(name) === 0 ? `${bucket}.${host}` : (headers['host'] ?? host);
  const others = sent.headers.filter((_, index) => !signatureHeader.test(sent.headers[index - (index % 2)] ?? ''));
  if (caller.kind === 'anonymous') {
    return { target: sent.target, headers: ['Host', upstreamHost, ...others], body: null };
  }
  const hash = headers['x-amz-content-sha256'] ?? decodedQuery.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  const plain = unsigned(query);
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: user,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const toSign = Object.entries(lowerCased(others)).map(([key, value]) => [key, asSent(value)] as const);
  const signed = await signer.sign({
    method,
    protocol: 'https:',
    hostname: name,
    path: normalizedPath(path),
    query: queryBag(plain),
    headers: { ...Object.fromEntries(toSign), host: upstreamHost, 'x-amz-content-sha256': hash },
  });
  const added = ['authorization', 'x-amz-date', 'x-amz-security-token'].flatMap((key) => {
    const value = signed.headers[key];
    return value === undefined ? [] : [key, value];
  });
  return {
    target: plain === '' ? path : `${path}?${plain}`,
    headers: ['Host', upstreamHost, ...others, 'x-amz-content-sha256', hash, ...added],
    body: payload.chunks === undefined ? null : new ChunkResigner(payload.chunks, chunkSignerOf(signed.headers, user)),
  };
}

const signatureParts = /Credential=[^/]+\/((\d{8})\/([^/]+)\/s3\/aws4_request),.*Signature=([\da-f]{64})$/;

/** Begins the chain of chunk signatures where a signed head ends. */
function chunkSignerOf(headers: Readonly<Record<string, string>>, { secretAccessKey }: UserKeys): ChunkSigner {
  const [, scope = '', date = '', region = '', seed = ''] = signatureParts.exec(headers['authorization'] ?? '') ?? [];
  return new ChunkSigner(signingKey(secretAccessKey, { date, region }), headers['x-amz-date'] ?? '', scope, seed);
}
