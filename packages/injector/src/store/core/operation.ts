/** Where a request is aimed: the account, a bucket, or an object. */
export type Level = 'service' | 'bucket' | 'object';

interface Row {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS';
  readonly level: Level;
  /** The query flag that selects the operation, e.g. `tagging` in `PUT /bucket?tagging`. */
  readonly flag?: string;
  /** Selected by the presence of `x-amz-copy-source`. */
  readonly copy?: true;
}

/** The operations that exist here, by Amazon's names. Selection in S3 is by method, depth of the path and query flag. */
const rows = [
  { operation: 'ListBuckets', method: 'GET', level: 'service' },

  { operation: 'CreateBucket', method: 'PUT', level: 'bucket' },
  { operation: 'HeadBucket', method: 'HEAD', level: 'bucket' },
  { operation: 'DeleteBucket', method: 'DELETE', level: 'bucket' },
  { operation: 'GetBucketLocation', method: 'GET', level: 'bucket', flag: 'location' },
  { operation: 'ListObjects', method: 'GET', level: 'bucket' },
  { operation: 'ListObjectsV2', method: 'GET', level: 'bucket', flag: 'list-type' },
  { operation: 'ListObjectVersions', method: 'GET', level: 'bucket', flag: 'versions' },
  { operation: 'GetBucketVersioning', method: 'GET', level: 'bucket', flag: 'versioning' },
  { operation: 'PutBucketVersioning', method: 'PUT', level: 'bucket', flag: 'versioning' },
  { operation: 'GetBucketTagging', method: 'GET', level: 'bucket', flag: 'tagging' },
  { operation: 'PutBucketTagging', method: 'PUT', level: 'bucket', flag: 'tagging' },
  { operation: 'DeleteBucketTagging', method: 'DELETE', level: 'bucket', flag: 'tagging' },
  { operation: 'GetBucketReplication', method: 'GET', level: 'bucket', flag: 'replication' },
  { operation: 'PutBucketReplication', method: 'PUT', level: 'bucket', flag: 'replication' },
  { operation: 'DeleteBucketReplication', method: 'DELETE', level: 'bucket', flag: 'replication' },
  { operation: 'GetBucketAcl', method: 'GET', level: 'bucket', flag: 'acl' },
  { operation: 'PutBucketAcl', method: 'PUT', level: 'bucket', flag: 'acl' },
  { operation: 'GetBucketPolicy', method: 'GET', level: 'bucket', flag: 'policy' },
  { operation: 'PutBucketPolicy', method: 'PUT', level: 'bucket', flag: 'policy' },
  { operation: 'DeleteBucketPolicy', method: 'DELETE', level: 'bucket', flag: 'policy' },
  { operation: 'GetBucketPolicyStatus', method: 'GET', level: 'bucket', flag: 'policyStatus' },
  { operation: 'GetPublicAccessBlock', method: 'GET', level: 'bucket', flag: 'publicAccessBlock' },
  { operation: 'PutPublicAccessBlock', method: 'PUT', level: 'bucket', flag: 'publicAccessBlock' },
  { operation: 'DeletePublicAccessBlock', method: 'DELETE', level: 'bucket', flag: 'publicAccessBlock' },
  { operation: 'GetBucketCors', method: 'GET', level: 'bucket', flag: 'cors' },
  { operation: 'PutBucketCors', method: 'PUT', level: 'bucket', flag: 'cors' },
  { operation: 'DeleteBucketCors', method: 'DELETE', level: 'bucket', flag: 'cors' },
  { operation: 'GetBucketLifecycleConfiguration', method: 'GET', level: 'bucket', flag: 'lifecycle' },
  { operation: 'PutBucketLifecycleConfiguration', method: 'PUT', level: 'bucket', flag: 'lifecycle' },
  { operation: 'DeleteBucketLifecycle', method: 'DELETE', level: 'bucket', flag: 'lifecycle' },
  { operation: 'GetBucketEncryption', method: 'GET', level: 'bucket', flag: 'encryption' },
  { operation: 'PutBucketEncryption', method: 'PUT', level: 'bucket', flag: 'encryption' },
  { operation: 'DeleteBucketEncryption', method: 'DELETE', level: 'bucket', flag: 'encryption' },
  { operation: 'GetBucketOwnershipControls', method: 'GET', level: 'bucket', flag: 'ownershipControls' },
  { operation: 'PutBucketOwnershipControls', method: 'PUT', level: 'bucket', flag: 'ownershipControls' },
  { operation: 'DeleteBucketOwnershipControls', method: 'DELETE', level: 'bucket', flag: 'ownershipControls' },
  { operation: 'GetBucketNotificationConfiguration', method: 'GET', level: 'bucket', flag: 'notification' },
  { operation: 'PutBucketNotificationConfiguration', method: 'PUT', level: 'bucket', flag: 'notification' },
  { operation: 'GetBucketLogging', method: 'GET', level: 'bucket', flag: 'logging' },
  { operation: 'PutBucketLogging', method: 'PUT', level: 'bucket', flag: 'logging' },
  { operation: 'GetBucketAccelerateConfiguration', method: 'GET', level: 'bucket', flag: 'accelerate' },
  { operation: 'GetBucketRequestPayment', method: 'GET', level: 'bucket', flag: 'requestPayment' },
  { operation: 'PutBucketRequestPayment', method: 'PUT', level: 'bucket', flag: 'requestPayment' },
  { operation: 'GetBucketWebsite', method: 'GET', level: 'bucket', flag: 'website' },
  { operation: 'GetObjectLockConfiguration', method: 'GET', level: 'bucket', flag: 'object-lock' },
  { operation: 'PostObject', method: 'POST', level: 'bucket' },
  { operation: 'Preflight', method: 'OPTIONS', level: 'bucket' },
  { operation: 'ListMultipartUploads', method: 'GET', level: 'bucket', flag: 'uploads' },
  { operation: 'DeleteObjects', method: 'POST', level: 'bucket', flag: 'delete' },

  { operation: 'PutObject', method: 'PUT', level: 'object' },
  { operation: 'CopyObject', method: 'PUT', level: 'object', copy: true },
  { operation: 'GetObject', method: 'GET', level: 'object' },
  { operation: 'HeadObject', method: 'HEAD', level: 'object' },
  { operation: 'DeleteObject', method: 'DELETE', level: 'object' },
  { operation: 'GetObjectAttributes', method: 'GET', level: 'object', flag: 'attributes' },
  { operation: 'GetObjectAcl', method: 'GET', level: 'object', flag: 'acl' },
  { operation: 'PutObjectAcl', method: 'PUT', level: 'object', flag: 'acl' },
  { operation: 'GetObjectTagging', method: 'GET', level: 'object', flag: 'tagging' },
  { operation: 'PutObjectTagging', method: 'PUT', level: 'object', flag: 'tagging' },
  { operation: 'DeleteObjectTagging', method: 'DELETE', level: 'object', flag: 'tagging' },
  { operation: 'CreateMultipartUpload', method: 'POST', level: 'object', flag: 'uploads' },
  { operation: 'UploadPart', method: 'PUT', level: 'object', flag: 'uploadId' },
  { operation: 'UploadPartCopy', method: 'PUT', level: 'object', flag: 'uploadId', copy: true },
  { operation: 'ListParts', method: 'GET', level: 'object', flag: 'uploadId' },
  { operation: 'CompleteMultipartUpload', method: 'POST', level: 'object', flag: 'uploadId' },
  { operation: 'AbortMultipartUpload', method: 'DELETE', level: 'object', flag: 'uploadId' },
] as const satisfies readonly Row[];

export type Operation = (typeof rows)[number]['operation'];

/**
 * Query flags that name a part of S3. One that no row above carries asks for something that is not here, and must never
 * fall through to the plain PUT or GET of the same path. Any other query parameter is ignored, as S3 does.
 */
const flags: ReadonlySet<string> = new Set(
  (
    'abac accelerate acl analytics annotation annotations append attributes ' +
    'cors delete encryption intelligent-tiering inventory legal-hold lifecycle list-type ' +
    'location logging metadataAnnotationTable metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable metrics ' +
    'notification object-lock ownershipControls policy policyStatus publicAccessBlock renameObject replication ' +
    'requestPayment restore retention select session tagging torrent uploadId ' +
    'uploads versioning versions website '
  )
    .trim()
    .split(' '),
);

const selector = (method: string, level: Level, flag: string, copy: boolean): string =>
  `${method} ${level} ${flag}${copy ? ' copy' : ''}`;

const bySelector: ReadonlyMap<string, Operation> = new Map(
  rows.map((row: Row & { operation: Operation }) => [
    selector(row.method, row.level, row.flag ?? '', row.copy ?? false),
    row.operation,
  ]),
);
const knownFlags: ReadonlySet<string> = new Set(rows.map((row: Row) => `${row.level} ${row.flag ?? ''}`));

export type Routing =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'method-not-allowed' }
  /** `feature` names what was asked for, in S3's own terms, e.g. `PUT bucket ?website`. */
  | { readonly kind: 'not-implemented'; readonly feature: string };

/** Names the operation that a request asks for. */
export function routeRequest(method: string, level: Level, query: ReadonlyMap<string, string>, copy: boolean): Routing {
  if (method === 'OPTIONS') return { kind: 'operation', operation: 'Preflight' };
  let flag = '';
  for (const name of query.keys()) {
    if (flags.has(name)) {
      flag = name;
      // A part of an upload is addressed by two parameters; any other flag beside one of these is the more special.
      if (name !== 'uploadId') break;
    }
  }
  const operation =
    bySelector.get(selector(method, level, flag, copy)) ?? bySelector.get(selector(method, level, flag, false));
  if (operation !== undefined) return { kind: 'operation', operation };
  if (knownFlags.has(`${level} ${flag}`) && flag === '') return { kind: 'method-not-allowed' };
  return { kind: 'not-implemented', feature: `${method} ${level}${flag === '' ? '' : ` ?${flag}`}` };
}
