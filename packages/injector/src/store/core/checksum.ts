import { S3Error } from './s3-error.ts';

/** The checksums that S3 keeps with an object: header suffix and length in bytes. */
const table = {
  CRC32: { header: 'x-amz-checksum-crc32', bytes: 4, element: 'ChecksumCRC32' },
  CRC32C: { header: 'x-amz-checksum-crc32c', bytes: 4, element: 'ChecksumCRC32C' },
  CRC64NVME: { header: 'x-amz-checksum-crc64nvme', bytes: 8, element: 'ChecksumCRC64NVME' },
  SHA1: { header: 'x-amz-checksum-sha1', bytes: 20, element: 'ChecksumSHA1' },
  SHA256: { header: 'x-amz-checksum-sha256', bytes: 32, element: 'ChecksumSHA256' },
  SHA512: { header: 'x-amz-checksum-sha512', bytes: 64, element: 'ChecksumSHA512' },
  MD5: { header: 'x-amz-checksum-md5', bytes: 16, element: 'ChecksumMD5' },
  XXHASH64: { header: 'x-amz-checksum-xxhash64', bytes: 8, element: 'ChecksumXXHASH64' },
  XXHASH3: { header: 'x-amz-checksum-xxhash3', bytes: 8, element: 'ChecksumXXHASH3' },
  XXHASH128: { header: 'x-amz-checksum-xxhash128', bytes: 16, element: 'ChecksumXXHASH128' },
} as const;

export type ChecksumAlgorithm = keyof typeof table;
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** What S3 computes of its own accord where the client names none. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite checksum with `-N`, the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

const isAlgorithm = (name: string): name is ChecksumAlgorithm => Object.hasOwn(table, name);
const checksumAlgorithms: readonly ChecksumAlgorithm[] = Object.keys(table).filter(isAlgorithm);
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => table[algorithm].header;
export const checksumElement = (algorithm: ChecksumAlgorithm): string => table[algorithm].element;

const byHeader: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  checksumAlgorithms.map((algorithm) => [table[algorithm].header, algorithm]),
);

/** CRCs of parts can be combined into the CRC of the whole; no other digest can. */
export const canCombine = (algorithm: ChecksumAlgorithm): algorithm is 'CRC32' | 'CRC32C' | 'CRC64NVME' =>
  algorithm === 'CRC32' || algorithm === 'CRC32C' || algorithm === 'CRC64NVME';

/** Reads an algorithm's name as clients write it. @throws S3Error InvalidRequest for a name that S3 does not know. */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const upper = name.toUpperCase();
  if (!isAlgorithm(upper)) {
    throw new S3Error('InvalidRequest', {
      message: `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${checksumAlgorithms.join(', ')}]`,
    });
  }
  return upper;
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Whether the text is base64 of that many bytes. */
export function isBase64Of(text: string, bytes: number): boolean {
  return base64.test(text) && text.length % 4 === 0 && (text.length / 4) * 3 - (text.split('=').length - 1) === bytes;
}

export type ChecksumDemand =
  | { readonly kind: 'none' }
  /** Given beforehand, in a header. */
  | { readonly kind: 'header'; readonly algorithm: ChecksumAlgorithm; readonly value: string }
  /** Promised for the end of the body. */
  | { readonly kind: 'trailer'; readonly algorithm: ChecksumAlgorithm };

/**
 * Finds the checksum that a client sent, or promised, for a body. Only headers count: SDKs leave a checksum of an empty
 * body in the query of presigned uploads, and S3 ignores it.
 * @throws S3Error InvalidRequest where there are two, or one that is malformed.
 */
export function readChecksumDemand(headers: Readonly<Record<string, string | undefined>>): ChecksumDemand {
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase();
  const given = checksumAlgorithms.filter((algorithm) => headers[table[algorithm].header] !== undefined);
  const promised = trailer === undefined ? undefined : byHeader.get(trailer);
  if (given.length + (promised === undefined ? 0 : 1) > 1) {
    throw new S3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  if (trailer !== undefined && promised === undefined && trailer.startsWith('x-amz-checksum-')) {
    throw new S3Error('InvalidRequest', {
      message: 'The value specified in the x-amz-trailer header is not supported',
    });
  }
  if (promised !== undefined) return { kind: 'trailer', algorithm: promised };
  const [algorithm] = given;
  if (algorithm === undefined) return { kind: 'none' };
  const value = headers[table[algorithm].header]?.trim() ?? '';
  if (!isBase64Of(value, table[algorithm].bytes)) {
    throw new S3Error('InvalidRequest', { message: `Value for ${table[algorithm].header} header is invalid.` });
  }
  return { kind: 'header', algorithm, value };
}

/**
 * The type of a multipart upload's checksum. Without a wish: full object where CRC64NVME, else composite.
 * @throws S3Error InvalidRequest for a type that the algorithm cannot have.
 */
export function readChecksumType(wish: string | undefined, algorithm: ChecksumAlgorithm): ChecksumType {
  if (wish === undefined) return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = wish.toUpperCase();
  const possible =
    (type === 'FULL_OBJECT' && canCombine(algorithm)) || (type === 'COMPOSITE' && algorithm !== 'CRC64NVME');
  if (!possible || (type !== 'FULL_OBJECT' && type !== 'COMPOSITE')) {
    throw new S3Error('InvalidRequest', {
      message: `The ${wish} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return type;
}
