import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { CredentialScope } from '../core/authorization.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const CACHE_MAX = 1000;
const cache = new Map<string, SigningKey>();

/**
 * HMAC-SHA-256 (RFC 2104) under one key, whose pads are kept. Every request is signed once, and its text is short: to set
 * up node's Hmac takes several times as long as to hash.
 */
export class SigningKey {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** `key` is at most a block of SHA-256 long, 64 bytes. */
  constructor(key: Buffer) {
    this.#inner = Buffer.alloc(BLOCK_BYTES, 0x36);
    this.#outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
    for (const [index, byte] of key.entries()) {
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  /** The signature in lower-case hexadecimal digits. `text` stands for bytes, one a character. */
  sign(text: string): string {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + text.length);
    message.set(this.#inner);
    message.write(text, BLOCK_BYTES, 'latin1');
    this.#outer.write(hash('sha256', message), BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer);
  }
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The key of a day and region, derived from the secret; four HMACs, so kept. */
export function signingKey(secret: string, { date, region }: Omit<CredentialScope, 'accessKeyId'>): SigningKey {
  const name = `${secret} ${date} ${region}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const key = new SigningKey(hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), 's3'), 'aws4_request'));
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(name, key);
  return key;
}

/** Header values arrive decoded as latin1; hashing them the same way restores the bytes that the client signed. */
export const sha256Hex = (text: string): string => hash('sha256', Buffer.from(text, 'latin1'));

/** Compares without telling by its duration how much was right. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
