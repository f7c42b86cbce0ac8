import { createHash } from 'node:crypto';
import { readDocument } from '../body/documents.ts';
import type { Upload } from '../catalog/bucket.ts';
import type { ObjectVersion, UploadedPart } from '../catalog/object-version.ts';
import { checksumElement, checksumHeader, DEFAULT_ALGORITHM, type Checksum } from '../core/checksum.ts';
import { S3Error } from '../core/s3-error.ts';
import { childrenOf, childText, parseXml, type XmlElement } from '../core/xml-read.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { combineChecksums } from '../hashing/combine-checksums.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, versionHeader } from './lookup.ts';
import { checksumXml, uploadOf } from './multipart-upload.ts';
import { checkWriteConditions, commitVersion, nextVersionId } from './write-version.ts';

const PART_MIN_BYTES = 5 * 1024 * 1024;

export async function completeMultipartUpload(call: Call, services: Services): Promise<Reply> {
  const before = completedBefore(call, services);
  if (before !== undefined) return before;
  try {
    return await complete(call, services);
  } catch (error) {
    // Of two that complete an upload at the same time one finds it gone, and both are told the same.
    const meanwhile =
      error instanceof S3Error && error.code === 'NoSuchUpload' ? completedBefore(call, services) : undefined;
    if (meanwhile === undefined) throw error;
    return meanwhile;
  }
}

/** The answer to a completion that has been done already: a client whose answer was lost asks again. */
function completedBefore(call: Call, services: Services): Reply | undefined {
  const bucket = bucketOf(call, services);
  const done = bucket.completedUploads.get(call.query.get('uploadId') ?? '');
  if (done === undefined || done.key !== call.key) return undefined;
  const version = bucket.version(done.key, done.versionId);
  return version?.kind === 'object' ? completed(call, services, version) : undefined;
}

async function complete(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  const uploadId = call.query.get('uploadId') ?? '';
  uploadOf(call, services);
  const document = parseXml(await readDocument(withoutChecksum(call)), 'CompleteMultipartUpload');
  checkWriteConditions(call, bucket);
  const upload = uploadOf(call, services);
  const listed = childrenOf(document, 'Part');
  const parts = chooseParts(listed, upload);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const checksum = await combineChecksums(
    upload.terms.checksum ?? { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT' },
    parts,
  );
  checkWhole(call, checksum, size);
  const { metadata, storageClass, encryption, tags, acl, key, owner } = upload.terms;
  const { version } = await commitVersion(
    call,
    services,
    // A refused completion leaves the upload and its parts as they were.
    [],
    (home) => {
      if (uploadOf(call, services) !== upload) throw new S3Error('NoSuchUpload');
      // A part may have been sent again meanwhile: with the same ETag it is as good, and the old one's bytes are gone.
      const current = chooseParts(listed, upload);
      return {
        kind: 'object',
        key,
        versionId: nextVersionId(home, services),
        lastModifiedMs: call.nowMs,
        owner,
        size,
        etag: etagOfParts(parts),
        contents: current.flatMap((part) => part.contents),
        metadata,
        storageClass,
        encryption,
        tags,
        acl,
        checksum,
        parts: parts.map((part) => ({
          partNumber: part.partNumber,
          size: part.size,
          checksum: upload.terms.checksum === undefined ? undefined : part.checksum,
        })),
      };
    },
    (name, built) => ({ type: 'upload.completed', bucket: name, uploadId, version: built }),
  );
  return completed(call, services, version);
}

/** A checksum here is that of the object to be, not of this request's body. */
function withoutChecksum(call: Call): Call {
  const headers = Object.entries(call.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return { ...call, headers: Object.fromEntries(headers) };
}

function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

/** Matches the client's list with what was uploaded. @throws S3Error MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall */
function chooseParts(listed: readonly XmlElement[], upload: Upload): readonly UploadedPart[] {
  if (listed.length === 0) throw new S3Error('MalformedXML');
  const numbers = listed.map((item) => Number(childText(item, 'PartNumber') ?? Number.NaN));
  if (numbers.some((number) => !Number.isInteger(number))) throw new S3Error('MalformedXML');
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw new S3Error('InvalidPartOrder', { details: { UploadId: upload.terms.uploadId } });
  }
  const parts = listed.map((item, index) => matchPart(item, numbers[index] ?? 0, upload));
  for (const part of parts.slice(0, -1)) {
    if (part.size < PART_MIN_BYTES) {
      throw new S3Error('EntityTooSmall', {
        details: {
          ProposedSize: String(part.size),
          MinSizeAllowed: String(PART_MIN_BYTES),
          PartNumber: String(part.partNumber),
          ETag: part.etag,
        },
      });
    }
  }
  return parts;
}

function matchPart(item: XmlElement, partNumber: number, upload: Upload): UploadedPart {
  const etag = (childText(item, 'ETag') ?? '').replaceAll('"', '');
  const part = upload.parts.get(partNumber);
  const details = { UploadId: upload.terms.uploadId, PartNumber: String(partNumber), ETag: etag };
  if (part === undefined || part.etag !== etag) throw new S3Error('InvalidPart', { details });
  const { checksum } = part;
  if (checksum === undefined) return part;
  const stated = childText(item, checksumElement(checksum.algorithm));
  if (stated !== undefined && stated !== checksum.value) throw new S3Error('InvalidPart', { details });
  if (stated === undefined && upload.terms.checksum?.type === 'COMPOSITE') {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
    });
  }
  return part;
}

/** Checks what the client says of the whole object. @throws S3Error BadDigest, InvalidRequest */
function checkWhole(call: Call, checksum: Checksum, size: number): void {
  const stated = call.headers[checksumHeader(checksum.algorithm)];
  if (stated !== undefined && stated !== checksum.value && stated !== checksum.value.replace(/-\d+$/, '')) {
    throw new S3Error('BadDigest', {
      message: `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    });
  }
  const statedSize = call.headers['x-amz-mp-object-size'];
  if (statedSize !== undefined && Number(statedSize) !== size) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${statedSize} does not match what was computed: ${size}`,
    });
  }
}

function completed(call: Call, services: Services, version: ObjectVersion): Reply {
  const location = `${services.endpoint(call.region)}/${call.bucket}/${encodeURIComponent(call.key).replaceAll('%2F', '/')}`;
  return xmlReply(
    xmlDocument(
      'CompleteMultipartUploadResult',
      element('Location', location) +
        element('Bucket', call.bucket) +
        element('Key', call.key) +
        `<ETag>&quot;${version.etag}&quot;</ETag>${checksumXml(version.checksum)}` +
        element('ChecksumType', version.checksum?.type),
    ),
    {
      ...versionHeader(bucketOf(call, services), version.versionId),
      'x-amz-server-side-encryption': version.encryption ?? 'AES256',
    },
  );
}
