import { resolveLink } from './pages.mjs';

/** The map of the pages, from which the site's sidebar is drawn. */
export const MAP_PAGE = 'docs/README.md';

/**
 * Links that lead nowhere: to a file that is not there, or to a heading that a page does not have. Addresses on the web are
 * not asked.
 * @returns sentences with file and line
 */
export function deadLinks(root, pages) {
  return [...pages.values()].flatMap(({ name, links }) =>
    links.flatMap(({ href, line }) => {
      const why = whyDead(root, pages, name, href);
      return why === null ? [] : [`${name}:${line}: ${href}: ${why}`];
    }),
  );
}

function whyDead(root, pages, from, href) {
  const target = resolveLink(root, from, href);
  if (target.kind === 'elsewhere') return null;
  if (target.kind === 'missing') return 'there is no such file';
  if (target.anchor === '') return null;
  const page = pages.get(target.kind === 'folder' ? target.page : target.name);
  // Files that are not Markdown have the anchors of whatever shows them: GitHub's #L10, for example.
  if (target.kind === 'file') return null;
  return page?.anchors.has(target.anchor) ? null : `there is no heading #${target.anchor}`;
}

/** Pages under docs/ that the map does not name. */
export function unmapped(root, pages) {
  const named = new Set(
    (pages.get(MAP_PAGE)?.links ?? []).map(({ href }) => {
      const target = resolveLink(root, MAP_PAGE, href);
      return target.page ?? target.name;
    }),
  );
  return [...pages.keys()].filter((name) => name.startsWith('docs/') && name !== MAP_PAGE && !named.has(name));
}
