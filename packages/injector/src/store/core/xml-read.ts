import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './s3-error.ts';

/** An element of a request document: text or children, namespaces dropped. */
export interface XmlElement {
  readonly text: string;
  readonly children: ReadonlyMap<string, readonly XmlElement[]>;
}

// Numeric entities matter: Go clients send ETags with their quotes as &#34;.
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

const none: ReadonlyMap<string, readonly XmlElement[]> = new Map();

function toElement(value: unknown): XmlElement {
  if (typeof value !== 'object' || value === null) {
    return { text: typeof value === 'string' ? value : '', children: none };
  }
  const children = new Map<string, readonly XmlElement[]>();
  let text = '';
  for (const [name, child] of Object.entries(value)) {
    if (name === '#text') text = String(child);
    else children.set(name, Array.isArray(child) ? child.map(toElement) : [toElement(child)]);
  }
  return { text, children };
}

/**
 * Reads a request document.
 * @throws S3Error MalformedXML where it is not well-formed or its root is another.
 */
export function parseXml(text: string, root: string): XmlElement {
  if (XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  const parsed: unknown = parser.parse(text);
  const found = toElement(parsed).children.get(root)?.[0];
  if (found === undefined) throw new S3Error('MalformedXML');
  return found;
}

export const childrenOf = (parent: XmlElement, name: string): readonly XmlElement[] => parent.children.get(name) ?? [];

/** The text of the first child of that name, trimmed; undefined where there is none. */
export const childText = (parent: XmlElement, name: string): string | undefined =>
  parent.children.get(name)?.[0]?.text.trim();

/** As `childText`, but the text is kept as sent: keys and tag values may begin or end with spaces. */
export const childRawText = (parent: XmlElement, name: string): string | undefined =>
  parent.children.get(name)?.[0]?.text;
