import { mayAccess } from '../auth/access.ts';
import type { Bucket } from '../catalog/bucket.ts';
import { readDocument } from '../body/documents.ts';
import { matchesEtag } from '../core/conditions.ts';
import { S3Error } from '../core/s3-error.ts';
import { childrenOf, childRawText, childText, parseXml, type XmlElement } from '../core/xml-read.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, checkVersionId, isVersionId } from './lookup.ts';

const DELETE_MAX_KEYS = 1000;

/** What a deletion did. */
interface Deletion {
  /** The version that went, or the marker that came. */
  readonly versionId?: string;
  readonly marker?: true;
}

/** Conditions that only directory buckets know: to delete without a look at them would be a lie. */
const directoryHeaders = ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size'];
const directoryElements = ['LastModifiedTime', 'Size'];

export async function deleteObject(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  const header = directoryHeaders.find((name) => call.headers[name] !== undefined);
  if (header !== undefined) throw new S3Error('NotImplemented', { details: { Header: header } });
  const versionId = call.query.get('versionId');
  if (versionId !== undefined) checkVersionId(versionId);
  const deletion = await remove(bucket, call.key, versionId, call, services, call.headers['if-match']);
  return {
    status: 204,
    headers: {
      ...(deletion.versionId !== undefined && { 'x-amz-version-id': deletion.versionId }),
      ...(deletion.marker === true && { 'x-amz-delete-marker': 'true' }),
    },
  };
}

async function remove(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  call: Call,
  services: Services,
  ifMatch: string | undefined,
): Promise<Deletion> {
  const name = bucket.terms.name;
  if (ifMatch !== undefined) checkIfMatch(bucket, key, versionId, ifMatch);
  if (versionId !== undefined) {
    const version = bucket.version(key, versionId);
    if (version === undefined) return bucket.versioning === 'never' ? {} : { versionId };
    await services.commit({ type: 'version.removed', bucket: name, key, versionId });
    if (bucket.versioning === 'never') return {};
    return version.kind === 'delete-marker' ? { versionId, marker: true } : { versionId };
  }
  if (bucket.versioning === 'never') {
    if (bucket.newest(key) !== undefined) {
      await services.commit({ type: 'version.removed', bucket: name, key, versionId: 'null' });
    }
    return {};
  }
  const markerId = bucket.versioning === 'Enabled' ? services.newId(32) : 'null';
  await services.commit({
    type: 'version.put',
    bucket: name,
    version: {
      kind: 'delete-marker',
      key,
      versionId: markerId,
      lastModifiedMs: call.nowMs,
      owner: bucket.terms.owner,
    },
  });
  return { versionId: markerId, marker: true };
}

function checkIfMatch(bucket: Bucket, key: string, versionId: string | undefined, ifMatch: string): void {
  const found = versionId === undefined ? bucket.newest(key) : bucket.version(key, versionId);
  if (found?.kind !== 'object') throw new S3Error('NoSuchKey', { details: { Key: key } });
  if (!matchesEtag(ifMatch, found.etag))
    throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
}

/** DeleteObjects: up to a thousand keys, each with its own outcome. */
export async function deleteObjects(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  const guarded = Object.keys(call.headers).some(
    (name) => name === 'content-md5' || name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer',
  );
  if (!guarded) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    });
  }
  const request = parseXml(await readDocument(call), 'Delete');
  const wanted = childrenOf(request, 'Object');
  if (wanted.length === 0 || wanted.length > DELETE_MAX_KEYS) throw new S3Error('MalformedXML');
  const quiet = childText(request, 'Quiet')?.toLowerCase() === 'true';
  let inner = '';
  for (const item of wanted) inner += await deleteOne(bucket, item, quiet, call, services);
  return xmlReply(xmlDocument('DeleteResult', inner));
}

async function deleteOne(
  bucket: Bucket,
  item: XmlElement,
  quiet: boolean,
  call: Call,
  services: Services,
): Promise<string> {
  const key = childRawText(item, 'Key');
  if (key === undefined || key === '') throw new S3Error('MalformedXML');
  const versionId = childText(item, 'VersionId');
  try {
    if (!mayAccess(call, bucket, { operation: 'DeleteObject', key, versionId })) throw new S3Error('AccessDenied');
    // In a list S3 has other words for it than in a request of its own.
    if (versionId !== undefined && !isVersionId(versionId)) throw new S3Error('NoSuchVersion');
    const condition = directoryElements.find((name) => childText(item, name) !== undefined);
    if (condition !== undefined) throw new S3Error('NotImplemented', { details: { Header: condition } });
    const deletion = await remove(bucket, key, versionId, call, services, childText(item, 'ETag'));
    if (quiet) return '';
    const marker = deletion.marker === true;
    return `<Deleted>${element('Key', key)}${element('VersionId', versionId)}${
      marker ? element('DeleteMarker', true) + element('DeleteMarkerVersionId', deletion.versionId) : ''
    }</Deleted>`;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return `<Error>${element('Key', key)}${element('VersionId', versionId)}${element('Code', error.code)}${element('Message', error.message)}</Error>`;
  }
}
