import { AwsChunkedDecoder } from '../core/aws-chunked.ts';
import {
  checksumHeader,
  DEFAULT_ALGORITHM,
  isBase64Of,
  readChecksumDemand,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumDemand,
} from '../core/checksum.ts';
import { S3Error } from '../core/s3-error.ts';
import { createHasher, nodeHash, type Hasher } from '../hashing/hasher.ts';
import type { Call } from '../http/call.ts';
import { pump } from './pump.ts';

/** A body's bytes, taken in order. A returned promise means: send no more until it is settled. */
export interface BodySink {
  write(bytes: Buffer): Promise<void> | undefined;
}

export interface ReceivedBody {
  readonly size: number;
  /** Of the decoded bytes. */
  readonly md5: Buffer;
  readonly checksum: Checksum;
}

export interface ReceiveOptions {
  /** Bytes; a longer body is refused. */
  readonly maxBytes: number;
  /** The checksum to keep; by default the one that the client sends, or else CRC64NVME. */
  readonly keep?: ChecksumAlgorithm | undefined;
}

/** S3 takes no more than this in one PUT. */
export const PUT_MAX_BYTES = 5 * 1024 ** 3;

/**
 * Reads a request's body to its end: takes the aws-chunked framing off, checks every digest, signature and length that the
 * client gave, and passes the bytes on. Flat in memory.
 * @throws S3Error in S3's words; the sink's content is then to be thrown away
 */
export async function receiveBody(call: Call, sink: BodySink, options: ReceiveOptions): Promise<ReceivedBody> {
  const plan = await planBody(call, options);
  const { headers, payload, body } = call;
  const decoder = payload.form.kind === 'chunked' ? chunkDecoder(call, plan, sink) : undefined;
  body.begin();
  await pump(body, (bytes) => {
    if (decoder !== undefined) return decoder.push(bytes);
    return plan.take(bytes, sink);
  });
  decoder?.end();
  if (plan.expected !== undefined && plan.size() !== plan.expected) throw new S3Error('IncompleteBody');
  const sha256 = plan.sha256?.digest().toString('hex');
  if (sha256 !== undefined && payload.form.kind === 'sha256' && sha256 !== payload.form.hex) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      details: { ClientComputedContentSHA256: payload.form.hex, S3ComputedContentSHA256: sha256 },
    });
  }
  const md5 = plan.md5.digest();
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && md5.toString('base64') !== contentMd5.trim()) {
    throw new S3Error('BadDigest', { message: 'The Content-MD5 you specified did not match what we received.' });
  }
  const value = plan.hasher.digest().toString('base64');
  checkDemand(plan.demand, plan.demanded?.digest().toString('base64') ?? value, decoder?.trailers);
  return { size: plan.size(), md5, checksum: { algorithm: plan.algorithm, value, type: 'FULL_OBJECT' } };
}

interface BodyPlan {
  readonly expected: number | undefined;
  readonly demand: ChecksumDemand;
  readonly algorithm: ChecksumAlgorithm;
  readonly hasher: Hasher;
  /** Checks what the client sent, where that is another algorithm than the one to keep. */
  readonly demanded: Hasher | undefined;
  readonly md5: Hasher;
  readonly sha256: Hasher | undefined;
  /** Bytes taken so far. */
  readonly size: () => number;
  readonly take: (bytes: Buffer, sink: BodySink) => Promise<void> | undefined;
}

/** Checks what can be checked before the first byte. */
async function planBody(call: Call, { maxBytes, keep }: ReceiveOptions): Promise<BodyPlan> {
  const { headers, payload } = call;
  const expected = expectedLength(call);
  if (expected !== undefined && expected > maxBytes) throw tooLarge(expected, maxBytes);
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && !isBase64Of(contentMd5.trim(), 16)) throw new S3Error('InvalidDigest');
  const demand = readChecksumDemand(headers);
  if (demand.kind === 'trailer' && !(payload.form.kind === 'chunked' && payload.form.trailer)) {
    throw new S3Error('MalformedTrailerError');
  }
  if (demand.kind === 'none' && headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw new S3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  const sent = demand.kind === 'none' ? undefined : demand.algorithm;
  const algorithm = keep ?? sent ?? DEFAULT_ALGORITHM;
  const hasher = await createHasher(algorithm);
  const demanded = sent === undefined || sent === algorithm ? undefined : await createHasher(sent);
  const md5 = nodeHash('md5');
  const sha256 = payload.form.kind === 'sha256' ? nodeHash('sha256') : undefined;
  let size = 0;
  return {
    expected,
    demand,
    algorithm,
    hasher,
    demanded,
    md5,
    sha256,
    size: () => size,
    take: (bytes, sink) => {
      size += bytes.length;
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      md5.update(bytes);
      hasher.update(bytes);
      demanded?.update(bytes);
      sha256?.update(bytes);
      return sink.write(bytes);
    },
  };
}

const tooLarge = (size: number, maxBytes: number): S3Error =>
  new S3Error('EntityTooLarge', { details: { ProposedSize: String(size), MaxSizeAllowed: String(maxBytes) } });

/** The length of the decoded body, as far as the client has said. */
function expectedLength({ headers, payload }: Call): number | undefined {
  const name = payload.form.kind === 'chunked' ? 'x-amz-decoded-content-length' : 'content-length';
  const value = headers[name];
  if (value !== undefined) {
    if (!/^\d+$/.test(value))
      throw new S3Error('InvalidArgument', { details: { ArgumentName: name, ArgumentValue: value } });
    return Number(value);
  }
  if (payload.form.kind !== 'chunked' && headers['transfer-encoding'] === undefined) {
    throw new S3Error('MissingContentLength');
  }
  return undefined;
}

interface BodyDecoder {
  readonly trailers: ReadonlyMap<string, string>;
  push(bytes: Buffer): Promise<void> | undefined;
  end(): void;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function chunkDecoder({ payload }: Call, plan: BodyPlan, sink: BodySink): BodyDecoder {
  const trailers = new Map<string, string>();
  const signer = payload.chunks;
  let pending: Promise<void> | undefined;
  let lines = '';
  const decoder = new AwsChunkedDecoder({
    data: (bytes) => {
      signer?.update(bytes);
      const buffer = asBuffer(bytes);
      const written = plan.take(buffer, sink);
      // One network read may hold several chunks; writes are done in order, so the last one is the one to wait for.
      if (written !== undefined) pending = written;
    },
    chunkEnd: (signature) => signer?.endChunk(signature),
    trailer: (name, value) => {
      trailers.set(name, value);
      if (name !== 'x-amz-trailer-signature') lines += `${name}:${value}\n`;
    },
  });
  return {
    trailers,
    push: (bytes) => {
      decoder.push(bytes);
      const wait = pending;
      pending = undefined;
      return wait;
    },
    end: () => {
      decoder.end();
      const trailer = payload.form.kind === 'chunked' && payload.form.trailer;
      if (trailer && signer !== undefined) signer.endTrailer(lines, trailers.get('x-amz-trailer-signature'));
    },
  };
}

function checkDemand(
  demand: ChecksumDemand,
  computed: string,
  trailers: ReadonlyMap<string, string> | undefined,
): void {
  if (demand.kind === 'none') return;
  const header = checksumHeader(demand.algorithm);
  const given = demand.kind === 'header' ? demand.value : trailers?.get(header);
  if (given === undefined) throw new S3Error('MalformedTrailerError');
  if (!isBase64Of(given, Buffer.from(computed, 'base64').length)) {
    throw new S3Error('InvalidRequest', { message: `Value for ${header} trailing header is invalid.` });
  }
  if (given !== computed) {
    throw new S3Error('BadDigest', {
      message: `The ${demand.algorithm} you specified did not match the calculated checksum.`,
    });
  }
}
