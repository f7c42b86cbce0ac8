import { createCipheriv, createHash } from 'node:crypto';

/** The bytes of a ledger entry: random to look at, the same for the same seed and id. */
export function entryBody(seed: string, id: string, bytes: number): Buffer {
  const key = createHash('sha256').update(`${seed}\0${id}`).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
