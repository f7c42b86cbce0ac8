import { readDocument } from '../body/documents.ts';
import type { Version } from '../catalog/object-version.ts';
import { isoTime } from '../core/calendar.ts';
import { itemsAfter, listPage } from '../core/list-page.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { childText, parseXml } from '../core/xml-read.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import {
  commonPrefixesXml,
  encodingXml,
  ownerXml,
  readEncoding,
  readMaxKeys,
  type NameWriter,
} from './list-objects.ts';
import { bucketOf, checkVersionId } from './lookup.ts';

export function getBucketVersioning(call: Call, services: Services): Reply {
  const { versioning } = bucketOf(call, services);
  return xmlReply(xmlDocument('VersioningConfiguration', versioning === 'never' ? '' : element('Status', versioning)));
}

export async function putBucketVersioning(call: Call, services: Services): Promise<Reply> {
  const document = parseXml(await readDocument(call), 'VersioningConfiguration');
  const bucket = bucketOf(call, services);
  if (childText(document, 'MfaDelete') === 'Enabled') {
    throw new S3Error('NotImplemented', { details: { Header: 'MfaDelete' } });
  }
  const status = childText(document, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error('IllegalVersioningConfigurationException', {
      message: 'The Versioning element must be specified',
    });
  }
  if (status === 'Suspended' && bucket.configurations.has('replication')) {
    throw new S3Error('InvalidBucketState', {
      message: 'A replication configuration is present on this bucket, so you cannot change the versioning state.',
    });
  }
  await services.commit({ type: 'bucket.versioned', bucket: call.bucket, versioning: status });
  return { status: 200 };
}

interface Listed {
  readonly version: Version;
  readonly isLatest: boolean;
}

export function listObjectVersions(call: Call, services: Services): Reply {
  const bucket = bucketOf(call, services);
  const { query } = call;
  const write = readEncoding(call);
  const maxKeys = readMaxKeys(call);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker');
  if (idMarker !== undefined && idMarker !== '' && after === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      idMarker,
    );
  }
  if (idMarker !== undefined && idMarker !== '') checkVersionId(idMarker, 'version-id-marker');
  const rest = (items: readonly Listed[]): readonly Listed[] =>
    itemsAfter(items, ({ version }) => version.versionId, idMarker);
  const source = bucket.objects.view((versions) =>
    versions.map((version, index): Listed => ({ version, isLatest: index === 0 })),
  );
  const page = listPage(source, { prefix, delimiter, after, rest, maxKeys });
  const lastItem = page.items.at(-1)?.version;
  return xmlReply(
    xmlDocument(
      'ListVersionsResult',
      element('Name', call.bucket) +
        element('Prefix', write(prefix)) +
        element('KeyMarker', write(after)) +
        element('VersionIdMarker', idMarker ?? '') +
        (page.truncated
          ? element('NextKeyMarker', write(page.last)) +
            element('NextVersionIdMarker', lastItem?.key === page.last ? lastItem.versionId : undefined)
          : '') +
        element('MaxKeys', maxKeys) +
        (delimiter === '' ? '' : element('Delimiter', write(delimiter))) +
        encodingXml(call) +
        element('IsTruncated', page.truncated) +
        page.items.map((listed) => versionXml(listed, write)).join('') +
        commonPrefixesXml(page.commonPrefixes, write),
    ),
  );
}

function versionXml({ version, isLatest }: Listed, write: NameWriter): string {
  const head =
    element('Key', write(version.key)) +
    element('VersionId', version.versionId) +
    element('IsLatest', isLatest) +
    element('LastModified', isoTime(version.lastModifiedMs));
  if (version.kind === 'delete-marker') return `<DeleteMarker>${head}${ownerXml(version.owner)}</DeleteMarker>`;
  const { checksum } = version;
  return (
    `<Version>${head}<ETag>&quot;${version.etag}&quot;</ETag>` +
    element('ChecksumAlgorithm', checksum?.algorithm) +
    element('ChecksumType', checksum?.type) +
    `${element('Size', version.size)}${ownerXml(version.owner)}${element('StorageClass', version.storageClass)}</Version>`
  );
}
