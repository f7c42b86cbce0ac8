import { ownershipIn } from '../auth/object-owner.ts';
import type { Bucket, Upload } from '../catalog/bucket.ts';
import type { UploadedPart, UploadTerms } from '../catalog/object-version.ts';
import { isoTime } from '../core/calendar.ts';
import { checksumElement, readAlgorithm, readChecksumType, type Checksum } from '../core/checksum.ts';
import { itemsAfter, listPage, type OrderedSource } from '../core/list-page.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { commonPrefixesXml, encodingXml, ownerXml, readEncoding, readMaxKeys } from './list-objects.ts';
import { bucketOf, checkKey } from './lookup.ts';
import { readUploadHeaders } from './upload-headers.ts';

/** The upload that a request names. @throws S3Error NoSuchUpload */
export function uploadOf(call: Call, services: Services): Upload {
  const uploadId = call.query.get('uploadId') ?? '';
  const upload = bucketOf(call, services).uploads.get(uploadId);
  if (upload === undefined || upload.terms.key !== call.key) {
    throw new S3Error('NoSuchUpload', { details: { UploadId: uploadId } });
  }
  return upload;
}

export async function createMultipartUpload(call: Call, services: Services): Promise<Reply> {
  checkKey(call.key);
  const bucket = bucketOf(call, services);
  const described = readUploadHeaders(call, services, bucket);
  const checksum = readChecksumChoice(call);
  const uploadId = services.newId(96);
  const terms = {
    uploadId,
    key: call.key,
    initiator: call.caller.kind === 'account' ? call.caller.account : bucket.terms.owner,
    initiatedMs: call.nowMs,
    checksum,
    ...described,
  };
  await services.commit({ type: 'upload.created', bucket: call.bucket, terms });
  return xmlReply(
    xmlDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', call.bucket) + element('Key', call.key) + element('UploadId', uploadId),
    ),
    {
      'x-amz-server-side-encryption': described.encryption ?? 'AES256',
      ...(checksum !== undefined && {
        'x-amz-checksum-algorithm': checksum.algorithm,
        'x-amz-checksum-type': checksum.type,
      }),
    },
  );
}

function readChecksumChoice(call: Call): Pick<Checksum, 'algorithm' | 'type'> | undefined {
  const name = call.headers['x-amz-checksum-algorithm'];
  const type = call.headers['x-amz-checksum-type'];
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    });
  }
  const algorithm = readAlgorithm(name);
  return { algorithm, type: readChecksumType(type, algorithm) };
}

export async function abortMultipartUpload(call: Call, services: Services): Promise<Reply> {
  const { uploadId } = uploadOf(call, services).terms;
  await services.commit({ type: 'upload.aborted', bucket: call.bucket, uploadId });
  return { status: 204 };
}

const partsInOrder = (upload: Upload): readonly UploadedPart[] =>
  [...upload.parts.values()].toSorted((a, b) => a.partNumber - b.partNumber);

export const checksumXml = (checksum: Checksum | undefined): string =>
  checksum === undefined ? '' : element(checksumElement(checksum.algorithm), checksum.value);

/** Whose an upload is while it lasts: its uploader's where the bucket does not say. */
const ownerOf = ({ owner, initiator }: UploadTerms, bucket: Bucket): string =>
  ownershipIn(bucket) === undefined ? initiator : owner;

export function listParts(call: Call, services: Services): Reply {
  const { terms, ...upload } = uploadOf(call, services);
  const max = readMaxKeys(call, 'max-parts');
  const markerText = call.query.get('part-number-marker') ?? '0';
  if (!/^\d*$/.test(markerText)) {
    throw invalidArgument(
      'Provided part-number-marker not an integer or within integer range',
      'part-number-marker',
      markerText,
    );
  }
  const marker = Number(markerText);
  const parts = partsInOrder({ terms, ...upload }).filter((part) => part.partNumber > marker);
  const page = parts.slice(0, max);
  const next = page.at(-1)?.partNumber ?? 0;
  const rows = page.map(
    (part) =>
      `<Part>${element('PartNumber', part.partNumber)}${element('LastModified', isoTime(part.lastModifiedMs))}` +
      `<ETag>&quot;${part.etag}&quot;</ETag>${element('Size', part.size)}${terms.checksum === undefined ? '' : checksumXml(part.checksum)}</Part>`,
  );
  return xmlReply(
    xmlDocument(
      'ListPartsResult',
      element('Bucket', call.bucket) +
        element('Key', call.key) +
        element('UploadId', terms.uploadId) +
        ownerXml(terms.initiator, 'Initiator') +
        ownerXml(ownerOf(terms, bucketOf(call, services))) +
        element('StorageClass', terms.storageClass) +
        element('PartNumberMarker', marker) +
        element('NextPartNumberMarker', next) +
        element('MaxParts', max) +
        element('IsTruncated', max > 0 && page.length < parts.length) +
        element('ChecksumAlgorithm', terms.checksum?.algorithm) +
        element('ChecksumType', terms.checksum?.type) +
        rows.join(''),
    ),
  );
}

/** Uploads as a listing reads them: by key, and within a key by the time they began. */
function inKeyOrder(uploads: Iterable<Upload>): OrderedSource<Upload> {
  const byKey = new Map<string, Upload[]>();
  for (const upload of uploads) {
    const same = byKey.get(upload.terms.key);
    if (same === undefined) byKey.set(upload.terms.key, [upload]);
    else same.push(upload);
  }
  const entries = [...byKey].toSorted(([a], [b]) => compareUtf8(a, b));
  return { from: (from) => entries.filter(([key]) => compareUtf8(key, from) >= 0) };
}

export function listMultipartUploads(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const write = readEncoding(call);
  const max = readMaxKeys(call, 'max-uploads');
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const after = call.query.get('key-marker') ?? '';
  const idMarker = after === '' ? '' : (call.query.get('upload-id-marker') ?? '');
  const rest = (uploads: readonly Upload[]): readonly Upload[] =>
    itemsAfter(uploads, ({ terms }) => terms.uploadId, idMarker);
  const page = listPage(inKeyOrder(bucket.uploads.values()), { prefix, delimiter, after, rest, maxKeys: max });
  const lastUpload = page.items.at(-1)?.terms;
  const rows = page.items.map(
    ({ terms }) =>
      `<Upload>${element('Key', write(terms.key))}${element('UploadId', terms.uploadId)}${ownerXml(terms.initiator, 'Initiator')}` +
      `${ownerXml(ownerOf(terms, bucket))}${element('StorageClass', terms.storageClass)}${element('Initiated', isoTime(terms.initiatedMs))}` +
      `${element('ChecksumAlgorithm', terms.checksum?.algorithm)}${element('ChecksumType', terms.checksum?.type)}</Upload>`,
  );
  return xmlReply(
    xmlDocument(
      'ListMultipartUploadsResult',
      element('Bucket', call.bucket) +
        element('KeyMarker', write(after)) +
        element('UploadIdMarker', idMarker) +
        (page.truncated
          ? element('NextKeyMarker', write(page.last)) +
            element('NextUploadIdMarker', lastUpload?.key === page.last ? lastUpload.uploadId : undefined)
          : '') +
        element('Prefix', write(prefix)) +
        (delimiter === '' ? '' : element('Delimiter', write(delimiter))) +
        element('MaxUploads', max) +
        encodingXml(call) +
        element('IsTruncated', page.truncated) +
        rows.join('') +
        commonPrefixesXml(page.commonPrefixes, write),
    ),
  );
}
