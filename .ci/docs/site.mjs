// docs/ and what it links to as static HTML. It mirrors the repository, so that relative links stay what they are; only
// .md becomes .html, and README.md index.html. No script, nothing loaded from elsewhere.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MAP_PAGE } from './dead-links.mjs';
import { escapeHtml, readPages, renderTokens, resolveLink } from './pages.mjs';

const STYLE = 'site.css';

const htmlName = (name) => name.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');

/** A path as a link from another page of the site. */
const linkTo = (from, to) => encodeURI(relative(dirname(from), to) || '.');

/**
 * Writes the site.
 * @param root absolute path of the repository
 * @param out folder of the site; what is in it goes
 * @returns how many pages it has
 */
export function writeSite(root, out) {
  const pages = readPages(root);
  const map = readMap(root, pages.get(MAP_PAGE));
  const copied = new Set();
  const folders = new Set();
  rmSync(out, { recursive: true, force: true });
  const write = (name, text) => {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  };
  for (const page of pages.values()) {
    for (const { href, token, attribute } of page.links) {
      const target = resolveLink(root, page.name, href);
      if (target.kind === 'elsewhere' || target.kind === 'missing') continue;
      if (target.kind === 'file') copied.add(target.name);
      if (target.kind === 'folder' && target.page === undefined) folders.add(target.name);
      const file = target.kind === 'folder' ? (target.page ?? join(target.name, 'README.md')) : target.name;
      const anchor = target.anchor === '' ? '' : `#${encodeURIComponent(target.anchor)}`;
      token.attrSet(attribute, `${linkTo(page.name, htmlName(file))}${anchor}`);
    }
    write(htmlName(page.name), layOut(page.name, page.title, renderTokens(page.tokens), map));
  }
  for (const folder of folders) {
    const list = folderPage(root, folder, pages, copied);
    write(join(folder, 'index.html'), layOut(join(folder, 'README.md'), folder, list, map));
  }
  for (const name of copied) cpSync(join(root, name), join(out, name));
  cpSync(join(import.meta.dirname, STYLE), join(out, STYLE));
  return pages.size + folders.size;
}

/** The sidebar: the map page's sections, and the first link of every line in them. */
function readMap(root, page) {
  const sections = [];
  let inItem = false;
  for (const [index, token] of page.tokens.entries()) {
    if (token.type === 'heading_open' && token.tag === 'h3') {
      sections.push({ title: page.tokens[index + 1].content, entries: [] });
    }
    if (token.type === 'list_item_open') inItem = true;
    const at = token.type === 'inline' && inItem ? token.children.findIndex(({ type }) => type === 'link_open') : -1;
    if (at < 0 || sections.length === 0) continue;
    inItem = false;
    const target = resolveLink(root, page.name, token.children[at].attrGet('href'));
    if (target.kind === 'elsewhere' || target.kind === 'missing') continue;
    const name = target.kind === 'folder' ? (target.page ?? join(target.name, 'README.md')) : target.name;
    sections.at(-1).entries.push({ name, title: token.children[at + 1].content });
  }
  return sections.filter(({ entries }) => entries.length > 0);
}

/** What a linked folder without a page of its own holds; its files come along. */
function folderPage(root, folder, pages, copied) {
  const files = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .toSorted();
  for (const name of files) if (!pages.has(name)) copied.add(name);
  const items = files.map((name) => {
    const title = pages.get(name)?.title ?? relative(folder, name);
    const href = linkTo(join(folder, 'README.md'), pages.has(name) ? htmlName(name) : name);
    return `<li><a href="${escapeHtml(href)}">${escapeHtml(title)}</a></li>`;
  });
  return `<h1>${escapeHtml(folder)}</h1>\n<ul>\n${items.join('\n')}\n</ul>\n`;
}

function layOut(name, title, body, map) {
  const link = (entry) => {
    const current = entry.name === name ? ' aria-current="page"' : '';
    const href = escapeHtml(linkTo(name, htmlName(entry.name)));
    return `<li><a href="${href}"${current}>${escapeHtml(entry.title)}</a></li>`;
  };
  const sidebar = map.map(
    (section) => `<h2>${escapeHtml(section.title)}</h2>\n<ul>\n${section.entries.map(link).join('\n')}\n</ul>`,
  );
  const home = escapeHtml(linkTo(name, 'docs/index.html'));
  const scrollable = body.replaceAll('<table>', '<div class="wide"><table>').replaceAll('</table>', '</table></div>');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}${title === 'Gameday' ? '' : ' · Gameday'}</title>
<link rel="stylesheet" href="${escapeHtml(linkTo(name, STYLE))}">
</head>
<body>
<header><a class="name" href="${home}">Gameday</a> <a class="to-pages" href="#pages">All pages</a></header>
<main>
${scrollable}</main>
<nav id="pages" aria-label="Pages">
${sidebar.join('\n')}
</nav>
</body>
</html>
`;
}
