import { z } from 'zod';
import type { Exchange } from './exchange.ts';
import { headerOf, type RawHeaders } from './headers.ts';
import { splitTarget } from './s3-address.ts';

/** What of an S3 that is not on this machine may be touched. Both given, both must allow it. */
export const armingSchema = z.strictObject({
  /** Bucket names; null is any bucket of the account. */
  buckets: z.array(z.string().min(1)).min(1).nullable(),
  /** Twelve digits: only buckets that this account owns, as S3 itself says; null does not ask. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .nullable(),
});
/** Which buckets of an S3 elsewhere may be reached. */
export type Arming = z.infer<typeof armingSchema>;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The buckets that a request touches: its own, and the one that it copies from. */
export function bucketsOf({ bucket }: Pick<Exchange, 'bucket'>, headers: RawHeaders): readonly string[] {
  const source = headerOf(headers, 'x-amz-copy-source');
  const from = source === undefined ? [] : [splitTarget(decoded(source)).path.slice(1).split('/', 1)[0] ?? ''];
  return bucket === null ? from : [bucket, ...from];
}

/** Why the names alone forbid a request; null where they do not. */
export function forbidden({ buckets }: Arming, touched: readonly string[]): string | null {
  if (touched.length === 0) return 'Gameday is armed for buckets, and this request names none';
  if (buckets === null) return null;
  const stranger = touched.find((bucket) => !buckets.includes(bucket));
  return stranger === undefined ? null : `Gameday is not armed for bucket ${stranger}, only for ${buckets.join(', ')}`;
}

/** Whether a URL leads to this machine and no other. */
export function isLoopback({ hostname }: { readonly hostname: string }): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
