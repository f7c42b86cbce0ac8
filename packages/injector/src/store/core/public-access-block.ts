import { childText, parseXml } from './xml-read.ts';
import { element, xmlDocument } from './xml-write.ts';

/** Which public grants a bucket refuses, and which it disregards. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

const none: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

/** Reads a `PublicAccessBlockConfiguration`; nothing is blocked where there is none. @throws S3Error MalformedXML */
export function publicAccessBlockOf(document: string | undefined): PublicAccessBlock {
  if (document === undefined) return none;
  const root = parseXml(document, 'PublicAccessBlockConfiguration');
  const isTrue = (name: string): boolean => childText(root, name)?.toLowerCase() === 'true';
  return {
    blockPublicAcls: isTrue('BlockPublicAcls'),
    ignorePublicAcls: isTrue('IgnorePublicAcls'),
    blockPublicPolicy: isTrue('BlockPublicPolicy'),
    restrictPublicBuckets: isTrue('RestrictPublicBuckets'),
  };
}

export const publicAccessBlockXml = (block: PublicAccessBlock): string =>
  xmlDocument(
    'PublicAccessBlockConfiguration',
    element('BlockPublicAcls', block.blockPublicAcls) +
      element('IgnorePublicAcls', block.ignorePublicAcls) +
      element('BlockPublicPolicy', block.blockPublicPolicy) +
      element('RestrictPublicBuckets', block.restrictPublicBuckets),
  );
