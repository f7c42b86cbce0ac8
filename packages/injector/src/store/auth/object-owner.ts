import type { Bucket } from '../catalog/bucket.ts';
import type { ObjectVersion } from '../catalog/object-version.ts';
import { ownerOfUpload, ownershipOf, type Ownership } from '../core/ownership.ts';
import type { Call } from '../http/call.ts';

/** Undefined where the bucket has no ownership controls: its owner then owns all, and ACLs count. */
export const ownershipIn = (bucket: Bucket): Ownership | undefined =>
  ownershipOf(bucket.configurations.get('ownership'));

/** The account whose a new object will be. What the anonymous write is the bucket owner's. */
export const ownerOfNew = ({ caller, headers }: Pick<Call, 'caller' | 'headers'>, bucket: Bucket): string =>
  ownerOfUpload(ownershipIn(bucket), {
    writer: caller.kind === 'account' ? caller.account : bucket.terms.owner,
    bucketOwner: bucket.terms.owner,
    cannedAcl: headers['x-amz-acl'],
  });

/** The account whose an object is: a bucket that enforces its owner takes what others own in it. */
export const ownerOfObject = (version: Pick<ObjectVersion, 'owner'>, bucket: Bucket): string =>
  ownershipIn(bucket) === 'BucketOwnerEnforced' ? bucket.terms.owner : version.owner;
