import { createHash } from 'node:crypto';

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials carry a token, which must then be sent along. */
  readonly sessionToken?: string;
  /** Keys that name the same account share its buckets; by default each key is an account of its own. */
  readonly account?: string;
}

/** An account as S3 shows it. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  /** 64 hexadecimal digits, the owner's ID in listings and ACLs. */
  readonly canonicalId: string;
  readonly displayName: string;
}

const accounts = new Map<string, Account>();

/** The identity of an account, derived from its name so that it is the same in every run. */
export function accountOf(name: string): Account {
  const known = accounts.get(name);
  if (known !== undefined) return known;
  const canonicalId = createHash('sha256').update(name).digest('hex');
  const digits = BigInt(`0x${canonicalId.slice(0, 12)}`)
    .toString()
    .padStart(12, '0')
    .slice(-12);
  const account = { id: /^\d{12}$/.test(name) ? name : digits, canonicalId, displayName: name };
  accounts.set(name, account);
  return account;
}
