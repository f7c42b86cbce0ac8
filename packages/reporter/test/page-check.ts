/** What a page holds, as a strict reader sees it: own code, because a browser forgives what should fail a test. */
export interface Page {
  readonly faults: readonly string[];
  readonly tags: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  readonly ids: readonly string[];
  /** What `href`, `aria-labelledby`, `scope` and the like point to. */
  readonly references: readonly string[];
  readonly links: readonly string[];
  /** Everything between the tags. */
  readonly text: string;
}

const VOID = new Set(['meta', 'br', 'hr', 'img', 'input', 'link']);
const TOKEN = /<!doctype html>|<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>|[^<]+|</g;
const ATTRIBUTE = /([\w:-]+)(?:="([^"]*)")?/g;

/** Reads a page token by token: every tag closed in order, every attribute in double quotes, every `<` part of a tag. */
export function readPage(html: string): Page {
  const page = {
    faults: new Array<string>(),
    tags: new Set<string>(),
    attributes: new Set<string>(),
    ids: new Array<string>(),
    references: new Array<string>(),
    links: new Array<string>(),
    text: '',
  };
  const open: string[] = [];
  for (const token of html.matchAll(TOKEN)) {
    const [whole, slash, name, attributes = '', selfClosed] = token;
    if (name === undefined) {
      if (whole === '<') page.faults.push(`stray < at ${token.index}: ${html.slice(token.index, token.index + 40)}`);
      else if (!whole.startsWith('<!') && open.at(-1) !== 'style') page.text += whole;
      continue;
    }
    if (slash === '/') {
      const expected = open.pop();
      if (expected !== name) page.faults.push(`</${name}> closes ${expected ?? 'nothing'} at ${token.index}`);
      continue;
    }
    page.tags.add(name);
    if (selfClosed !== '/' && !VOID.has(name)) open.push(name);
    for (const [, attribute = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      page.attributes.add(attribute);
      if (attribute === 'id') page.ids.push(value);
      if (attribute === 'href' && !value.startsWith('#')) page.links.push(value);
      if (attribute === 'href' && value.startsWith('#')) page.references.push(value.slice(1));
      if (attribute === 'aria-labelledby') page.references.push(...value.split(' '));
      if (attribute === 'fill') page.references.push(value.replace(/^url\(#(.*)\)$/, '$1'));
    }
  }
  if (open.length > 0) page.faults.push(`never closed: ${open.join(', ')}`);
  return page;
}
