import { S3Error } from './s3-error.ts';

/** What an object carries beside its bytes, as headers of the answer. */
export interface Metadata {
  /** `content-type`, `cache-control` and their like, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, whole names. */
  readonly user: Readonly<Record<string, string>>;
}

const USER_METADATA_MAX_BYTES = 2048;
const USER_PREFIX = 'x-amz-meta-';
const systemHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
] as const;

const nothing: Readonly<Record<string, string>> = Object.freeze({});
const plain: Readonly<Record<string, string>> = Object.freeze({ 'content-type': 'binary/octet-stream' });

/** `aws-chunked` is how a body travels, not what it is: only the rest of the list is kept. */
function contentEncoding(value: string): string {
  if (!value.toLowerCase().includes('aws-chunked')) return value;
  return value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
    .join(',');
}

/** Collects an object's metadata from the headers of its upload. @throws S3Error MetadataTooLarge beyond 2 KB. */
export function readMetadata(headers: Readonly<Record<string, string | undefined>>): Metadata {
  const system: Record<string, string> = {};
  let systemCount = 0;
  for (const name of systemHeaders) {
    const value = headers[name];
    const kept = value !== undefined && name === 'content-encoding' ? contentEncoding(value) : value;
    if (kept === undefined || kept === '') continue;
    system[name] = kept;
    systemCount += 1;
  }
  if (system['content-type'] === undefined) system['content-type'] = 'binary/octet-stream';
  const user: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(USER_PREFIX)) continue;
    user[name] = value ?? '';
    bytes += name.length - USER_PREFIX.length + (value?.length ?? 0);
  }
  if (bytes > USER_METADATA_MAX_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      details: { Size: String(bytes), MaxSizeAllowed: String(USER_METADATA_MAX_BYTES) },
    });
  }
  // Objects without metadata share one record: a million keys then cost none.
  return {
    headers: systemCount === 0 ? plain : system,
    user: bytes === 0 && Object.keys(user).length === 0 ? nothing : user,
  };
}

/**
 * A value of user metadata as S3 gives it back: what is not ASCII comes in the mail's encoding (RFC 2047), its bytes taken
 * for Latin-1 (S3 User Guide, "Working with object metadata").
 */
export function mailSafe(value: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  return /^[\x00-\x7f]*$/.test(value) ? value : `=?UTF-8?B?${base64OfUtf8(value)}?=`;
}

function base64OfUtf8(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Whether a text can be sent as a header's value: of Latin-1, without control characters, which could end the line. */
export const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

/** `response-content-type=...` and their like in a GET's query outrank what the object carries. */
export const responseOverrides: readonly (readonly [parameter: string, header: string])[] = [
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
  ['response-content-language', 'content-language'],
  ['response-content-type', 'content-type'],
  ['response-expires', 'expires'],
];
