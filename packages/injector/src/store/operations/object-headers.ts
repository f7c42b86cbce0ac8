import type { Bucket } from '../catalog/bucket.ts';
import type { ObjectVersion } from '../catalog/object-version.ts';
import { httpTime } from '../core/calendar.ts';
import { checksumHeader, type Checksum } from '../core/checksum.ts';
import { mailSafe } from '../core/metadata.ts';
import { versionHeader } from './lookup.ts';

export type ReplyHeaders = Record<string, string | number>;

/** The headers with which S3 shows an object. */
export function objectHeaders(version: ObjectVersion, bucket: Bucket): ReplyHeaders {
  const headers: ReplyHeaders = {
    'last-modified': httpTime(version.lastModifiedMs),
    etag: `"${version.etag}"`,
    'accept-ranges': 'bytes',
    ...version.metadata.headers,
    ...versionHeader(bucket, version.versionId),
    'x-amz-server-side-encryption': version.encryption ?? 'AES256',
  };
  for (const name in version.metadata.user) headers[name] = mailSafe(version.metadata.user[name] ?? '');
  if (bucket.versioning === 'Suspended') headers['x-amz-version-id'] = version.versionId;
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  if (version.replication !== undefined) headers['x-amz-replication-status'] = version.replication;
  if (version.tags !== undefined && version.tags.length > 0) headers['x-amz-tagging-count'] = version.tags.length;
  return headers;
}

/** A checksum as headers; a full checksum's type is told beside it. */
export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum === undefined
    ? {}
    : { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
