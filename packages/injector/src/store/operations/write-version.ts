import type { Bucket } from '../catalog/bucket.ts';
import type { Mutation } from '../catalog/mutation.ts';
import type { ObjectVersion, Segment } from '../catalog/object-version.ts';
import { judgeWrite } from '../core/conditions.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketNamed } from './lookup.ts';

/** The version id that a write to this bucket gets. */
export const nextVersionId = (bucket: Bucket, services: Services): string =>
  bucket.versioning === 'Enabled' ? services.newId(32) : 'null';

/** S3's conditional writes. @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented */
export function checkWriteConditions(call: Call, bucket: Bucket): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const newest = bucket.newest(call.key);
  const verdict = judgeWrite({ ifMatch, ifNoneMatch }, newest?.kind === 'object' ? newest.etag : undefined);
  switch (verdict) {
    case 'proceed':
      return;
    case 'failed':
      throw new S3Error('PreconditionFailed', {
        details: { Condition: ifNoneMatch === undefined ? 'If-Match' : 'If-None-Match' },
      });
    case 'no-such-key':
      throw new S3Error('NoSuchKey', { details: { Key: call.key } });
    case 'not-implemented':
      throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } });
  }
}

/** What becomes of a new version: put by default. */
type ToMutation = (bucket: string, version: ObjectVersion) => Mutation;
const put: ToMutation = (bucket, version) => ({ type: 'version.put', bucket, version });

/**
 * Commits a new version, its conditions judged once more: between the first look and this moment the body travelled, and
 * another writer may have come first. `build` may refuse as well. The contents of a refused write are removed.
 */
export async function commitVersion(
  call: Call,
  services: Services,
  contents: readonly Segment[],
  build: (bucket: Bucket) => ObjectVersion,
  toMutation: ToMutation = put,
): Promise<{ readonly bucket: Bucket; readonly version: ObjectVersion }> {
  const { bucket, version } = judge(call, services, contents, build);
  const written = services.commit(toMutation(call.bucket, version));
  if (written !== undefined) await written;
  return { bucket, version };
}

function judge(
  call: Call,
  services: Services,
  contents: readonly Segment[],
  build: (bucket: Bucket) => ObjectVersion,
): { readonly bucket: Bucket; readonly version: ObjectVersion } {
  try {
    const bucket = bucketNamed(call.bucket, services);
    checkWriteConditions(call, bucket);
    return { bucket, version: build(bucket) };
  } catch (error) {
    services.blobs.remove(contents);
    throw error;
  }
}
