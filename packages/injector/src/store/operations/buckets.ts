import { accountOf } from '../auth/account.ts';
import { readDocument } from '../body/documents.ts';
import type { Bucket } from '../catalog/bucket.ts';
import { aclFromHeaders } from '../core/acl.ts';
import { isBucketName } from '../core/bucket-name.ts';
import { isoTime } from '../core/calendar.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { ownershipFromHeader, ownershipXml } from '../core/ownership.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { childText, parseXml } from '../core/xml-read.ts';
import { element, xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf } from './lookup.ts';

const LIST_MAX_BUCKETS = 10_000;

const accountName = (call: Call): string => {
  if (call.caller.kind === 'anonymous') throw new S3Error('AccessDenied');
  return call.caller.account;
};

export function listBuckets(call: Call, services: Services): Reply {
  const owner = accountName(call);
  const prefix = call.query.get('prefix') ?? '';
  const region = call.query.get('bucket-region');
  const after = call.query.get('continuation-token');
  const wanted = call.query.get('max-buckets');
  const max = Number(wanted ?? LIST_MAX_BUCKETS);
  if (!Number.isInteger(max) || max < 1 || max > LIST_MAX_BUCKETS) {
    throw invalidArgument('max-buckets must be an integer between 1 and 10000', 'max-buckets', wanted ?? '');
  }
  const start = after === undefined ? '' : Buffer.from(after, 'base64url').toString();
  const found = [...services.catalog.buckets()]
    .filter(({ terms }) => terms.owner === owner && terms.name.startsWith(prefix) && terms.name > start)
    .filter(({ terms }) => region === undefined || terms.region === region)
    .toSorted((a, b) => compareUtf8(a.terms.name, b.terms.name));
  const page = found.slice(0, max);
  const last = page.at(-1)?.terms.name ?? '';
  const { canonicalId, displayName } = accountOf(owner);
  const buckets = page.map(
    ({ terms }) =>
      `<Bucket>${element('Name', terms.name)}${element('CreationDate', isoTime(terms.createdMs))}${element('BucketRegion', terms.region)}</Bucket>`,
  );
  const token = found.length > page.length ? Buffer.from(last).toString('base64url') : undefined;
  return xmlReply(
    xmlDocument(
      'ListAllMyBucketsResult',
      `<Owner>${element('ID', canonicalId)}${element('DisplayName', displayName)}</Owner>` +
        `<Buckets>${buckets.join('')}</Buckets>${element('ContinuationToken', token)}` +
        element('Prefix', call.query.get('prefix')),
    ),
  );
}

export async function createBucket(call: Call, services: Services): Promise<Reply> {
  const owner = accountName(call);
  if (!isBucketName(call.bucket)) {
    throw new S3Error('InvalidBucketName', { details: { BucketName: call.bucket } });
  }
  const document = await readDocument(call);
  const region = readLocation(document, call, services);
  const existing = services.catalog.bucket(call.bucket);
  if (existing !== undefined) return alreadyThere(existing, owner, region);
  if (call.headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true') {
    throw new S3Error('NotImplemented', { details: { Header: 'x-amz-bucket-object-lock-enabled' } });
  }
  const ownership = ownershipFromHeader(call.headers['x-amz-object-ownership']);
  const { canonicalId } = accountOf(owner);
  const acl = aclFromHeaders(call.headers, canonicalId, canonicalId, services.users);
  if (acl !== undefined && ownership === 'BucketOwnerEnforced') {
    throw new S3Error('InvalidBucketAclWithObjectOwnership', { details: { BucketName: call.bucket } });
  }
  const terms = { name: call.bucket, region, owner, createdMs: call.nowMs };
  await services.commit({ type: 'bucket.created', terms });
  if (acl !== undefined) await services.commit({ type: 'bucket.acl', bucket: call.bucket, acl });
  if (ownership !== undefined) {
    const value = ownershipXml(ownership);
    await services.commit({ type: 'bucket.configured', bucket: call.bucket, name: 'ownership', value });
  }
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

/** Only us-east-1 forgives the second creation of one's own bucket. */
function alreadyThere(existing: Bucket, owner: string, region: string): Reply {
  const { name } = existing.terms;
  if (existing.terms.owner !== owner) {
    throw new S3Error('BucketAlreadyExists', { details: { BucketName: name } });
  }
  if (region === 'us-east-1' && existing.terms.region === 'us-east-1') {
    return { status: 200, headers: { location: `/${name}` } };
  }
  throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } });
}

/** The region that CreateBucket names: none means us-east-1, and elsewhere it must be the endpoint's own. */
function readLocation(document: string, call: Call, services: Services): string {
  const constraint =
    document.trim() === ''
      ? undefined
      : childText(parseXml(document, 'CreateBucketConfiguration'), 'LocationConstraint');
  if (constraint === undefined || constraint === '') {
    if (call.region === 'us-east-1') return 'us-east-1';
    throw illegalLocation('unspecified');
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (region === call.region && region !== 'us-east-1') return region;
  if (region === 'us-east-1' || !services.regions.includes(region)) {
    throw new S3Error('InvalidLocationConstraint', { details: { LocationConstraint: constraint } });
  }
  // The classic endpoint creates buckets in any region.
  if (call.region === 'us-east-1') return region;
  throw illegalLocation(constraint);
}

const illegalLocation = (constraint: string): S3Error =>
  new S3Error('IllegalLocationConstraintException', {
    message: `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });

export function headBucket(call: Call, services: Services): Reply {
  const { terms } = bucketOf(call, services);
  return {
    status: 200,
    headers: {
      'x-amz-bucket-region': terms.region,
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
  };
}

export async function deleteBucket(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  if (bucket.objects.size > 0) {
    const message =
      bucket.versioning === 'never'
        ? {}
        : { message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.' };
    throw new S3Error('BucketNotEmpty', { ...message, details: { BucketName: call.bucket } });
  }
  await services.commit({ type: 'bucket.deleted', bucket: call.bucket });
  return { status: 204 };
}

export function getBucketLocation(call: Call, services: Services): Reply {
  const { region } = bucketOf(call, services).terms;
  const inner = region === 'us-east-1' ? '' : region;
  return xmlReply(xmlDocument('LocationConstraint', inner));
}
