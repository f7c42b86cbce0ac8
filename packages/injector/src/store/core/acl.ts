import { invalidArgument, S3Error } from './s3-error.ts';
import { childrenOf, childText, parseXml, type XmlElement } from './xml-read.ts';
import { element } from './xml-write.ts';

const permissions = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;
export type Permission = (typeof permissions)[number];

type Grantee =
  /** By canonical id. */
  { readonly kind: 'user'; readonly id: string } | { readonly kind: 'group'; readonly uri: string };

interface Grant {
  readonly grantee: Grantee;
  readonly permission: Permission;
}

/** Who may do what with a bucket or an object, besides its owner's account. */
export type Acl = readonly Grant[];

const GROUPS = 'http://acs.amazonaws.com/groups/';
const ALL_USERS = `${GROUPS}global/AllUsers`;
const AUTHENTICATED_USERS = `${GROUPS}global/AuthenticatedUsers`;
const LOG_DELIVERY = `${GROUPS}s3/LogDelivery`;

const group = (uri: string, permission: Permission): Grant => ({ grantee: { kind: 'group', uri }, permission });

/** A canned ACL spelt out. @throws S3Error InvalidArgument for a name that S3 does not know */
export function cannedAcl(name: string, owner: string, bucketOwner: string): Acl {
  const own: Grant = { grantee: { kind: 'user', id: owner }, permission: 'FULL_CONTROL' };
  const other = (permission: Permission): Acl =>
    owner === bucketOwner ? [own] : [own, { grantee: { kind: 'user', id: bucketOwner }, permission }];
  switch (name) {
    case 'private':
      return [own];
    case 'public-read':
      return [own, group(ALL_USERS, 'READ')];
    case 'public-read-write':
      return [own, group(ALL_USERS, 'READ'), group(ALL_USERS, 'WRITE')];
    case 'authenticated-read':
      return [own, group(AUTHENTICATED_USERS, 'READ')];
    case 'bucket-owner-read':
      return other('READ');
    case 'bucket-owner-full-control':
      return other('FULL_CONTROL');
    case 'log-delivery-write':
      return [own, group(LOG_DELIVERY, 'WRITE'), group(LOG_DELIVERY, 'READ_ACP')];
    default:
      throw invalidArgument('', 'x-amz-acl', name);
  }
}

const grantHeaders: readonly (readonly [header: string, permission: Permission])[] = [
  ['x-amz-grant-full-control', 'FULL_CONTROL'],
  ['x-amz-grant-read', 'READ'],
  ['x-amz-grant-write', 'WRITE'],
  ['x-amz-grant-read-acp', 'READ_ACP'],
  ['x-amz-grant-write-acp', 'WRITE_ACP'],
];

/** Accounts that exist, by canonical id; a grant to any other is refused. */
export type KnownUsers = ReadonlyMap<string, { readonly displayName: string }>;

/**
 * The ACL that an upload's or a bucket's headers name, canned or grant by grant; undefined where they name none.
 * @throws S3Error InvalidArgument, InvalidRequest
 */
export function aclFromHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  owner: string,
  bucketOwner: string,
  users: KnownUsers,
): Acl | undefined {
  const canned = headers['x-amz-acl'];
  const named = grantHeaders.filter(([header]) => headers[header] !== undefined);
  if (canned !== undefined && named.length > 0) {
    throw new S3Error('InvalidRequest', { message: 'Specifying both Canned ACLs and Header Grants is not allowed' });
  }
  if (canned !== undefined) return cannedAcl(canned, owner, bucketOwner);
  if (named.length === 0) return undefined;
  return named.flatMap(([header, permission]) =>
    (headers[header] ?? '').split(',').map((text) => ({ grantee: granteeFromHeader(text, header, users), permission })),
  );
}

function granteeFromHeader(text: string, header: string, users: KnownUsers): Grantee {
  const [kind, value = ''] = text.trim().split('=', 2);
  return readGrantee(kind ?? '', value.replaceAll('"', ''), header, users);
}

function readGrantee(kind: string, value: string, where: string, users: KnownUsers): Grantee {
  if (kind === 'uri') {
    if (![ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].includes(value)) {
      throw invalidArgument('Invalid group uri', where, value);
    }
    return { kind: 'group', uri: value };
  }
  if (kind === 'id') {
    if (!users.has(value)) throw invalidArgument('Invalid id', where, value);
    return { kind: 'user', id: value };
  }
  if (kind === 'emailAddress') {
    throw new S3Error('UnresolvableGrantByEmailAddress', { details: { Email: value } });
  }
  throw invalidArgument('Argument format not recognized', where, `${kind}=${value}`);
}

const isPermission = (text: string): text is Permission => permissions.some((permission) => permission === text);

/** Reads an `AccessControlPolicy`. @throws S3Error MalformedACLError, AccessDenied for another owner, InvalidArgument */
export function aclFromXml(document: string, owner: string, users: KnownUsers): Acl {
  const root = parseXml(document, 'AccessControlPolicy');
  const [stated] = childrenOf(root, 'Owner');
  const ownerId = stated === undefined ? undefined : childText(stated, 'ID');
  if (ownerId === undefined) throw new S3Error('MalformedACLError');
  if (ownerId !== owner) throw new S3Error('AccessDenied');
  const [list] = childrenOf(root, 'AccessControlList');
  return list === undefined ? [] : childrenOf(list, 'Grant').map((grant) => readGrant(grant, users));
}

function readGrant(grant: XmlElement, users: KnownUsers): Grant {
  const permission = childText(grant, 'Permission') ?? '';
  const [grantee] = childrenOf(grant, 'Grantee');
  if (grantee === undefined || !isPermission(permission)) throw new S3Error('MalformedACLError');
  const id = childText(grantee, 'ID');
  const uri = childText(grantee, 'URI');
  const email = childText(grantee, 'EmailAddress');
  if (uri !== undefined) return { grantee: readGrantee('uri', uri, 'Grantee/URI', users), permission };
  if (id !== undefined) return { grantee: readGrantee('id', id, 'CanonicalUser/ID', users), permission };
  if (email !== undefined) return { grantee: readGrantee('emailAddress', email, 'Grantee', users), permission };
  throw new S3Error('MalformedACLError');
}

export function aclXml(acl: Acl, users: KnownUsers): string {
  const schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const grants = acl.map(({ grantee, permission }) => {
    const inner =
      grantee.kind === 'user'
        ? `<Grantee ${schema} xsi:type="CanonicalUser">${element('ID', grantee.id)}${element('DisplayName', users.get(grantee.id)?.displayName)}</Grantee>`
        : `<Grantee ${schema} xsi:type="Group">${element('URI', grantee.uri)}</Grantee>`;
    return `<Grant>${inner}${element('Permission', permission)}</Grant>`;
  });
  return `<AccessControlList>${grants.join('')}</AccessControlList>`;
}

/** Whether an ACL lets somebody do something; `userId` is undefined for the anonymous. */
export function aclAllows(
  acl: Acl,
  userId: string | undefined,
  wanted: Permission,
  options: { readonly ignorePublic: boolean },
): boolean {
  return acl.some(({ grantee, permission }) => {
    if (permission !== wanted && permission !== 'FULL_CONTROL') return false;
    if (grantee.kind === 'user') return grantee.id === userId;
    if (options.ignorePublic) return false;
    return grantee.uri === ALL_USERS || (grantee.uri === AUTHENTICATED_USERS && userId !== undefined);
  });
}

export const isPublicAcl = (acl: Acl): boolean =>
  acl.some(({ grantee }) => grantee.kind === 'group' && grantee.uri !== LOG_DELIVERY);
