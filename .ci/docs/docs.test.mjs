import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'tap';
import { deadLinks, unmapped } from './dead-links.mjs';
import { readPages } from './pages.mjs';
import { writeSite } from './site.mjs';

const root = join(import.meta.dirname, '..', '..');

function folder(t, files = {}) {
  const path = mkdtempSync(join(tmpdir(), 'gameday-docs-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

test('no link of the pages is dead, and the map names every page', async (t) => {
  const pages = readPages(root);
  t.ok(pages.size > 20, `${pages.size} pages were read`);
  t.same(deadLinks(root, pages), []);
  t.same(unmapped(root, pages), []);
});

test('dead files and headings are found, with their line; what leads somewhere is not', async (t) => {
  const path = folder(t, {
    'README.md': '# A\n\n[b](docs/b.md#two-words) [up](#a) [web](https://example.com/x) [code](code.mjs#L3)\n',
    'docs/README.md': '# Map\n\n[b](b.md)\n\n## Map\n\n[twice](#map-1) [folder](../docs) [out](../../../etc/passwd)\n',
    'docs/b.md':
      '# B\n\n## Two `words`!\n\nA\nline. [gone](c.md)\n\n![no picture](c.jpg)\n\n[no heading](../README.md#b)\n',
    'docs/alone.md': '`[in code](nowhere.md)`\n',
    'code.mjs': '',
  });
  const pages = readPages(path);
  t.same(deadLinks(path, pages), [
    'docs/README.md:7: ../../../etc/passwd: there is no such file',
    'docs/b.md:5: c.md: there is no such file',
    'docs/b.md:8: c.jpg: there is no such file',
    'docs/b.md:10: ../README.md#b: there is no heading #b',
  ]);
  t.same(unmapped(path, pages), ['docs/alone.md']);
});

test('every link of the site leads to a file and an id of the site, and the sidebar says where one is', async (t) => {
  const out = folder(t);
  const count = writeSite(root, out);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  t.equal(files.length, count);
  const html = new Map(files.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  const dead = [...html].flatMap(([name, text]) =>
    [...text.matchAll(/ (?:href|src)="([^"]*)"/g)]
      .map(([, href]) => href.replaceAll('&amp;', '&'))
      .filter((href) => !/^(?:https?|mailto):/.test(href) && isDead(out, html, name, href))
      .map((href) => `${name}: ${href}`),
  );
  t.same(dead, []);
  t.match(html.get('docs/faults.html'), /<a href="faults\.html" aria-current="page">Faults<\/a>/);
  t.match(html.get('docs/ci/index.html'), /<a href="\.\.\/faults\.html">Faults<\/a>/);
  t.notMatch([...html.values()].join(''), /<script|<link[^>]+https?:/);
});

function isDead(out, html, from, href) {
  const [path, anchor] = decodeURI(href).split('#');
  const name = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(out, name))) return true;
  return anchor !== undefined && html.has(name) && !html.get(name).includes(`id="${decodeURIComponent(anchor)}"`);
}
