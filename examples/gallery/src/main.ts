// pnpm examples [NAME ...]: runs the examples, checks how they rank, writes docs/gallery.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findExamples, repository } from './find-examples.ts';
import { galleryPage } from './gallery-page.ts';
import { findBrowser, takePictures } from './pictures.ts';
import { problemsOf } from './ranking.ts';
import { runExamples } from './run-examples.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});

const found = findExamples();
const unknown = positionals.filter((name) => !found.some((example) => example.name === name));
if (unknown.length > 0) {
  console.error(`no such example: ${unknown.join(', ')}; there are ${found.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = found.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const { name, missing } of chosen) {
  if (missing.length > 0)
    console.log(`skipped  ${name}: needs ${missing.join(', ')} (Debian: apt-get install ${missing.join(' ')})`);
}
const examples = chosen.filter(({ missing }) => missing.length === 0);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => String(index + 1));
const out = values.out === undefined ? mkdtempSync(join(tmpdir(), 'gameday-examples-')) : resolve(values.out);
const all = await runExamples(examples, seeds, out, Number(values.jobs), (name, run) => {
  if (run instanceof Error) console.log(`FAILED   ${run.message}`);
  else
    console.log(
      `${run.report.letter ?? '?'} ${String(run.report.score ?? '-').padStart(5)}  ${name}/${run.form}, seed ${run.seed}`,
    );
});

let wrong = 0;
for (const { example, runs, failures } of all) {
  const problems = [...failures, ...problemsOf(example.expected, runs)];
  wrong += problems.length;
  console.log(`${problems.length === 0 ? 'ok      ' : 'WRONG   '} ${example.name}`);
  for (const problem of problems) console.log(`         ${problem}`);
}

// A page of some of the examples, or of examples that rank wrongly, would be a false one.
if (wrong === 0 && examples.length === found.length) {
  const browser = findBrowser();
  if (browser === null) console.log('no browser, so no pictures: set CHAOS_CHROMIUM, or apt-get install chromium');
  const names = browser === null ? new Map() : await takePictures(browser, all, join(repository, 'docs/gallery'));
  const pictures = new Map([...names].map(([run, name]) => [run, `gallery/${name}`]));
  writeFileSync(join(repository, 'docs/gallery.md'), galleryPage(all, pictures));
  console.log('written  docs/gallery.md');
}
if (values.out === undefined) rmSync(out, { recursive: true, force: true });
process.exit(wrong === 0 ? 0 : 1);
