import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A run that left its folder under runs/. */
export interface PastRun {
  readonly id: string;
  readonly folder: string;
  /** ISO 8601, from the journal or the report; null where neither can be read. */
  readonly at: string | null;
  readonly scenario: string;
  readonly target: string;
  /** Null where the run gave none. */
  readonly letter: string | null;
  readonly score: number | null;
  /** The report for people; null where there is none. */
  readonly report: string | null;
}

const reportSchema = z.object({
  letter: z.string().nullable(),
  score: z.number().nullable(),
  run: z.object({ at: z.string() }),
  scenario: z.object({ name: z.string() }),
  target: z.object({ name: z.string() }),
});
const startedSchema = z.object({
  at: z.string(),
  plan: z.object({ scenario: z.object({ name: z.string() }), target: z.object({ name: z.string() }) }),
});

/** The runs of a folder, the latest first; those of several seeds each for itself. What is no run is passed over. */
export async function pastRuns(root: string): Promise<PastRun[]> {
  if (!existsSync(root)) return [];
  const runs = await Promise.all(runFolders(root).map((id) => readRun(id, join(root, id))));
  return runs.toSorted((a, b) => ((a.at ?? a.id) < (b.at ?? b.id) ? 1 : -1));
}

const folders = (at: string): string[] => readdirSync(at).filter((name) => statSync(join(at, name)).isDirectory());

function runFolders(root: string): string[] {
  const isRun = (id: string): boolean => existsSync(join(root, id, 'journal.ndjson'));
  return folders(root).flatMap((name) =>
    isRun(name)
      ? [name]
      : folders(join(root, name))
          .map((seed) => join(name, seed))
          .filter(isRun),
  );
}

async function readRun(id: string, folder: string): Promise<PastRun> {
  const html = join(folder, 'report.html');
  const common = { id, folder, report: existsSync(html) ? html : null };
  const report = reportSchema.safeParse(readJson(join(folder, 'report.json')));
  if (report.success) {
    const { letter, score, run, scenario, target } = report.data;
    return { ...common, at: run.at, scenario: scenario.name, target: target.name, letter, score };
  }
  // It was killed before its report: the journal still says what it was.
  const started = startedSchema.safeParse(tryJson(await firstLine(join(folder, 'journal.ndjson'))));
  const none = { letter: null, score: null };
  if (!started.success) return { ...common, ...none, at: null, scenario: '?', target: '?' };
  const { at, plan } = started.data;
  return { ...common, ...none, at, scenario: plan.scenario.name, target: plan.target.name };
}

function readJson(file: string): unknown {
  return existsSync(file) ? tryJson(readFileSync(file, 'utf8')) : null;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function firstLine(file: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(file, 'utf8') });
  for await (const line of lines) return line;
  return '';
}
