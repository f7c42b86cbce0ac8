import type { Permission } from './acl.ts';
import type { Operation } from './operation.ts';

/** What it takes to do something: an action in policies, and where ACLs have a say, a permission there. */
export interface Requirement {
  /** Policy action; `versioned` is the one that applies where a version id is named. */
  readonly action: string;
  readonly versioned?: string;
  readonly acl?: { readonly on: 'bucket' | 'object'; readonly permission: Permission };
}

const onBucket = (action: string, permission?: Permission): Requirement =>
  permission === undefined ? { action: `s3:${action}` } : { action: `s3:${action}`, acl: { on: 'bucket', permission } };
const onObject = (action: string, versioned: string, permission: Permission): Requirement => ({
  action: `s3:${action}`,
  versioned: `s3:${versioned}`,
  acl: { on: 'object', permission },
});
const write = onBucket('PutObject', 'WRITE');

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3". */
export const requirements: Readonly<Record<Operation, Requirement>> = {
  ListBuckets: onBucket('ListAllMyBuckets'),
  CreateBucket: onBucket('CreateBucket'),
  HeadBucket: onBucket('ListBucket', 'READ'),
  DeleteBucket: onBucket('DeleteBucket'),
  GetBucketLocation: onBucket('GetBucketLocation'),
  ListObjects: onBucket('ListBucket', 'READ'),
  ListObjectsV2: onBucket('ListBucket', 'READ'),
  ListObjectVersions: onBucket('ListBucketVersions', 'READ'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads', 'READ'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  PutBucketVersioning: onBucket('PutBucketVersioning'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  GetBucketReplication: onBucket('GetReplicationConfiguration'),
  PutBucketReplication: onBucket('PutReplicationConfiguration'),
  DeleteBucketReplication: onBucket('PutReplicationConfiguration'),
  GetBucketAcl: onBucket('GetBucketAcl', 'READ_ACP'),
  PutBucketAcl: onBucket('PutBucketAcl', 'WRITE_ACP'),
  GetBucketPolicy: onBucket('GetBucketPolicy'),
  PutBucketPolicy: onBucket('PutBucketPolicy'),
  DeleteBucketPolicy: onBucket('DeleteBucketPolicy'),
  GetBucketPolicyStatus: onBucket('GetBucketPolicyStatus'),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
  PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  DeletePublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  GetBucketCors: onBucket('GetBucketCORS'),
  PutBucketCors: onBucket('PutBucketCORS'),
  DeleteBucketCors: onBucket('PutBucketCORS'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
  DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
  GetBucketOwnershipControls: onBucket('GetBucketOwnershipControls'),
  PutBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  DeleteBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  GetBucketNotificationConfiguration: onBucket('GetBucketNotification'),
  PutBucketNotificationConfiguration: onBucket('PutBucketNotification'),
  GetBucketLogging: onBucket('GetBucketLogging'),
  PutBucketLogging: onBucket('PutBucketLogging'),
  GetBucketAccelerateConfiguration: onBucket('GetAccelerateConfiguration'),
  GetBucketRequestPayment: onBucket('GetBucketRequestPayment'),
  PutBucketRequestPayment: onBucket('PutBucketRequestPayment'),
  GetBucketWebsite: onBucket('GetBucketWebsite'),
  GetObjectLockConfiguration: onBucket('GetBucketObjectLockConfiguration'),
  DeleteObjects: onBucket('DeleteObject', 'WRITE'),
  PostObject: write,
  Preflight: onBucket('Preflight'),
  PutObject: write,
  CopyObject: write,
  CreateMultipartUpload: write,
  UploadPart: write,
  UploadPartCopy: write,
  CompleteMultipartUpload: write,
  AbortMultipartUpload: onBucket('AbortMultipartUpload', 'WRITE'),
  ListParts: onBucket('ListMultipartUploadParts', 'READ'),
  DeleteObject: {
    action: 's3:DeleteObject',
    versioned: 's3:DeleteObjectVersion',
    acl: { on: 'bucket', permission: 'WRITE' },
  },
  GetObject: onObject('GetObject', 'GetObjectVersion', 'READ'),
  HeadObject: onObject('GetObject', 'GetObjectVersion', 'READ'),
  GetObjectAttributes: onObject('GetObjectAttributes', 'GetObjectVersionAttributes', 'READ'),
  GetObjectAcl: onObject('GetObjectAcl', 'GetObjectVersionAcl', 'READ_ACP'),
  PutObjectAcl: onObject('PutObjectAcl', 'PutObjectVersionAcl', 'WRITE_ACP'),
  GetObjectTagging: onObject('GetObjectTagging', 'GetObjectVersionTagging', 'READ'),
  PutObjectTagging: { action: 's3:PutObjectTagging', versioned: 's3:PutObjectVersionTagging' },
  DeleteObjectTagging: { action: 's3:DeleteObjectTagging', versioned: 's3:DeleteObjectVersionTagging' },
};
