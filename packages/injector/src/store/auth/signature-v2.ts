import { createHmac } from 'node:crypto';
import { parseHttpTime } from '../core/calendar.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Credential } from './account.ts';
import type { SignedParts } from './check-signature.ts';
import { sameSignature } from './signing-key.ts';

/** Query parameters that Signature Version 2 signs along with the path. */
const signedParameters: ReadonlySet<string> = new Set(
  (
    'accelerate acl analytics cors delete encryption inventory lifecycle location logging metrics notification object-lock ' +
    'ownershipControls partNumber policy policyStatus publicAccessBlock replication requestPayment response-cache-control ' +
    'response-content-disposition response-content-encoding response-content-language response-content-type ' +
    'response-expires restore retention legal-hold select select-type tagging torrent uploadId uploads versionId ' +
    'versioning versions website'
  ).split(' '),
);

export const signV2 = (secret: string, text: string): string =>
  createHmac('sha1', secret).update(text, 'latin1').digest('base64');

/** The text that a client of the old scheme signs; `date` is the Date header, or the expiry of a presigned URL. */
function stringToSign({ method, path, query, headers, bucket, isHosted }: SignedParts, date: string): string {
  const amz = Object.keys(headers)
    .filter((name) => name.startsWith('x-amz-'))
    .toSorted()
    .map((name) => `${name}:${headers[name]?.trim() ?? ''}\n`);
  const flags = [...query.keys()]
    .filter((name) => signedParameters.has(name))
    .toSorted()
    .map((name) => (query.get(name) === '' ? name : `${name}=${query.get(name) ?? ''}`));
  const resource = `${isHosted ? `/${bucket}` : ''}${path}${flags.length > 0 ? `?${flags.join('&')}` : ''}`;
  return `${method}\n${headers['content-md5'] ?? ''}\n${headers['content-type'] ?? ''}\n${date}\n${amz.join('')}${resource}`;
}

const SKEW_MAX_MS = 15 * 60_000;

/** Checks `Authorization: AWS KEY:SIGNATURE`. @throws S3Error */
export function checkHeaderV2(
  parts: SignedParts,
  header: string,
  credentials: ReadonlyMap<string, Credential>,
  nowMs: number,
): Credential {
  const colon = header.lastIndexOf(':');
  if (colon === -1) {
    throw new S3Error('InvalidArgument', {
      message: 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
      details: { ArgumentName: 'Authorization', ArgumentValue: header },
    });
  }
  const credential = find(credentials, header.slice(4, colon).trim());
  const date = parts.headers['x-amz-date'] ?? parts.headers['date'] ?? '';
  const sentMs = parseHttpTime(date);
  if (sentMs === undefined || sentMs < 0) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  if (Math.abs(nowMs - sentMs) > SKEW_MAX_MS)
    throw new S3Error('RequestTimeTooSkewed', { details: { RequestTime: date } });
  const signedDate = parts.headers['x-amz-date'] === undefined ? date : '';
  check(parts, credential, header.slice(colon + 1).trim(), signedDate);
  return credential;
}

/** Checks `?AWSAccessKeyId=&Expires=&Signature=`, which boto3 and others still presign with. @throws S3Error */
export function checkQueryV2(
  parts: SignedParts,
  credentials: ReadonlyMap<string, Credential>,
  nowMs: number,
): Credential {
  const key = parts.query.get('AWSAccessKeyId');
  const signature = parts.query.get('Signature');
  const expires = parts.query.get('Expires');
  if (key === undefined || signature === undefined || expires === undefined) {
    throw new S3Error('AccessDenied', {
      message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    });
  }
  const credential = find(credentials, key);
  if (!/^\d+$/.test(expires))
    throw new S3Error('AccessDenied', { message: `Invalid date (should be seconds since epoch): ${expires}` });
  if (nowMs > Number(expires) * 1000) throw new S3Error('AccessDenied', { message: 'Request has expired' });
  // A query decodes plus to space, and base64 has many.
  check(parts, credential, signature.replaceAll(' ', '+'), expires);
  return credential;
}

function find(credentials: ReadonlyMap<string, Credential>, accessKeyId: string): Credential {
  const credential = credentials.get(accessKeyId);
  if (credential === undefined) throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });
  return credential;
}

function check(parts: SignedParts, credential: Credential, signature: string, date: string): void {
  const text = stringToSign(parts, date);
  if (sameSignature(signature, signV2(credential.secretAccessKey, text))) return;
  // botocore signs the path of a bucket with a slash at its end, and sends it without.
  const slashed = stringToSign({ ...parts, path: `${parts.path}/` }, date);
  if (sameSignature(signature, signV2(credential.secretAccessKey, slashed))) return;
  throw new S3Error('SignatureDoesNotMatch', {
    details: { AWSAccessKeyId: credential.accessKeyId, StringToSign: text, SignatureProvided: signature },
  });
}
