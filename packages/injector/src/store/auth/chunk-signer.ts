import { createHash, type Hash } from 'node:crypto';
import { S3Error } from '../core/s3-error.ts';
import { sameSignature, sha256Hex, type SigningKey } from './signing-key.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Follows the chain of signatures through a signed aws-chunked body: each chunk signs its own bytes and its forerunner. */
export class ChunkSigner {
  readonly #key: SigningKey;
  readonly #amzDate: string;
  readonly #scope: string;
  #previous: string;
  #hash: Hash = createHash('sha256');

  constructor(key: SigningKey, amzDate: string, scope: string, seedSignature: string) {
    this.#key = key;
    this.#amzDate = amzDate;
    this.#scope = scope;
    this.#previous = seedSignature;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** @throws S3Error SignatureDoesNotMatch */
  endChunk(signature: string | undefined): void {
    check(this.signChunk(), signature);
  }

  /** `lines` are the trailing headers as `name:value\n` each. @throws S3Error SignatureDoesNotMatch */
  endTrailer(lines: string, signature: string | undefined): void {
    check(this.signTrailer(lines), signature);
  }

  /** The signature of the chunk whose bytes have been given. */
  signChunk(): string {
    const hash = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    return this.#sign('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${hash}`);
  }

  /** The signature of the trailing headers. */
  signTrailer(lines: string): string {
    return this.#sign('AWS4-HMAC-SHA256-TRAILER', sha256Hex(lines));
  }

  #sign(algorithm: string, rest: string): string {
    const text = `${algorithm}\n${this.#amzDate}\n${this.#scope}\n${this.#previous}\n${rest}`;
    this.#previous = this.#key.sign(text);
    return this.#previous;
  }
}

function check(expected: string, signature: string | undefined): void {
  if (signature === undefined || !sameSignature(signature, expected)) throw new S3Error('SignatureDoesNotMatch');
}
