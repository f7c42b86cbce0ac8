import type { Tag } from '../catalog/object-version.ts';
import { readMetadata, type Metadata } from '../core/metadata.ts';
import { parseQuery } from '../core/query.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Headers } from '../http/call.ts';

const storageClasses: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** Headers that ask for what is not here: to accept one in silence would be a lie. */
const unavailable: readonly RegExp[] = [
  /^x-amz-server-side-encryption-(customer|aws|context|bucket-key)/,
  /^x-amz-copy-source-server-side-encryption-customer/,
  /^x-amz-object-lock-/,
  /^x-amz-write-offset-bytes$/,
  /^x-amz-grant-/,
];

/** What an upload's headers say about the object to be, beside its bytes. */
export interface UploadHeaders {
  readonly metadata: Metadata;
  readonly storageClass: string;
  readonly encryption: string | undefined;
  readonly tags: readonly Tag[] | undefined;
  readonly acl: string | undefined;
}

/** @throws S3Error NotImplemented, InvalidStorageClass, InvalidArgument, MetadataTooLarge */
export function readUploadHeaders(headers: Headers): UploadHeaders {
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && unavailable.some((pattern) => pattern.test(name))) {
      throw new S3Error('NotImplemented', { details: { Header: name } });
    }
  }
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (!storageClasses.has(storageClass)) throw new S3Error('InvalidStorageClass');
  const encryption = headers['x-amz-server-side-encryption'];
  if (encryption !== undefined && encryption !== 'AES256') {
    throw new S3Error('NotImplemented', { details: { Header: `x-amz-server-side-encryption: ${encryption}` } });
  }
  return {
    metadata: readMetadata(headers),
    storageClass,
    encryption,
    tags: readTaggingHeader(headers['x-amz-tagging']),
    acl: headers['x-amz-acl'],
  };
}

/** Reads `x-amz-tagging: a=1&b=2`. @throws S3Error InvalidArgument, InvalidTag */
function readTaggingHeader(header: string | undefined): readonly Tag[] | undefined {
  if (header === undefined || header === '') return undefined;
  const query = parseQuery(header);
  if (query === undefined) {
    throw new S3Error('InvalidArgument', {
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      details: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    });
  }
  return Array.from(query, ([key, value]) => ({ key, value }));
}
