import { readMetadata, type Metadata } from '../core/metadata.ts';
import { S3Error } from '../core/s3-error.ts';
import { tagsFromHeader, type Tag } from '../core/tags.ts';
import type { Acl } from '../core/acl.ts';
import type { Bucket } from '../catalog/bucket.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';
import { ownerOfNew } from '../auth/object-owner.ts';
import { aclOfUpload } from './acl.ts';

const storageClasses: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** Headers that ask for what is not here: to accept one in silence would be a lie. */
const unavailable: readonly RegExp[] = [
  /^x-amz-server-side-encryption-(customer|aws|context|bucket-key)/,
  /^x-amz-copy-source-server-side-encryption-customer/,
  /^x-amz-object-lock-/,
  /^x-amz-write-offset-bytes$/,
];

/** What an upload's headers say about the object to be, beside its bytes. */
export interface UploadHeaders {
  /** Account. */
  readonly owner: string;
  readonly metadata: Metadata;
  readonly storageClass: string;
  readonly encryption: string | undefined;
  readonly tags: readonly Tag[] | undefined;
  readonly acl: Acl | undefined;
}

/** @throws S3Error NotImplemented, InvalidStorageClass, InvalidArgument, MetadataTooLarge */
export function readUploadHeaders(call: Call, services: Services, bucket: Bucket): UploadHeaders {
  const { headers } = call;
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && unavailable.some((pattern) => pattern.test(name))) {
      throw new S3Error('NotImplemented', { details: { Header: name } });
    }
  }
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (!storageClasses.has(storageClass)) throw new S3Error('InvalidStorageClass');
  const encryption = headers['x-amz-server-side-encryption'];
  if (encryption !== undefined && encryption !== 'AES256') {
    throw new S3Error('NotImplemented', { details: { Header: `x-amz-server-side-encryption: ${encryption}` } });
  }
  const owner = ownerOfNew(call, bucket);
  return {
    owner,
    metadata: readMetadata(headers),
    storageClass,
    encryption,
    tags: tagsFromHeader(headers['x-amz-tagging']),
    acl: aclOfUpload(call, services, bucket, owner),
  };
}
