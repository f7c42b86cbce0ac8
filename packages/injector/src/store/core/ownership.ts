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

/** What a bucket's kept document says, which is of `ownershipXml`; undefined where there is none. */
export const ownershipOf = (document: string | undefined): Ownership | undefined =>
  document === undefined ? undefined : ownerships.find((one) => document.includes(`>${one}<`));

/**
 * Whose an object is that `writer` puts into a bucket: the bucket owner's, unless the bucket leaves it to the writer, or
 * would prefer its owner and the writer does not hand the object over.
 */
export function ownerOfUpload(
  ownership: Ownership | undefined,
  { writer, bucketOwner, cannedAcl }: { writer: string; bucketOwner: string; cannedAcl: string | undefined },
): string {
  if (ownership === 'ObjectWriter') return writer;
  if (ownership === 'BucketOwnerPreferred' && cannedAcl !== 'bucket-owner-full-control') return writer;
  return bucketOwner;
}

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
