import { readDocument } from '../body/documents.ts';
import type { Bucket } from '../catalog/bucket.ts';
import { readCors } from '../core/cors.ts';
import { isPublicAcl } from '../core/acl.ts';
import { ownershipXml, readOwnership } from '../core/ownership.ts';
import { isPublicPolicy, readPolicy } from '../core/policy.ts';
import { publicAccessBlockOf, publicAccessBlockXml } from '../core/public-access-block.ts';
import { S3Error, type S3ErrorCode } from '../core/s3-error.ts';
import { childrenOf, childText, parseXml } from '../core/xml-read.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Handler, Services } from '../services.ts';
import { bucketOf } from './lookup.ts';

/** A sub-resource of buckets that is kept as a document: how it is checked, and what is answered where there is none. */
interface Configuration {
  readonly name: string;
  /** The document to keep. @throws S3Error where it is wrong, or asks for what is not here */
  readonly read: (document: string, bucket: Bucket) => string;
  readonly missing: { readonly code: S3ErrorCode } | { readonly document: string };
}

const notImplemented = (what: string): S3Error => new S3Error('NotImplemented', { details: { Header: what } });

const withRoot = (root: string, document: string): string => {
  parseXml(document, root);
  return document.trim();
};

const ENCRYPTION_DEFAULT = xmlDocument(
  'ServerSideEncryptionConfiguration',
  '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>',
);

function readEncryption(document: string): string {
  const root = parseXml(document, 'ServerSideEncryptionConfiguration');
  for (const rule of childrenOf(root, 'Rule')) {
    const [byDefault] = childrenOf(rule, 'ApplyServerSideEncryptionByDefault');
    const algorithm = byDefault === undefined ? 'AES256' : childText(byDefault, 'SSEAlgorithm');
    if (algorithm !== 'AES256') throw notImplemented(`encryption by ${algorithm ?? 'nothing'}`);
  }
  return document.trim();
}

function readBucketOwnership(document: string, { acl, terms: { name } }: Bucket): string {
  const ownership = readOwnership(document);
  if (ownership === 'BucketOwnerEnforced' && acl !== undefined && acl.length > 1) {
    throw new S3Error('InvalidBucketAclWithObjectOwnership', { details: { BucketName: name } });
  }
  return ownershipXml(ownership);
}

function readBucketPolicy(document: string, bucket: Bucket): string {
  const policy = readPolicy(document, bucket.terms.name);
  const { blockPublicPolicy } = publicAccessBlockOf(bucket.configurations.get('public-access-block'));
  if (blockPublicPolicy && isPublicPolicy(policy)) throw new S3Error('AccessDenied');
  return document;
}

const policy: Configuration = { name: 'policy', read: readBucketPolicy, missing: { code: 'NoSuchBucketPolicy' } };
const cors: Configuration = {
  name: 'cors',
  read: (document) => {
    readCors(document);
    return document.trim();
  },
  missing: { code: 'NoSuchCORSConfiguration' },
};
const lifecycle: Configuration = {
  name: 'lifecycle',
  read: (document) => withRoot('LifecycleConfiguration', document),
  missing: { code: 'NoSuchLifecycleConfiguration' },
};
const encryption: Configuration = {
  name: 'encryption',
  read: readEncryption,
  missing: { document: ENCRYPTION_DEFAULT },
};
const ownership: Configuration = {
  name: 'ownership',
  read: readBucketOwnership,
  missing: { code: 'OwnershipControlsNotFoundError' },
};
const publicAccess: Configuration = {
  name: 'public-access-block',
  read: (document) => publicAccessBlockXml(publicAccessBlockOf(document)),
  missing: { code: 'NoSuchPublicAccessBlockConfiguration' },
};
/** Nothing is ever notified or logged here, so only the empty configuration is taken. */
const empty = (name: string, root: string): Configuration => ({
  name,
  read: (document) => {
    if (parseXml(document, root).children.size > 0) throw notImplemented(`${name} configuration`);
    return xmlDocument(root, '');
  },
  missing: { document: xmlDocument(root, '') },
});
const notification = empty('notification', 'NotificationConfiguration');
const logging = empty('logging', 'BucketLoggingStatus');
const requestPayment: Configuration = {
  name: 'request-payment',
  read: (document) => {
    const payer = childText(parseXml(document, 'RequestPaymentConfiguration'), 'Payer');
    if (payer !== 'BucketOwner') throw notImplemented(`request payment by ${payer ?? 'nobody'}`);
    return document.trim();
  },
  missing: { document: xmlDocument('RequestPaymentConfiguration', element('Payer', 'BucketOwner')) },
};

const getter =
  ({ name, missing }: Configuration, kind: 'xml' | 'json' = 'xml'): Handler =>
  (call, services) => {
    const document = bucketOf(call, services).configurations.get(name);
    if (document !== undefined) return { status: 200, body: { kind, text: document } };
    if ('document' in missing) return xmlReply(missing.document);
    throw new S3Error(missing.code, { details: { BucketName: call.bucket } });
  };

const putter =
  ({ name, read }: Configuration, status: 200 | 204 = 200): Handler =>
  async (call, services) => {
    bucketOf(call, services);
    const document = await readDocument(call);
    const value = read(document, bucketOf(call, services));
    await services.commit({ type: 'bucket.configured', bucket: call.bucket, name, value });
    return { status };
  };

const deleter =
  ({ name }: Configuration): Handler =>
  async (call, services) => {
    bucketOf(call, services);
    await services.commit({ type: 'bucket.configured', bucket: call.bucket, name, value: null });
    return { status: 204 };
  };

function getPolicyStatus(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const document = bucket.configurations.get('policy');
  const isPublic = document !== undefined && isPublicPolicy(readPolicy(document, call.bucket));
  return xmlReply(xmlDocument('PolicyStatus', element('IsPublic', isPublic || isPublicAcl(bucket.acl ?? []))));
}

const refuse =
  (code: S3ErrorCode): Handler =>
  (call, services) => {
    bucketOf(call, services);
    throw new S3Error(code, { details: { BucketName: call.bucket } });
  };

export const configurationHandlers = {
  GetBucketPolicy: getter(policy, 'json'),
  PutBucketPolicy: putter(policy, 204),
  DeleteBucketPolicy: deleter(policy),
  GetBucketPolicyStatus: getPolicyStatus,
  GetPublicAccessBlock: getter(publicAccess),
  PutPublicAccessBlock: putter(publicAccess),
  DeletePublicAccessBlock: deleter(publicAccess),
  GetBucketCors: getter(cors),
  PutBucketCors: putter(cors),
  DeleteBucketCors: deleter(cors),
  GetBucketLifecycleConfiguration: getter(lifecycle),
  PutBucketLifecycleConfiguration: putter(lifecycle),
  DeleteBucketLifecycle: deleter(lifecycle),
  GetBucketEncryption: getter(encryption),
  PutBucketEncryption: putter(encryption),
  DeleteBucketEncryption: deleter(encryption),
  GetBucketOwnershipControls: getter(ownership),
  PutBucketOwnershipControls: putter(ownership),
  DeleteBucketOwnershipControls: deleter(ownership),
  GetBucketNotificationConfiguration: getter(notification),
  PutBucketNotificationConfiguration: putter(notification),
  GetBucketLogging: getter(logging),
  PutBucketLogging: putter(logging),
  GetBucketAccelerateConfiguration: (call: Call, services: Services): Reply => {
    bucketOf(call, services);
    return xmlReply(xmlDocument('AccelerateConfiguration', ''));
  },
  GetBucketRequestPayment: getter(requestPayment),
  PutBucketRequestPayment: putter(requestPayment),
  GetBucketWebsite: refuse('NoSuchWebsiteConfiguration'),
  GetObjectLockConfiguration: refuse('ObjectLockConfigurationNotFoundError'),
} as const;
