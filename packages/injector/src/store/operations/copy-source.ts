import { mayAccess } from '../auth/access.ts';
import type { Bucket } from '../catalog/bucket.ts';
import type { ObjectVersion } from '../catalog/object-version.ts';
import { judgeRead } from '../core/conditions.ts';
import { percentDecode } from '../core/query.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketNamed, isArchived, objectNamed } from './lookup.ts';

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  /** Whether the client named the version. */
  readonly pinned: boolean;
}

/** Finds what a copy reads, and judges its conditions. @throws S3Error in S3's words */
export function copySourceOf(call: Call, services: Services): CopySource {
  const header = call.headers['x-amz-copy-source'] ?? '';
  const mark = header.indexOf('?versionId=');
  const path = percentDecode(
    (mark === -1 ? header : header.slice(0, mark)).replace(/^(\/|%2F)/i, '').replaceAll('+', ' '),
  );
  const versionId = mark === -1 ? undefined : header.slice(mark + '?versionId='.length);
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash < 1 || slash === path.length - 1) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const bucket = bucketNamed(path.slice(0, slash), services);
  const key = path.slice(slash + 1);
  if (!mayAccess(call, bucket, { operation: 'GetObject', key, versionId })) throw new S3Error('AccessDenied');
  const version = sourceVersion(bucket, key, versionId);
  const prefix = 'x-amz-copy-source-';
  const verdict = judgeRead(
    {
      ifMatch: call.headers[`${prefix}if-match`],
      ifNoneMatch: call.headers[`${prefix}if-none-match`],
      ifModifiedSince: call.headers[`${prefix}if-modified-since`],
      ifUnmodifiedSince: call.headers[`${prefix}if-unmodified-since`],
    },
    version,
    prefix,
  );
  if (verdict.kind !== 'proceed') {
    throw new S3Error('PreconditionFailed', { details: { Condition: verdict.condition } });
  }
  if (isArchived(version)) throw new S3Error('ObjectNotInActiveTierError');
  return { bucket, version, pinned: versionId !== undefined };
}

function sourceVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  try {
    return objectNamed(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error;
    throw new S3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
  }
}
