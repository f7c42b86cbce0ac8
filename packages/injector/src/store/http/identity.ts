import type { ReplyIdentity } from './respond.ts';

/** Makes request ids in S3's form: 16 characters, and a host id of 76 in base64. Unique by a counter, not by luck. */
export function createIdentities(newId: (length: number) => string): () => ReplyIdentity {
  const prefix = newId(8)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, 'X');
  const host = Buffer.from(newId(48)).toString('base64').slice(0, 64);
  let count = 0;
  return () => {
    count += 1;
    const serial = count.toString(36).toUpperCase().padStart(8, '0');
    return { requestId: prefix + serial, hostId: `${host}${serial}+/A=`.slice(0, 76) };
  };
}
