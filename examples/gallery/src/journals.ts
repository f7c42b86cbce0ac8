// Journals of the runs that docs/gallery.md tells of, kept beside each example, so that anybody grades them again in
// seconds: the ranking with every seed, and the page itself, byte for byte.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { type Report, reportFromJournal } from '@gameday/reporter';
import { formsOf, isOfPair } from './expected.ts';
import { type Example, repository } from './find-examples.ts';
import type { ExampleRuns } from './run-examples.ts';
import type { FormRun } from './run-form.ts';

const FILE = /^(?<form>.+)-(?<seed>\d+)\.ndjson\.br$/;
/** Enough to tell one run's objects apart. */
const DIGEST_CHARS = 12;

const folderOf = ({ folder }: Example): string => join(folder, 'journals');

/**
 * A journal without what nobody grades: times to a tenth of a millisecond, ids and digests shortened, and no path of the
 * machine that it was written on.
 */
function condense(journal: string): string {
  const ids = new Map<string, string>();
  const shortened = (field: string, id: string): string => {
    const known = ids.get(`${field} ${id}`) ?? `${field.slice(0, 1)}${ids.size + 1}`;
    ids.set(`${field} ${id}`, known);
    return known;
  };
  const plain = (field: string, value: unknown): unknown => {
    if (typeof value === 'number') return Math.round(value * 10) / 10;
    if (typeof value !== 'string') return value;
    if (field === 'invocation' || field === 'key') return shortened(field, value);
    return field === 'digest' ? value.slice(0, DIGEST_CHARS) : value;
  };
  const [plan = '', ...entries] = journal.replaceAll(repository, '').trimEnd().split('\n');
  const lines = entries.map((line) => JSON.stringify(JSON.parse(line), plain));
  return `${[plan, ...lines].join('\n')}\n`;
}

/** Keeps the journals of an example's runs in place of those that were kept before. */
export async function keepJournals({ example, runs }: ExampleRuns): Promise<void> {
  const folder = folderOf(example);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { form, seed, folder: from, report } of runs) {
    const journal = condense(readFileSync(join(from, 'journal.ndjson'), 'utf8'));
    const { letter, score } = await reportFromJournal([journal]);
    if (letter !== report.letter || score !== report.score)
      throw new Error(`${example.name}/${form}, seed ${seed}: condensed, its journal is graded otherwise`);
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: journal.length };
    writeFileSync(join(folder, `${form}-${seed}.ndjson.br`), brotliCompressSync(journal, { params: size }));
  }
}

/** Grades the journals that are kept of an example. */
export async function keptRuns(example: Example): Promise<ExampleRuns> {
  const folder = folderOf(example);
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const runs: FormRun[] = [];
  for (const name of names) {
    const { form, seed } = FILE.exec(name)?.groups ?? {};
    if (form === undefined || seed === undefined) throw new Error(`${join(folder, name)} is no journal of a run`);
    runs.push({ form, seed, folder, report: await grade(join(folder, name)) });
  }
  return { example, runs, failures: missingOf(example, runs) };
}

const grade = (file: string): Promise<Report> =>
  reportFromJournal([brotliDecompressSync(readFileSync(file)).toString('utf8')]);

function missingOf({ expected }: Example, runs: readonly FormRun[]): readonly string[] {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].toSorted();
  const wanted = formsOf(expected).flatMap(([form]) =>
    (isOfPair(form) ? seeds : seeds.slice(0, 1)).map((seed) => [form, seed]),
  );
  if (wanted.length === 0) return ['no journal is kept of it; `pnpm examples` does'];
  return wanted.flatMap(([form, seed]) =>
    runs.some((run) => run.form === form && run.seed === seed) ? [] : [`no journal is kept of ${form}, seed ${seed}`],
  );
}
