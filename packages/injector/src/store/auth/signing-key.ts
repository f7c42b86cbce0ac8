import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CredentialScope } from '../core/authorization.ts';

const CACHE_MAX = 1000;
const cache = new Map<string, Buffer>();

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The key of a day and region, derived from the secret; four HMACs, so kept. */
export function signingKey(secret: string, { date, region }: Omit<CredentialScope, 'accessKeyId'>): Buffer {
  const name = `${secret} ${date} ${region}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), 's3'), 'aws4_request');
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(name, key);
  return key;
}

export const sign = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text, 'latin1').digest('hex');

/** Header values arrive decoded as latin1; hashing them the same way restores the bytes that the client signed. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

/** Compares without telling by its duration how much was right. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
