import { accountOf } from '../auth/account.ts';
import { ownerOfObject, ownershipIn } from '../auth/object-owner.ts';
import { readDocument } from '../body/documents.ts';
import type { Bucket } from '../catalog/bucket.ts';
import { aclFromHeaders, aclFromXml, aclXml, cannedAcl, isPublicAcl, type Acl } from '../core/acl.ts';
import { publicAccessBlockOf } from '../core/public-access-block.ts';
import { S3Error } from '../core/s3-error.ts';
import { xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { ownerXml } from './list-objects.ts';
import { bucketOf, objectNamed, versionHeader } from './lookup.ts';

const canonicalId = (account: string): string => accountOf(account).canonicalId;

/** The ACL that a request's headers name for a new object of `owner`; undefined means private. @throws S3Error */
export function aclOfUpload(call: Call, services: Services, bucket: Bucket, owner: string): Acl | undefined {
  const acl = aclFromHeaders(call.headers, canonicalId(owner), canonicalId(bucket.terms.owner), services.users);
  const isNeedless = acl === undefined || call.headers['x-amz-acl'] === 'bucket-owner-full-control';
  if (!isNeedless) checkAclsCount(bucket);
  return blockPublic(bucket, acl);
}

/** @throws S3Error AccessControlListNotSupported where the bucket's owner has switched ACLs off */
function checkAclsCount(bucket: Bucket): void {
  if (ownershipIn(bucket) === 'BucketOwnerEnforced') {
    throw new S3Error('AccessControlListNotSupported');
  }
}

function blockPublic(bucket: Bucket, acl: Acl | undefined): Acl | undefined {
  const { blockPublicAcls } = publicAccessBlockOf(bucket.configurations.get('public-access-block'));
  if (acl !== undefined && blockPublicAcls && isPublicAcl(acl)) throw new S3Error('AccessDenied');
  return acl;
}

const documentOf = (owner: string, acl: Acl | undefined, services: Services): string => {
  const id = canonicalId(owner);
  return xmlDocument(
    'AccessControlPolicy',
    ownerXml(owner) + aclXml(acl ?? cannedAcl('private', id, id), services.users),
  );
};

async function readAcl(call: Call, services: Services, owner: string): Promise<Acl> {
  const bucket = bucketOf(call, services);
  checkAclsCount(bucket);
  const document = await readDocument(call);
  const id = canonicalId(owner);
  const named = aclFromHeaders(call.headers, id, canonicalId(bucket.terms.owner), services.users);
  if (named === undefined && document.trim() === '') {
    throw new S3Error('MissingSecurityHeader', {
      message: 'Your request was missing a required header',
      details: { MissingHeaderName: 'x-amz-acl' },
    });
  }
  if (named !== undefined && document.trim() !== '') {
    throw new S3Error('UnexpectedContent');
  }
  const acl = named ?? aclFromXml(document, id, services.users);
  blockPublic(bucket, acl);
  return acl;
}

export function getBucketAcl(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  return xmlReply(documentOf(bucket.terms.owner, bucket.acl, services));
}

export async function putBucketAcl(call: Call, services: Services): Promise<Reply> {
  const acl = await readAcl(call, services, bucketOf(call, services).terms.owner);
  await services.commit({ type: 'bucket.acl', bucket: call.bucket, acl });
  return { status: 200 };
}

export function getObjectAcl(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const version = objectNamed(bucket, call.key, call.query.get('versionId'));
  const owner = ownerOfObject(version, bucket);
  return xmlReply(documentOf(owner, version.acl, services), versionHeader(bucket, version.versionId));
}

export async function putObjectAcl(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  const wanted = call.query.get('versionId');
  const acl = await readAcl(call, services, ownerOfObject(objectNamed(bucket, call.key, wanted), bucket));
  const { key, versionId } = objectNamed(bucket, call.key, wanted);
  await services.commit({ type: 'version.amended', bucket: call.bucket, key, versionId, acl });
  return { status: 200, headers: versionHeader(bucket, versionId) };
}
