import type { ObjectVersion } from '../catalog/object-version.ts';
import { httpTime } from '../core/calendar.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, objectNamed, versionHeader } from './lookup.ts';
import { checksumXml } from './multipart-upload.ts';

const attributes: ReadonlySet<string> = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const PARTS_MAX = 1000;

export function getObjectAttributes(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const version = objectNamed(bucket, call.key, call.query.get('versionId'));
  const header = call.headers['x-amz-object-attributes'];
  if (header === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-object-attributes',
    });
  }
  const wanted = new Set(header.split(',').map((name) => name.trim()));
  for (const name of wanted) {
    if (!attributes.has(name))
      throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', name);
  }
  const { checksum } = version;
  const inner =
    (wanted.has('ETag') ? element('ETag', version.etag) : '') +
    (wanted.has('Checksum') && checksum !== undefined
      ? `<Checksum>${checksumXml(checksum)}${element('ChecksumType', checksum.type)}</Checksum>`
      : '') +
    (wanted.has('ObjectParts') ? partsXml(call, version) : '') +
    (wanted.has('StorageClass') ? element('StorageClass', version.storageClass) : '') +
    (wanted.has('ObjectSize') ? element('ObjectSize', version.size) : '');
  return xmlReply(xmlDocument('GetObjectAttributesResponse', inner), {
    'last-modified': httpTime(version.lastModifiedMs),
    ...versionHeader(bucket, version.versionId),
  });
}

function partsXml(call: Call, { parts }: ObjectVersion): string {
  if (parts === undefined) return '';
  const max = Math.min(Number(call.headers['x-amz-max-parts'] ?? PARTS_MAX), PARTS_MAX);
  const marker = Number(call.headers['x-amz-part-number-marker'] ?? 0);
  if (!Number.isInteger(max) || max < 0)
    throw invalidArgument('Invalid max-parts', 'x-amz-max-parts', call.headers['x-amz-max-parts'] ?? '');
  const total = element('PartsCount', parts.length);
  const rest = parts.filter((part) => part.partNumber > marker);
  const page = rest.slice(0, max);
  const rows = page.map(
    (part) =>
      `<Part>${element('PartNumber', part.partNumber)}${element('Size', part.size)}${checksumXml(part.checksum)}</Part>`,
  );
  return (
    `<ObjectParts>${total}${element('PartNumberMarker', marker)}` +
    element('NextPartNumberMarker', page.at(-1)?.partNumber ?? 0) +
    `${element('MaxParts', max)}${element('IsTruncated', page.length < rest.length)}${rows.join('')}</ObjectParts>`
  );
}
