import { PUT_MAX_BYTES } from '../body/receive.ts';
import { receiveBlob } from '../body/receive-blob.ts';
import type { UploadedPart } from '../catalog/object-version.ts';
import { DEFAULT_ALGORITHM, readChecksumDemand } from '../core/checksum.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import type { Call, Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { uploadOf } from './multipart-upload.ts';
import { checksumHeaders } from './object-headers.ts';

/** @throws S3Error InvalidArgument outside of 1 to 10000 */
export function readPartNumber(call: Call): number {
  const text = call.query.get('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  return number;
}

export async function uploadPart(call: Call, services: Services): Promise<Reply> {
  const partNumber = readPartNumber(call);
  const { terms } = uploadOf(call, services);
  const keep = terms.checksum?.algorithm ?? DEFAULT_ALGORITHM;
  const demand = readChecksumDemand(call.headers);
  if (terms.checksum !== undefined && demand.kind !== 'none' && demand.algorithm !== keep) {
    throw new S3Error('InvalidRequest', {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${keep.toLowerCase()}, actual checksum Type: ${demand.algorithm.toLowerCase()}`,
    });
  }
  const { contents, size, md5, checksum } = await receiveBlob(call, services, { maxBytes: PUT_MAX_BYTES, keep });
  const etag = md5.toString('hex');
  await commitPart(call, services, { partNumber, size, etag, lastModifiedMs: call.nowMs, contents, checksum });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      'x-amz-server-side-encryption': terms.encryption ?? 'AES256',
      ...(demand.kind !== 'none' || terms.checksum !== undefined ? checksumHeaders(checksum) : {}),
    },
  };
}

/** Adds a part, unless its upload went away meanwhile: then the part's bytes go as well. @throws S3Error NoSuchUpload */
export async function commitPart(call: Call, services: Services, part: UploadedPart): Promise<void> {
  try {
    uploadOf(call, services);
  } catch (error) {
    services.blobs.remove(part.contents);
    throw error;
  }
  const uploadId = call.query.get('uploadId') ?? '';
  await services.commit({ type: 'part.put', bucket: call.bucket, uploadId, part });
}
