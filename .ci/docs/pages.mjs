// The Markdown pages of this repository as data: their headings' anchors, their links, and where these lead.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: true, linkify: true });
// Without this every `chaos.md` in a sentence would become a site in Moldova.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** Pages that everybody starts from; the others are found by the links to them. */
function firstPages(root) {
  const docs = readdirSync(join(root, 'docs'), { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const folders = existsSync(join(root, 'examples')) ? readdirSync(join(root, 'examples')) : [];
  const examples = folders.map((name) => join('examples', name, 'README.md'));
  const top = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  return [...top, ...docs.toSorted(), ...examples.toSorted()].filter((name) => existsSync(join(root, name)));
}

/**
 * Reads pages and all the Markdown that they link to.
 * @param root absolute path of the repository
 * @param names paths below it, the pages to begin with
 * @returns pages by name: {name, title, tokens, anchors, links: [{href, line, token, attribute}]}
 */
export function readPages(root, names = firstPages(root)) {
  const pages = new Map();
  const queue = [...names];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (pages.has(name)) continue;
    const page = readPage(root, name);
    pages.set(name, page);
    for (const { href } of page.links) {
      const target = resolveLink(root, name, href);
      if (target.kind === 'page') queue.push(target.name);
      if (target.kind === 'folder' && target.page !== undefined) queue.push(target.page);
    }
  }
  return pages;
}

function readPage(root, name) {
  const tokens = markdown.parse(readFileSync(join(root, name), 'utf8'), {});
  const slugger = new GithubSlugger();
  const anchors = new Set();
  const links = [];
  let title = name;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const text = plainText(tokens[index + 1]);
      const anchor = slugger.slug(text);
      token.attrSet('id', anchor);
      anchors.add(anchor);
      if (token.tag === 'h1') title = text;
    }
    for (const child of token.children ?? []) {
      const attribute = { link_open: 'href', image: 'src' }[child.type];
      const href = attribute === undefined ? null : child.attrGet(attribute);
      if (href !== null) links.push({ href, line: (token.map?.[0] ?? 0) + 1, token: child, attribute });
    }
  }
  return { name, title, tokens, anchors, links };
}

/** What a heading says, without its marks. */
function plainText(inline) {
  return (inline.children ?? [])
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}

/**
 * Where a link of a page leads.
 * @returns {kind: 'elsewhere'} | {kind: 'page' | 'file' | 'folder' | 'missing', name, anchor}; a folder may have a `page`
 */
export function resolveLink(root, from, href) {
  if (/^[a-z][a-z+.-]*:|^\/\//i.test(href)) return { kind: 'elsewhere' };
  const [path, anchor = ''] = decodeURI(href).split('#');
  if (path === '') return { kind: 'page', name: from, anchor };
  const file = join(root, dirname(from), path);
  const name = relative(root, file);
  if (name.startsWith('..') || !existsSync(file)) return { kind: 'missing', name, anchor };
  if (statSync(file).isDirectory()) {
    const page = existsSync(join(file, 'README.md')) ? join(name, 'README.md') : undefined;
    return { kind: 'folder', name, page, anchor };
  }
  return { kind: name.endsWith('.md') ? 'page' : 'file', name, anchor };
}

/** HTML of a page, its tokens as they stand. */
export const renderTokens = (tokens) => markdown.renderer.render(tokens, markdown.options, {});

export const escapeHtml = markdown.utils.escapeHtml;
