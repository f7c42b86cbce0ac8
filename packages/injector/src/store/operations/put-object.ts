import { PUT_MAX_BYTES } from '../body/receive.ts';
import { receiveBlob } from '../body/receive-blob.ts';
import type { Call, Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, checkKey, versionHeader } from './lookup.ts';
import { checksumHeaders } from './object-headers.ts';
import { readUploadHeaders } from './upload-headers.ts';
import { checkWriteConditions, commitVersion, nextVersionId } from './write-version.ts';

export async function putObject(call: Call, services: Services): Promise<Reply> {
  checkKey(call.key);
  const target = bucketOf(call, services);
  const described = readUploadHeaders(call, services, target);
  checkWriteConditions(call, target);
  const received = await receiveBlob(call, services, { maxBytes: PUT_MAX_BYTES });
  const { contents } = received;
  const { bucket, version } = await commitVersion(call, services, contents, (home) => ({
    kind: 'object',
    key: call.key,
    versionId: nextVersionId(home, services),
    lastModifiedMs: call.nowMs,
    size: received.size,
    etag: received.md5.toString('hex'),
    contents,
    checksum: received.checksum,
    ...described,
  }));
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...checksumHeaders(version.checksum),
      ...versionHeader(bucket, version.versionId),
      'x-amz-server-side-encryption': version.encryption ?? 'AES256',
    },
  };
}
