// pnpm examples [NAME ...]: runs the examples, checks how they rank, keeps their journals, writes docs/gallery.md.
// With --regrade nothing is run: the journals that are kept are graded by the present reporter.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Example, findExamples, repository } from './find-examples.ts';
import { galleryPage } from './gallery-page.ts';
import { keepJournals, keptRuns } from './journals.ts';
import { findBrowser, takePictures } from './pictures.ts';
import { problemsOf } from './ranking.ts';
import { type ExampleRuns, runExamples } from './run-examples.ts';
import type { FormRun } from './run-form.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '3' },
    out: { type: 'string' },
    regrade: { type: 'boolean', default: false },
  },
});

const found = findExamples();
const unknown = positionals.filter((name) => !found.some((example) => example.name === name));
if (unknown.length > 0) {
  console.error(`no such example: ${unknown.join(', ')}; there are ${found.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = found.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const out = values.out === undefined ? mkdtempSync(join(tmpdir(), 'gameday-examples-')) : resolve(values.out);

function tell(name: string, run: FormRun | Error): void {
  if (run instanceof Error) console.log(`FAILED   ${run.message}`);
  else {
    const { letter, score } = run.report;
    console.log(`${letter ?? '?'} ${String(score ?? '-').padStart(5)}  ${name}/${run.form}, seed ${run.seed}`);
  }
}

async function runAnew(examples: readonly Example[]): Promise<readonly ExampleRuns[]> {
  for (const { name, missing } of examples) {
    if (missing.length > 0)
      console.log(`skipped  ${name}: needs ${missing.join(', ')} (Debian: apt-get install ${missing.join(' ')})`);
  }
  const able = examples.filter(({ missing }) => missing.length === 0);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => String(index + 1));
  return runExamples(able, seeds, out, Number(values.jobs), tell);
}

async function regrade(examples: readonly Example[]): Promise<readonly ExampleRuns[]> {
  const all = await Promise.all(examples.map(keptRuns));
  for (const { example, runs } of all) for (const run of runs) tell(example.name, run);
  return all;
}

/** Says how an example ranks. @returns whether as it should */
function check({ example, runs, failures }: ExampleRuns): boolean {
  const problems = [...failures, ...problemsOf(example.expected, runs)];
  console.log(`${problems.length === 0 ? 'ok      ' : 'WRONG   '} ${example.name}`);
  for (const problem of problems) console.log(`         ${problem}`);
  return problems.length === 0;
}

async function writeGallery(all: readonly ExampleRuns[]): Promise<void> {
  const browser = findBrowser();
  if (browser === null) console.log('no browser, so no new pictures: set CHAOS_CHROMIUM, or apt-get install chromium');
  else await takePictures(browser, all, join(repository, 'docs/gallery'));
  writeFileSync(join(repository, 'docs/gallery.md'), galleryPage(all));
  console.log('written  docs/gallery.md');
}

const all = await (values.regrade ? regrade(chosen) : runAnew(chosen));
const right = all.filter(check);
// Journals of examples that rank wrongly, and a page of some of them, would be false ones.
if (!values.regrade) for (const one of right) await keepJournals(one);
if (right.length === found.length) await writeGallery(await Promise.all(found.map(keptRuns)));
if (values.out === undefined) rmSync(out, { recursive: true, force: true });
process.exit(right.length === all.length ? 0 : 1);
