// The journals that are kept of each example: the resilient form is two letters better with every seed, for the right
// reasons, and docs/gallery.md says what the present reporter says of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { findExamples, repository } from './find-examples.ts';
import { galleryPage } from './gallery-page.ts';
import { keptRuns } from './journals.ts';
import { problemsOf } from './ranking.ts';

const SEEDS = ['1', '2', '3'];

test('every pair ranks as it should with three seeds, and the gallery is true', async (t) => {
  const all = await Promise.all(findExamples().map(keptRuns));
  for (const { example, runs, failures } of all) {
    const seeds = new Set(runs.map(({ seed }) => seed));
    t.strictSame([...seeds].toSorted(), SEEDS, `${example.name}: kept of three seeds`);
    t.strictSame([...failures, ...problemsOf(example.expected, runs)], [], example.name);
  }
  const written = readFileSync(join(repository, 'docs/gallery.md'), 'utf8');
  t.equal(written, galleryPage(all), 'docs/gallery.md; `pnpm examples --regrade` writes it anew');
});
