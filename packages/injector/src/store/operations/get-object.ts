import type { ObjectVersion } from '../catalog/object-version.ts';
import { readRange, type ByteRange } from '../core/byte-range.ts';
import { isRangeValid, judgeRead } from '../core/conditions.ts';
import { isHeaderValue, responseOverrides } from '../core/metadata.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import type { Call, Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, isArchived, objectNamed } from './lookup.ts';
import { checksumHeaders, objectHeaders, type ReplyHeaders } from './object-headers.ts';

export function getObject(call: Call, services: Services): Reply {
  const shown = showObject(call, services);
  if (shown.kind === 'not-modified') return { status: 304, headers: shown.headers };
  const { version, range, status, headers } = shown;
  if (isArchived(version)) {
    throw new S3Error('InvalidObjectState', { details: { StorageClass: version.storageClass } });
  }
  return { status, headers, body: { kind: 'contents', segments: version.contents, range } };
}

export function headObject(call: Call, services: Services): Reply {
  const shown = showObject(call, services);
  if (shown.kind === 'not-modified') return { status: 304, headers: shown.headers };
  const { range, status, headers } = shown;
  return { status, headers: { ...headers, 'content-length': range.end - range.start + 1 } };
}

type Shown =
  | { readonly kind: 'not-modified'; readonly headers: ReplyHeaders }
  | {
      readonly kind: 'object';
      readonly version: ObjectVersion;
      readonly status: 200 | 206;
      readonly headers: ReplyHeaders;
      readonly range: ByteRange;
    };

/** Everything about the answer to a GET or HEAD but its body. */
function showObject(call: Call, services: Services): Shown {
  const bucket = bucketOf(call, services);
  const version = objectNamed(bucket, call.key, call.query.get('versionId'));
  const conditions = {
    ifMatch: call.headers['if-match'],
    ifNoneMatch: call.headers['if-none-match'],
    ifModifiedSince: call.headers['if-modified-since'],
    ifUnmodifiedSince: call.headers['if-unmodified-since'],
  };
  const verdict = judgeRead(conditions, version);
  if (verdict.kind === 'failed') throw new S3Error('PreconditionFailed', { details: { Condition: verdict.condition } });
  const headers = objectHeaders(version, bucket);
  if (verdict.kind === 'not-modified') {
    const { etag = '', 'last-modified': lastModified = '' } = headers;
    return { kind: 'not-modified', headers: { etag, 'last-modified': lastModified } };
  }
  applyOverrides(call, headers);
  const partNumber = call.query.get('partNumber');
  if (partNumber !== undefined) return showPart(call, version, partNumber, headers);
  const wanted = isRangeValid(call.headers['if-range'], version) ? call.headers['range'] : undefined;
  const reading = readRange(wanted, version.size);
  if (reading.kind === 'unsatisfiable') {
    throw new S3Error('InvalidRange', {
      details: { RangeRequested: wanted ?? '', ActualObjectSize: String(version.size) },
      headers: { 'content-range': `bytes */${version.size}` },
    });
  }
  if (reading.kind === 'part') return { kind: 'object', version, ...showRange(version, reading.range, headers) };
  if (wantsChecksum(call)) Object.assign(headers, checksumHeaders(version.checksum));
  return { kind: 'object', version, status: 200, headers, range: { start: 0, end: version.size - 1 } };
}

const wantsChecksum = (call: Call): boolean => call.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';

function showRange(
  version: ObjectVersion,
  range: ByteRange,
  headers: ReplyHeaders,
): { readonly status: 206; readonly headers: ReplyHeaders; readonly range: ByteRange } {
  headers['content-range'] = `bytes ${range.start}-${range.end}/${version.size}`;
  return { status: 206, headers, range };
}

function showPart(call: Call, version: ObjectVersion, partNumber: string, headers: ReplyHeaders): Shown {
  const number = Number(partNumber);
  if (!/^\d+$/.test(partNumber) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', partNumber);
  }
  if (call.headers['range'] !== undefined) {
    throw new S3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' });
  }
  const parts = version.parts ?? [{ partNumber: 1, size: version.size, checksum: version.checksum }];
  const part = parts[number - 1];
  if (part === undefined) {
    throw new S3Error('InvalidPartNumber', {
      details: { PartNumberRequested: partNumber, ActualPartCount: String(parts.length) },
    });
  }
  if (version.parts !== undefined) headers['x-amz-mp-parts-count'] = parts.length;
  if (wantsChecksum(call) && part.checksum !== undefined) {
    // The part's own value, under the type of the whole.
    Object.assign(headers, checksumHeaders({ ...part.checksum, type: version.checksum?.type ?? part.checksum.type }));
  }
  const start = parts.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  if (part.size === 0) return { kind: 'object', version, status: 200, headers, range: { start: 0, end: -1 } };
  return { kind: 'object', version, ...showRange(version, { start, end: start + part.size - 1 }, headers) };
}

/** `response-content-type` and its like: for signed requests only, as they change what is served. */
function applyOverrides(call: Call, headers: ReplyHeaders): void {
  for (const [parameter, header] of responseOverrides) {
    const value = call.query.get(parameter);
    if (value === undefined) continue;
    if (call.caller.kind === 'anonymous') {
      throw new S3Error('InvalidRequest', {
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    if (!isHeaderValue(value)) {
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
    }
    headers[header] = value;
  }
}
