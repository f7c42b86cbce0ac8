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
import type { DigestThreads } from '../hashing/digest-threads.ts';
import type { Call } from '../http/call.ts';
import { digestBody, type BodyDigester } from './digest-body.ts';
import type { BodySink } from './request-body.ts';

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
  /** Where large bodies are hashed; without, on the main thread. */
  readonly threads?: DigestThreads | undefined;
}

/** S3 takes no more than this in one PUT. */
export const PUT_MAX_BYTES = 5 * 1024 ** 3;

/**
 * Reads a request's body to its end: takes the aws-chunked framing off, checks every digest, signature and length that the
 * client gave, and passes the bytes on. Flat in memory.
 * @throws S3Error in S3's words; the sink's content is then to be thrown away
 */
export async function receiveBody(call: Call, sink: BodySink, options: ReceiveOptions): Promise<ReceivedBody> {
  const plan = planBody(call, options);
  const algorithms = new Set<ChecksumAlgorithm>(['MD5', plan.algorithm]);
  if (plan.demand.kind !== 'none') algorithms.add(plan.demand.algorithm);
  if (call.payload.form.kind === 'sha256') algorithms.add('SHA256');
  const digester = await digestBody(algorithms, sink, plan.expected, options.threads);
  try {
    return await receiveInto(call, plan, digester, options.maxBytes);
  } catch (error) {
    digester.abandon();
    throw error;
  }
}

async function receiveInto(
  { headers, payload, body }: Call,
  plan: BodyPlan,
  digester: BodyDigester,
  maxBytes: number,
): Promise<ReceivedBody> {
  let size = 0;
  const take = (bytes: Buffer): Promise<void> | undefined => {
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    return digester.write(bytes);
  };
  const decoder = payload.form.kind === 'chunked' ? chunkDecoder(payload, take) : undefined;
  const reading = body.read(
    decoder === undefined ? { write: take, room: () => digester.room?.() } : { write: (bytes) => decoder.push(bytes) },
  );
  if (reading !== undefined) await reading;
  decoder?.end();
  if (plan.expected !== undefined && size !== plan.expected) throw new S3Error('IncompleteBody');
  const finished = digester.finish();
  const digests = finished instanceof Promise ? await finished : finished;
  const digestOf = (algorithm: ChecksumAlgorithm): Buffer => digests.get(algorithm) ?? Buffer.alloc(0);
  const md5 = digestOf('MD5');
  const sha256 = digestOf('SHA256').toString('hex');
  if (payload.form.kind === 'sha256' && sha256 !== payload.form.hex) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      details: { ClientComputedContentSHA256: payload.form.hex, S3ComputedContentSHA256: sha256 },
    });
  }
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && md5.toString('base64') !== contentMd5.trim()) {
    throw new S3Error('BadDigest', { message: 'The Content-MD5 you specified did not match what we received.' });
  }
  if (plan.demand.kind !== 'none') {
    checkDemand(plan.demand, digestOf(plan.demand.algorithm).toString('base64'), decoder?.trailers);
  }
  const value = digestOf(plan.algorithm).toString('base64');
  return { size, md5, checksum: { algorithm: plan.algorithm, value, type: 'FULL_OBJECT' } };
}

interface BodyPlan {
  /** Bytes of the decoded body, as far as the client has said. */
  readonly expected: number | undefined;
  readonly demand: ChecksumDemand;
  /** Of the checksum to keep. */
  readonly algorithm: ChecksumAlgorithm;
}

/** Checks what can be checked before the first byte. */
function planBody(call: Call, { maxBytes, keep }: ReceiveOptions): BodyPlan {
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
  return { expected, demand, algorithm: keep ?? sent ?? DEFAULT_ALGORITHM };
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

function chunkDecoder(payload: Call['payload'], take: BodySink['write']): BodyDecoder {
  const trailers = new Map<string, string>();
  const signer = payload.chunks;
  let pending: Promise<void> | undefined;
  let lines = '';
  const decoder = new AwsChunkedDecoder({
    data: (bytes) => {
      signer?.update(bytes);
      const buffer = asBuffer(bytes);
      const written = take(buffer);
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
  demand: Exclude<ChecksumDemand, { readonly kind: 'none' }>,
  computed: string,
  trailers: ReadonlyMap<string, string> | undefined,
): void {
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
