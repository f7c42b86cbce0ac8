import { accountOf } from '../auth/account.ts';
import type { Bucket } from '../catalog/bucket.ts';
import type { ObjectVersion, Version } from '../catalog/object-version.ts';
import { isoTime } from '../core/calendar.ts';
import { listPage, type Page } from '../core/list-page.ts';
import { percentEncode } from '../core/query.ts';
import { invalidArgument } from '../core/s3-error.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf } from './lookup.ts';

const LIST_MAX_KEYS = 1000;

/** How names are written: as they are, or percent-encoded with a plus for the space, as S3 does it. */
export type NameWriter = (name: string) => string;

/** @throws S3Error InvalidArgument */
export function readEncoding(call: Call): NameWriter {
  const encoding = call.query.get('encoding-type');
  if (encoding === undefined || encoding === '') return (name) => name;
  if (encoding === 'url') return (name) => percentEncode(name).replaceAll('%20', '+').replaceAll('%2F', '/');
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

/** @throws S3Error InvalidArgument */
export function readMaxKeys(call: Call, name = 'max-keys'): number {
  const text = call.query.get(name);
  if (text === undefined || text === '') return LIST_MAX_KEYS;
  if (!/^-?\d+$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  if (Number(text) < 0 || Number(text) > 2 ** 31 - 1) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  }
  return Math.min(Number(text), LIST_MAX_KEYS);
}

const current = (versions: readonly Version[]): readonly ObjectVersion[] => {
  const [newest] = versions;
  return newest?.kind === 'object' ? [newest] : [];
};

function pageOf(call: Call, bucket: Bucket, after: string, maxKeys: number): Page<ObjectVersion> {
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  return listPage(bucket.objects.view(current), { prefix, delimiter, after, maxKeys });
}

export const ownerXml = (account: string, tag = 'Owner'): string => {
  const { canonicalId, displayName } = accountOf(account);
  return `<${tag}>${element('ID', canonicalId)}${element('DisplayName', displayName)}</${tag}>`;
};

function contentsXml(version: ObjectVersion, write: NameWriter, withOwner: boolean): string {
  const { checksum } = version;
  return (
    `<Contents>${element('Key', write(version.key))}<LastModified>${isoTime(version.lastModifiedMs)}</LastModified>` +
    `<ETag>&quot;${version.etag}&quot;</ETag>` +
    (checksum === undefined
      ? ''
      : `<ChecksumAlgorithm>${checksum.algorithm}</ChecksumAlgorithm><ChecksumType>${checksum.type}</ChecksumType>`) +
    `<Size>${version.size}</Size>${withOwner ? ownerXml(version.owner) : ''}<StorageClass>${version.storageClass}</StorageClass></Contents>`
  );
}

export const commonPrefixesXml = (prefixes: readonly string[], write: NameWriter): string =>
  prefixes.map((prefix) => `<CommonPrefixes>${element('Prefix', write(prefix))}</CommonPrefixes>`).join('');

export function listObjectsV2(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const { query } = call;
  const listType = query.get('list-type') ?? '';
  if (listType !== '2') throw invalidArgument('Invalid List Type specified in Request', 'list-type', listType);
  const write = readEncoding(call);
  const maxKeys = readMaxKeys(call);
  const token = query.get('continuation-token');
  const after = token === undefined || token === '' ? (query.get('start-after') ?? '') : readToken(token);
  const page = pageOf(call, bucket, after, maxKeys);
  const withOwner = query.get('fetch-owner') === 'true';
  const startAfter = query.get('start-after');
  const delimiter = query.get('delimiter');
  const head =
    element('Name', call.bucket) +
    element('Prefix', write(query.get('prefix') ?? '')) +
    (delimiter === undefined || delimiter === '' ? '' : element('Delimiter', write(delimiter))) +
    (startAfter === undefined || startAfter === '' ? '' : element('StartAfter', write(startAfter))) +
    element('ContinuationToken', token) +
    (page.truncated ? element('NextContinuationToken', toToken(page.last)) : '') +
    element('KeyCount', page.items.length + page.commonPrefixes.length) +
    element('MaxKeys', maxKeys) +
    encodingXml(call) +
    element('IsTruncated', page.truncated);
  const items = page.items.map((version) => contentsXml(version, write, withOwner)).join('');
  return xmlReply(xmlDocument('ListBucketResult', head + items + commonPrefixesXml(page.commonPrefixes, write)), {
    'x-amz-bucket-region': bucket.terms.region,
  });
}

export function listObjects(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const { query } = call;
  const write = readEncoding(call);
  const maxKeys = readMaxKeys(call);
  const marker = query.get('marker') ?? '';
  const page = pageOf(call, bucket, marker, maxKeys);
  const delimiter = query.get('delimiter') ?? '';
  const head =
    element('Name', call.bucket) +
    // The first version of the operation writes the prefix as it is; SDKs do not decode it.
    element('Prefix', query.get('prefix') ?? '') +
    element('Marker', write(marker)) +
    (page.truncated && delimiter !== '' ? element('NextMarker', write(page.last)) : '') +
    element('MaxKeys', maxKeys) +
    (delimiter === '' ? '' : element('Delimiter', write(delimiter))) +
    encodingXml(call) +
    element('IsTruncated', page.truncated);
  const items = page.items.map((version) => contentsXml(version, write, true)).join('');
  return xmlReply(xmlDocument('ListBucketResult', head + items + commonPrefixesXml(page.commonPrefixes, write)), {
    'x-amz-bucket-region': bucket.terms.region,
  });
}

export const encodingXml = (call: Call): string => element('EncodingType', call.query.get('encoding-type'));

/** Tokens are opaque to clients; the mark at the front tells a real one from a made-up one. */
const TOKEN_MARK = '1';
const toToken = (last: string): string => TOKEN_MARK + Buffer.from(last).toString('base64url');

function readToken(token: string): string {
  if (!token.startsWith(TOKEN_MARK)) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return Buffer.from(token.slice(TOKEN_MARK.length), 'base64url').toString();
}
