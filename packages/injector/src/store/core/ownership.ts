import { invalidArgument, S3Error } from './s3-error.ts';
import { childrenOf, childText, parseXml } from './xml-read.ts';
import { element, xmlDocument } from './xml-write.ts';

const ownerships = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;

/** Who owns the objects of a bucket, and whether ACLs count there. */
export type Ownership = (typeof ownerships)[number];

const known = (text: string | undefined): Ownership | undefined => ownerships.find((one) => one === text);

/** Reads an `OwnershipControls` document. @throws S3Error MalformedXML */
export function readOwnership(document: string): Ownership {
  const [rule] = childrenOf(parseXml(document, 'OwnershipControls'), 'Rule');
  const ownership = known(rule === undefined ? undefined : childText(rule, 'ObjectOwnership'));
  if (ownership === undefined) throw new S3Error('MalformedXML');
  return ownership;
}

/** What a bucket's kept document says; undefined where there is none. */
export const ownershipOf = (document: string | undefined): Ownership | undefined =>
  document === undefined ? undefined : readOwnership(document);

/** Reads `x-amz-object-ownership` of a bucket to be; undefined where it is not sent. @throws S3Error InvalidArgument */
export function ownershipFromHeader(value: string | undefined): Ownership | undefined {
  if (value === undefined) return undefined;
  const ownership = known(value);
  if (ownership === undefined)
    throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', value);
  return ownership;
}

export const ownershipXml = (ownership: Ownership): string =>
  xmlDocument('OwnershipControls', `<Rule>${element('ObjectOwnership', ownership)}</Rule>`);
