import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createXXHash128, createXXHash3, createXXHash64, type IHasher } from 'hash-wasm';
import type { ChecksumAlgorithm } from '../core/checksum.ts';
import { Crc } from './crc.ts';

/** A digest in the making. */
export interface Hasher {
  update(bytes: Buffer): void;
  /** Ends it; the hasher must not be used any more. */
  digest(): Buffer;
}

const IDLE_MAX = 64;

/** The package's hashers cost a compilation each: used ones go back here and serve again. */
class HasherPool {
  readonly #create: () => Promise<IHasher>;
  readonly #idle: IHasher[] = [];

  constructor(create: () => Promise<IHasher>) {
    this.#create = create;
  }

  take(): Hasher | Promise<Hasher> {
    const idle = this.#idle.pop();
    return idle === undefined ? this.#create().then((hasher) => this.#lend(hasher)) : this.#lend(idle);
  }

  #lend(hasher: IHasher): Hasher {
    hasher.init();
    return {
      update: (bytes) => void hasher.update(bytes),
      digest: () => {
        const digest = Buffer.from(hasher.digest('binary'));
        if (this.#idle.length < IDLE_MAX) this.#idle.push(hasher);
        return digest;
      },
    };
  }
}

let crc32c: Crc | undefined;
let crc64nvme: Crc | undefined;
const xxhash64 = new HasherPool(() => createXXHash64());
const xxhash3 = new HasherPool(() => createXXHash3());
const xxhash128 = new HasherPool(() => createXXHash128());

function nodeCrc32(): Hasher {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}

/** What OpenSSL computes. */
export type HashAlgorithm = 'MD5' | 'SHA1' | 'SHA256' | 'SHA512';

export function nodeHash(algorithm: HashAlgorithm): Hasher {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

/** Begins a digest; a promise only where a hasher has to be compiled first. */
export function createHasher(algorithm: ChecksumAlgorithm): Hasher | Promise<Hasher> {
  switch (algorithm) {
    case 'CRC32':
      return nodeCrc32();
    case 'CRC32C':
      crc32c ??= new Crc('CRC32C');
      return crc32c.begin();
    case 'CRC64NVME':
      crc64nvme ??= new Crc('CRC64NVME');
      return crc64nvme.begin();
    case 'XXHASH64':
      return xxhash64.take();
    case 'XXHASH3':
      return xxhash3.take();
    case 'XXHASH128':
      return xxhash128.take();
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
      return nodeHash(algorithm);
  }
}
