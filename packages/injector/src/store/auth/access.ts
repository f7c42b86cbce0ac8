import { S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';

/** Lets the owner of a bucket in, and others as far as its canned ACL says. @throws S3Error AccessDenied */
export function checkAccess(call: Call, services: Services): void {
  const bucket = call.bucket === '' ? undefined : services.catalog.bucket(call.bucket);
  const account = call.caller.kind === 'account' ? call.caller.account : undefined;
  if (bucket === undefined) {
    if (account === undefined) throw new S3Error('AccessDenied');
    return;
  }
  if (account === bucket.terms.owner || call.operation === 'CreateBucket') return;
  throw new S3Error('AccessDenied');
}
