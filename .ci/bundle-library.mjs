// Puts what comes with the chaos command (the scenarios, the example app) into its package for the time of packing;
// with --clean takes it out again. In the repository both stand at the root.
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const home = join(root, 'packages', 'scenarios');
const notShipped = new Set(['node_modules', 'package.json']);
for (const folder of ['scenarios', 'examples/photo-gallery']) {
  const copy = join(home, folder);
  rmSync(join(home, folder.split('/')[0]), { recursive: true, force: true });
  if (process.argv.includes('--clean')) continue;
  cpSync(join(root, folder), copy, { recursive: true, filter: (file) => !notShipped.has(basename(file)) });
}
