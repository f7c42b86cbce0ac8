/** What a host name says about a request to S3. */
export interface HostAddress {
  /** The region it names; null where it names none, as `127.0.0.1`, or where S3 finds out itself (acceleration). */
  readonly region: string | null;
  /** The bucket, in virtual-host style; null in path style. An access point stands in for its bucket. */
  readonly bucket: string | null;
  /** Whether this is a host of Amazon S3. */
  readonly amazon: boolean;
}

const REGION = String.raw`(?<region>[a-z]{2}(?:-[a-z]+)+-\d)`;
const BUCKET = String.raw`(?:(?<bucket>.+)\.)?`;
const AWS = String.raw`\.amazonaws\.com(?:\.cn)?`;

const amazonHosts = [
  // Regional, dual-stack, FIPS, and the old spelling with a hyphen: bucket.s3-us-west-2.amazonaws.com.
  new RegExp(String.raw`^${BUCKET}s3(?:-fips)?(?:\.dualstack)?[.-]${REGION}${AWS}$`),
  new RegExp(String.raw`^(?<bucket>[^.]+)\.s3-accesspoint(?:-fips)?(?:\.dualstack)?\.${REGION}${AWS}$`),
  new RegExp(String.raw`^${BUCKET}s3express-[a-z\d-]+\.${REGION}${AWS}$`),
  new RegExp(String.raw`^${BUCKET}s3-accelerate(?:\.dualstack)?${AWS}$`),
];
/** The global endpoint, which is us-east-1's: boto3 still uses it for that region. */
const globalHost = new RegExp(String.raw`^${BUCKET}s3(?:-external-1)?${AWS}$`);
/** Virtual-host style on this machine: bucket.localhost, bucket.s3.us-east-1.localhost. */
const localHost = new RegExp(String.raw`^(?:${BUCKET}s3[.-]${REGION}|(?<name>.+))\.localhost$`);

/** Reads a `Host` header or a tunnel's target; the port does not matter. */
export function hostAddress(host: string): HostAddress {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  for (const pattern of amazonHosts) {
    const groups = pattern.exec(name)?.groups;
    if (groups !== undefined) {
      return { region: groups['region'] ?? null, bucket: groups['bucket'] ?? null, amazon: true };
    }
  }
  const global = globalHost.exec(name);
  if (global !== null) return { region: 'us-east-1', bucket: global.groups?.['bucket'] ?? null, amazon: true };
  const local = localHost.exec(name)?.groups;
  return { region: local?.['region'] ?? null, bucket: local?.['bucket'] ?? local?.['name'] ?? null, amazon: false };
}

/** A request target split up. `path` and `query` are as sent. */
export interface Target {
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
}

/** A request target as servers get it (`/path`), also where it came in the absolute form of proxies (`http://host/path`). */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const short = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '');
  return short.startsWith('/') || short === '*' ? short : `/${short}`;
}

/** Splits a request target, in either form. */
export function splitTarget(target: string): Target {
  const short = originForm(target);
  const mark = short.indexOf('?');
  return mark === -1 ? { path: short, query: '' } : { path: short.slice(0, mark), query: short.slice(mark + 1) };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not UTF-8: better the raw text than none.
  }
}

export interface ObjectAddress {
  readonly bucket: string | null;
  readonly key: string | null;
}

/** Bucket and key of a request, from its path and what its host says. Keys keep dot segments and double slashes. */
export function objectAddress(path: string, hostBucket: string | null): ObjectAddress {
  if (hostBucket !== null) return { bucket: hostBucket, key: path.length > 1 ? decode(path.slice(1)) : null };
  const slash = path.indexOf('/', 1);
  if (slash === -1) return { bucket: path.length > 1 ? decode(path.slice(1)) : null, key: null };
  const key = path.slice(slash + 1);
  return { bucket: decode(path.slice(1, slash)), key: key === '' ? null : decode(key) };
}

const scopeInHeader = /Credential=[^/,\s]+\/\d{8}\/([a-z\d-]+)\/s3/;
const scopeInQuery = /X-Amz-Credential=[^&]*?(?:%2F|\/)\d{8}(?:%2F|\/)([a-z\d-]+)(?:%2F|\/)s3/i;

/** The region that a request is signed for: from the SigV4 credential scope in its header or its presigned query. */
export function signedRegion(authorization: string | undefined, query: string): string | null {
  if (authorization !== undefined) return scopeInHeader.exec(authorization)?.[1] ?? null;
  return query === '' ? null : (scopeInQuery.exec(query)?.[1] ?? null);
}

const versionParameter = /(?:^|&)versionId=([^&]+)/;

/** The version that a query asks for; null where it asks for the newest. */
export function versionIdIn(query: string): string | null {
  const written = query === '' ? undefined : versionParameter.exec(query)?.[1];
  return written === undefined ? null : decode(written);
}
