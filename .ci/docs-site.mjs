// The pages as static HTML, in runs/site/ or the folder that is given.
import { join, resolve } from 'node:path';
import { deadLinks } from './docs/dead-links.mjs';
import { readPages } from './docs/pages.mjs';
import { writeSite } from './docs/site.mjs';

const root = join(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(root, 'runs', 'site'));
for (const dead of deadLinks(root, readPages(root))) console.error(dead);
const count = writeSite(root, out);
console.log(`${count} pages: ${join(out, 'docs', 'index.html')}`);
