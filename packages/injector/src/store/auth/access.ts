import type { Bucket } from '../catalog/bucket.ts';
import { aclAllows, type Acl } from '../core/acl.ts';
import { requirements } from '../core/permission.ts';
import { judgePolicy, readPolicy, type BucketPolicy } from '../core/policy.ts';
import { S3Error } from '../core/s3-error.ts';
import { tagsFromHeader } from '../core/tags.ts';
import { publicAccessBlockOf } from '../core/public-access-block.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';
import { accountOf } from './account.ts';
import { ownerOfObject, ownershipIn } from './object-owner.ts';

/** Operations that say themselves who may do them. */
const open: ReadonlySet<string> = new Set(['CreateBucket', 'PostObject', 'Preflight', 'DeleteObjects']);

/** Lets a caller do what the call asks for, or not. @throws S3Error AccessDenied */
export function checkAccess(call: Call, services: Services): void {
  checkExpectedOwner(call, services);
  if (call.bucket === '') {
    if (call.caller.kind === 'anonymous') throw new S3Error('AccessDenied');
    return;
  }
  const bucket = services.catalog.bucket(call.bucket);
  // What is not there is told by the operation itself.
  if (bucket === undefined || open.has(call.operation)) return;
  if (!mayAccess(call, bucket)) throw new S3Error('AccessDenied');
}

function checkExpectedOwner(call: Call, services: Services): void {
  const expected = call.headers['x-amz-expected-bucket-owner'];
  const bucket = services.catalog.bucket(call.bucket);
  if (expected === undefined || bucket === undefined) return;
  if (expected !== accountOf(bucket.terms.owner).id) throw new S3Error('AccessDenied');
}

/**
 * Whether the caller may do something in a bucket: denied where its policy denies, allowed where policy, ownership or ACL
 * allow. Key and operation are the call's own unless named.
 */
export function mayAccess(
  call: Call,
  bucket: Bucket,
  {
    operation = call.operation,
    key = call.key,
    versionId = call.query.get('versionId'),
    prefix = call.query.get('prefix'),
  }: Partial<Pick<Call, 'operation' | 'key'> & Pick<AccessContext, 'versionId' | 'prefix'>> = {},
): boolean {
  const { action, versioned, acl } = requirements[operation];
  const who = call.caller.kind === 'account' ? accountOf(call.caller.account) : undefined;
  const block = publicAccessBlockOf(bucket.configurations.get('public-access-block'));
  const policy = policyOf(bucket);
  const verdict =
    policy === undefined
      ? 'silent'
      : judgePolicy(policy, {
          principal: who === undefined ? undefined : { accountId: who.id, canonicalId: who.canonicalId },
          action: versionId !== undefined && versioned !== undefined ? versioned : action,
          resource: key === '' ? bucket.terms.name : `${bucket.terms.name}/${key}`,
          context: contextOf(call, bucket, { key, versionId, prefix }),
        });
  const isOwner = who !== undefined && who.displayName === bucket.terms.owner;
  // The owner can always mend a policy that shuts everybody out.
  if (verdict === 'deny') return isOwner && operation.endsWith('BucketPolicy');
  const allowed = isOwner || (verdict === 'allow' && !block.restrictPublicBuckets);
  if (acl === undefined) return allowed;
  const granted = (grants: Acl = []): boolean =>
    ownershipIn(bucket) !== 'BucketOwnerEnforced' &&
    aclAllows(grants, who?.canonicalId, acl.permission, { ignorePublic: block.ignorePublicAcls });
  if (acl.on === 'bucket') return allowed || granted(bucket.acl);
  const version = versionId === undefined ? bucket.newest(key) : bucket.version(key, versionId);
  // Only who may list a bucket may learn that a key is not there.
  if (version?.kind !== 'object') {
    return mayAccess(call, bucket, { operation: 'ListObjectsV2', key: '', prefix: key });
  }
  const owner = ownerOfObject(version, bucket);
  // The bucket's owner and policy have a say only in what belongs to that owner.
  return owner === who?.displayName || (allowed && owner === bucket.terms.owner) || granted(version.acl);
}

const policies = new WeakMap<Bucket, { readonly text: string; readonly policy: BucketPolicy }>();

function policyOf(bucket: Bucket): BucketPolicy | undefined {
  const text = bucket.configurations.get('policy');
  if (text === undefined) return undefined;
  const known = policies.get(bucket);
  if (known?.text === text) return known.policy;
  const policy = readPolicy(text, bucket.terms.name);
  policies.set(bucket, { text, policy });
  return policy;
}

interface AccessContext {
  readonly key: string;
  readonly versionId: string | undefined;
  /** Of a listing. */
  readonly prefix: string | undefined;
}

function contextOf(call: Call, bucket: Bucket, { key, versionId, prefix }: AccessContext): ReadonlyMap<string, string> {
  const context = new Map<string, string>([
    ['aws:sourceip', call.remoteAddress],
    ['aws:securetransport', 'false'],
  ]);
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined) context.set(name, value);
  };
  put('aws:useragent', call.headers['user-agent']);
  put('aws:referer', call.headers['referer']);
  put('s3:prefix', prefix);
  for (const name of ['delimiter', 'max-keys']) put(`s3:${name}`, call.query.get(name));
  put('s3:versionid', versionId);
  for (const [name, value] of Object.entries(call.headers)) {
    if (name.startsWith('x-amz-')) put(`s3:${name}`, value);
  }
  const version =
    key === '' ? undefined : versionId === undefined ? bucket.newest(key) : bucket.version(key, versionId);
  for (const tag of version?.kind === 'object' ? (version.tags ?? []) : []) {
    put(`s3:existingobjecttag/${tag.key.toLowerCase()}`, tag.value);
  }
  for (const tag of tagsFromHeader(call.headers['x-amz-tagging']) ?? []) {
    put(`s3:requestobjecttag/${tag.key.toLowerCase()}`, tag.value);
  }
  return context;
}
