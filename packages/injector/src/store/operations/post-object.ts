import { mayAccess } from '../auth/access.ts';
import { authenticateForm } from '../auth/authenticate-form.ts';
import { readForm, type UploadForm } from '../body/form.ts';
import { PUT_MAX_BYTES } from '../body/receive.ts';
import { receiveBlob } from '../body/receive-blob.ts';
import { streamBody } from '../body/request-body.ts';
import { checkPostPolicy, readPostPolicy } from '../core/post-policy.ts';
import { invalidArgument, S3Error } from '../core/s3-error.ts';
import { parseXml } from '../core/xml-read.ts';
import { tagsFromXml } from '../core/tags.ts';
import { element } from '../core/xml-write.ts';
import type { Call, Caller, Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, checkKey, versionHeader } from './lookup.ts';
import { checksumHeaders } from './object-headers.ts';
import { readUploadHeaders } from './upload-headers.ts';
import { commitVersion, nextVersionId } from './write-version.ts';

/** POST of an HTML form, as browsers upload: what would be headers are fields, and a signed policy says what may be sent. */
export async function postObject(call: Call, services: Services): Promise<Reply> {
  const bucket = bucketOf(call, services);
  const form = withFileName(await readForm(call));
  const { caller, range } = admit(call, services, form);
  const upload = uploadCall(call, form, caller);
  checkKey(upload.key);
  if (!mayAccess(upload, bucket)) throw new S3Error('AccessDenied');
  const described = readUploadHeaders(upload, services, bucket);
  const tagging = form.fields.get('tagging');
  const tags = tagging === undefined ? described.tags : tagsFromXml(parseXml(tagging, 'Tagging'), 'object');
  const received = await receiveBlob(upload, services, { maxBytes: Math.min(range.max, PUT_MAX_BYTES) });
  const { contents, size } = received;
  if (size < range.min) {
    services.blobs.remove(contents);
    throw new S3Error('EntityTooSmall', { details: { ProposedSize: String(size), MinSizeAllowed: String(range.min) } });
  }
  const { version } = await commitVersion(upload, services, contents, (home) => ({
    kind: 'object',
    key: upload.key,
    versionId: nextVersionId(home, services),
    lastModifiedMs: call.nowMs,
    size,
    etag: received.md5.toString('hex'),
    contents,
    checksum: received.checksum,
    ...described,
    tags,
  }));
  const headers = {
    etag: `"${version.etag}"`,
    ...checksumHeaders(version.checksum),
    ...versionHeader(bucket, version.versionId),
    'x-amz-server-side-encryption': 'AES256',
  };
  return {
    ...outcome(upload, services, form, version.etag),
    headers: { ...headers, ...redirect(upload, form, version.etag) },
  };
}

/** The key may ask for the name that the file has at the user's. */
function withFileName(form: UploadForm): UploadForm {
  const key = form.fields.get('key');
  if (key === undefined) return form;
  return { ...form, fields: new Map(form.fields).set('key', key.replaceAll('${filename}', form.fileName)) };
}

/** Who posts, and how large the file may be. @throws S3Error AccessDenied, InvalidPolicyDocument and those of signatures */
function admit(
  call: Call,
  services: Services,
  { fields }: UploadForm,
): { readonly caller: Caller; readonly range: { readonly min: number; readonly max: number } } {
  const policy = fields.get('policy');
  if (policy === undefined) {
    return { caller: { kind: 'anonymous' }, range: { min: 0, max: PUT_MAX_BYTES } };
  }
  const caller = authenticateForm(fields, policy, services.credentials, call.region);
  const document = readPostPolicy(Buffer.from(policy, 'base64').toString('utf8'));
  return { caller, range: checkPostPolicy(document, fields, call.bucket, call.nowMs) };
}

/** The upload as if it had come by PUT. */
function uploadCall(call: Call, form: UploadForm, caller: Caller): Call {
  const name = form.fields.get('key');
  if (name === undefined || name === '') {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  const headers: Record<string, string> = { 'transfer-encoding': 'chunked' };
  for (const [field, value] of form.fields) {
    if (field.startsWith('x-amz-') || /^(content-|cache-control$|expires$)/.test(field)) headers[field] = value;
  }
  const acl = form.fields.get('acl');
  if (acl !== undefined) headers['x-amz-acl'] = acl;
  for (const signing of ['x-amz-signature', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date'])
    delete headers[signing];
  return {
    ...call,
    operation: 'PostObject',
    key: name,
    headers,
    caller,
    payload: { form: { kind: 'unsigned' } },
    body: streamBody(form.file),
  };
}

const redirectTarget = ({ fields }: UploadForm): URL | undefined => {
  const wanted = fields.get('success_action_redirect') ?? fields.get('redirect');
  return wanted === undefined || !URL.canParse(wanted) ? undefined : new URL(wanted);
};

function redirect(upload: Call, form: UploadForm, etag: string): Record<string, string> {
  const target = redirectTarget(form);
  const own = `/${upload.bucket}/${encodeURIComponent(upload.key).replaceAll('%2F', '/')}`;
  if (target === undefined) return { location: own };
  for (const [name, value] of [
    ['bucket', upload.bucket],
    ['key', upload.key],
    ['etag', `"${etag}"`],
  ] as const) {
    target.searchParams.append(name, value);
  }
  return { location: target.href };
}

function outcome(upload: Call, services: Services, form: UploadForm, etag: string): Pick<Reply, 'status' | 'body'> {
  if (redirectTarget(form) !== undefined) return { status: 303 };
  const wanted = form.fields.get('success_action_status');
  if (wanted === '200') return { status: 200 };
  if (wanted !== '201') return { status: 204 };
  const location = `${services.endpoint(upload.region)}/${upload.bucket}/${encodeURIComponent(upload.key)}`;
  const inner =
    element('Location', location) +
    element('Bucket', upload.bucket) +
    element('Key', upload.key) +
    `<ETag>&quot;${etag}&quot;</ETag>`;
  // This one document has no namespace.
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${inner}</PostResponse>`;
  return { status: 201, body: { kind: 'xml', text } };
}
