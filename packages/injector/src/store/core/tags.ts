import { parseQuery } from './query.ts';
import { S3Error } from './s3-error.ts';
import { childRawText, childrenOf, type XmlElement } from './xml-read.ts';
import { compareUtf8 } from './utf8-order.ts';
import { element } from './xml-write.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const OBJECT_TAGS_MAX = 10;
const BUCKET_TAGS_MAX = 50;
const KEY_MAX_CHARACTERS = 128;
const VALUE_MAX_CHARACTERS = 256;
/** Letters, numbers and blanks of any script, and seven more (S3 User Guide, "Categorizing your objects using tags"). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const invalidTag = (message: string): S3Error => new S3Error('InvalidTag', { message });

const isValid = (text: string, maxCharacters: number): boolean =>
  Array.from(text).length <= maxCharacters && allowed.test(text);

/** Holds a set of tags to S3's rules. @throws S3Error InvalidTag */
function checkTags(tags: readonly Tag[], max: number, what: string): readonly Tag[] {
  if (tags.length > max) throw invalidTag(`${what} tags cannot be greater than ${max}`);
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (key === '' || !isValid(key, KEY_MAX_CHARACTERS)) throw invalidTag('The TagKey you have provided is invalid');
    if (!isValid(value, VALUE_MAX_CHARACTERS)) throw invalidTag('The TagValue you have provided is invalid');
    if (key.startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester');
    if (seen.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key');
    seen.add(key);
  }
  return tags;
}

/** Reads `x-amz-tagging: a=1&b=2`. @throws S3Error InvalidArgument, InvalidTag */
export function tagsFromHeader(header: string | undefined): readonly Tag[] | undefined {
  if (header === undefined || header === '') return undefined;
  const pairs = header.split('&').map((pair) => parseQuery(pair));
  const tags = pairs.flatMap((pair) => Array.from(pair ?? [], ([key, value]) => ({ key, value })));
  const isTwice = new Set(tags.map(({ key }) => key)).size < tags.length;
  if (isTwice || pairs.some((pair) => pair === undefined)) {
    throw new S3Error('InvalidArgument', {
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      details: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    });
  }
  return checkTags(tags, OBJECT_TAGS_MAX, 'Object').toSorted((a, b) => compareUtf8(a.key, b.key));
}

/** Reads the `TagSet` of a `Tagging` document. @throws S3Error MalformedXML, InvalidTag */
export function tagsFromXml(parent: XmlElement, of: 'object' | 'bucket'): readonly Tag[] {
  const [set] = childrenOf(parent, 'TagSet');
  if (set === undefined) throw new S3Error('MalformedXML');
  const tags = childrenOf(set, 'Tag').map((tag) => {
    const key = childRawText(tag, 'Key');
    const value = childRawText(tag, 'Value');
    if (key === undefined || value === undefined) throw new S3Error('MalformedXML');
    return { key, value };
  });
  return of === 'object' ? checkTags(tags, OBJECT_TAGS_MAX, 'Object') : checkTags(tags, BUCKET_TAGS_MAX, 'Bucket');
}

export const tagSetXml = (tags: readonly Tag[]): string =>
  `<TagSet>${tags.map(({ key, value }) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`).join('')}</TagSet>`;
