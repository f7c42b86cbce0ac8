import type { Bucket } from '../catalog/bucket.ts';
import type { ObjectVersion, Version } from '../catalog/object-version.ts';
import { httpTime } from '../core/calendar.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';

/** @throws S3Error NoSuchBucket */
export function bucketNamed(name: string, services: Services): Bucket {
  const bucket = services.catalog.bucket(name);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', { details: { BucketName: name } });
  return bucket;
}

/** @throws S3Error NoSuchBucket */
export const bucketOf = (call: Call, services: Services): Bucket => bucketNamed(call.bucket, services);

/** Keys are measured in bytes of UTF-8. @throws S3Error KeyTooLongError beyond 1024 */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > 1024) throw new S3Error('KeyTooLongError', { details: { Size: String(size), MaxSizeAllowed: '1024' } });
}

/** Whether S3 can have given such an id. */
export const isVersionId = (text: string): boolean => text === 'null' || /^[A-Za-z0-9._-]{32}$/.test(text);

/** @throws S3Error InvalidArgument */
export function checkVersionId(versionId: string, name = 'versionId'): void {
  if (!isVersionId(versionId)) throw invalidArgument('Invalid version id specified', name, versionId);
}

const markerHeaders = (marker: Version): Record<string, string> => ({
  'x-amz-delete-marker': 'true',
  'x-amz-version-id': marker.versionId,
});

/**
 * The version that a reader asked for, the newest by default.
 * @throws S3Error NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker asked for by its id
 */
export function objectNamed(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  if (versionId === undefined) {
    const newest = bucket.newest(key);
    if (newest?.kind === 'object') return newest;
    const headers = newest === undefined ? {} : markerHeaders(newest);
    throw new S3Error('NoSuchKey', { details: { Key: key }, headers });
  }
  const version = bucket.version(key, versionId);
  if (version === undefined) {
    checkVersionId(versionId);
    throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  }
  if (version.kind === 'object') return version;
  throw new S3Error('MethodNotAllowed', {
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...markerHeaders(version), 'last-modified': httpTime(version.lastModifiedMs), allow: 'DELETE' },
  });
}

/** Whether an object would have to be restored before anybody reads it. */
export const isArchived = ({ storageClass }: ObjectVersion): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** Names a version in an answer; buckets that were never versioned say nothing. */
export const versionHeader = (bucket: Bucket, versionId: string): Record<string, string> =>
  bucket.versioning === 'never' || (bucket.versioning === 'Suspended' && versionId === 'null')
    ? {}
    : { 'x-amz-version-id': versionId };
