import type { Bucket } from '../catalog/bucket.ts';
import type { Segment } from '../catalog/object-version.ts';
import { readCopyRange, type ByteRange } from '../core/byte-range.ts';
import { isoTime } from '../core/calendar.ts';
import { DEFAULT_ALGORITHM, readAlgorithm } from '../core/checksum.ts';
import type { Metadata } from '../core/metadata.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { digestContents } from '../hashing/digest-contents.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { copySourceOf, type CopySource } from './copy-source.ts';
import { bucketOf, checkKey, versionHeader } from './lookup.ts';
import { checksumXml, uploadOf } from './multipart-upload.ts';
import { readUploadHeaders, type UploadHeaders } from './upload-headers.ts';
import { commitPart, readPartNumber } from './upload-part.ts';
import { checkWriteConditions, commitVersion, nextVersionId } from './write-version.ts';

const COPY_MAX_BYTES = 5 * 1024 ** 3;

export async function copyObject(call: Call, services: Services): Promise<Reply> {
  checkKey(call.key);
  const target = bucketOf(call, services);
  const source = copySourceOf(call, services);
  const { version: from } = source;
  if (from.size > COPY_MAX_BYTES) throw tooLarge();
  const described = describeCopy(call, services, source, target);
  checkWriteConditions(call, target);
  const wish = call.headers['x-amz-checksum-algorithm'];
  const algorithm = wish === undefined ? (from.checksum?.algorithm ?? DEFAULT_ALGORITHM) : readAlgorithm(wish);
  const { contents } = from;
  const release = services.blobs.hold(contents);
  try {
    // A single part with the same checksum keeps its digests; anything else is read once more.
    const same = from.parts === undefined && from.checksum?.algorithm === algorithm;
    const digests = same
      ? { md5: from.etag, checksum: from.checksum }
      : await digestContents(services.blobs, contents, algorithm);
    services.blobs.share(contents);
    const { bucket, version } = await commitVersion(call, services, contents, (home) => ({
      kind: 'object',
      key: call.key,
      versionId: nextVersionId(home, services),
      lastModifiedMs: call.nowMs,
      size: from.size,
      etag: digests.md5,
      contents,
      checksum: digests.checksum,
      ...described,
    }));
    return xmlReply(
      xmlDocument(
        'CopyObjectResult',
        `${element('LastModified', isoTime(version.lastModifiedMs))}<ETag>&quot;${version.etag}&quot;</ETag>` +
          checksumXml(version.checksum) +
          element('ChecksumType', version.checksum?.type),
      ),
      {
        ...versionHeader(bucket, version.versionId),
        ...sourceHeader(source),
        'x-amz-server-side-encryption': version.encryption ?? 'AES256',
      },
    );
  } finally {
    release();
  }
}

const sourceHeader = ({ bucket, version }: CopySource): Record<string, string> =>
  bucket.versioning === 'never' ? {} : { 'x-amz-copy-source-version-id': version.versionId };

const tooLarge = (): S3Error =>
  new S3Error('InvalidRequest', {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${COPY_MAX_BYTES}`,
  });

/** What the copy carries: the source's metadata and tags, or those of the request, each by its own directive. */
function describeCopy(
  call: Call,
  services: Services,
  { bucket, version, pinned }: CopySource,
  target: Bucket,
): UploadHeaders {
  const directive = readDirective(call, 'x-amz-metadata-directive');
  const tagging = readDirective(call, 'x-amz-tagging-directive');
  const described = readUploadHeaders(call, services, target);
  const replaced =
    directive === 'REPLACE' ||
    call.headers['x-amz-storage-class'] !== undefined ||
    call.headers[REDIRECT] !== undefined ||
    call.headers['x-amz-server-side-encryption'] !== undefined;
  if (bucket.terms.name === call.bucket && version.key === call.key && !pinned && !replaced) {
    throw new S3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  return {
    ...described,
    metadata: directive === 'REPLACE' ? described.metadata : copiedMetadata(version.metadata, described.metadata),
    tags: tagging === 'REPLACE' ? described.tags : version.tags,
  };
}

const REDIRECT = 'x-amz-website-redirect-location';

/** Where a page is sent on to is each object's own: it is not copied, and can be given beside what is. */
function copiedMetadata(from: Metadata, given: Metadata): Metadata {
  const { [REDIRECT]: _, ...headers } = from.headers;
  const redirect = given.headers[REDIRECT];
  return { user: from.user, headers: redirect === undefined ? headers : { ...headers, [REDIRECT]: redirect } };
}

function readDirective(call: Call, name: string): 'COPY' | 'REPLACE' {
  const value = call.headers[name] ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(
    `Unknown ${name === 'x-amz-metadata-directive' ? 'metadata' : 'tagging'} directive.`,
    name,
    value,
  );
}

export async function uploadPartCopy(call: Call, services: Services): Promise<Reply> {
  const partNumber = readPartNumber(call);
  const { terms } = uploadOf(call, services);
  const source = copySourceOf(call, services);
  const { version } = source;
  const range = partRange(call, version.size);
  const contents = slice(version.contents, range);
  const release = services.blobs.hold(contents);
  try {
    const algorithm = terms.checksum?.algorithm ?? DEFAULT_ALGORITHM;
    const { md5, checksum } = await digestContents(services.blobs, contents, algorithm);
    services.blobs.share(contents);
    const size = range.end - range.start + 1;
    await commitPart(call, services, { partNumber, size, etag: md5, lastModifiedMs: call.nowMs, contents, checksum });
    return xmlReply(
      xmlDocument(
        'CopyPartResult',
        `${element('LastModified', isoTime(call.nowMs))}<ETag>&quot;${md5}&quot;</ETag>` +
          (terms.checksum === undefined ? '' : checksumXml(checksum)),
      ),
      { ...sourceHeader(source), 'x-amz-server-side-encryption': terms.encryption ?? 'AES256' },
    );
  } finally {
    release();
  }
}

function partRange(call: Call, size: number): ByteRange {
  const header = call.headers['x-amz-copy-source-range'];
  const range = header === undefined ? { start: 0, end: size - 1 } : readCopyRange(header, size);
  if (range === undefined) {
    throw invalidArgument(
      `The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy; the source has ${size} bytes`,
      'x-amz-copy-source-range',
      header ?? '',
    );
  }
  if (range.end - range.start + 1 > COPY_MAX_BYTES) throw tooLarge();
  return range;
}

/** The segments under a range of the object: views, no bytes are moved. */
function slice(contents: readonly Segment[], range: ByteRange): readonly Segment[] {
  let at = 0;
  return contents.flatMap((segment) => {
    const start = Math.max(0, range.start - at);
    const end = Math.min(segment.size, range.end + 1 - at);
    at += segment.size;
    return start < end ? [{ blob: segment.blob, offset: (segment.offset ?? 0) + start, size: end - start }] : [];
  });
}
