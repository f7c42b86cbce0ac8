import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  gateReport,
  renderAnnotations,
  renderBadge,
  renderCsv,
  renderHtml,
  renderJson,
  renderJunit,
  renderMarkdown,
  renderOtlp,
  renderPrometheus,
  reportFromJournal,
  type Report,
} from '@gameday/reporter';
import type { Letter } from '@gameday/reporter/journal';
import { fileError } from '../core/source/input-error.ts';

const files = {
  'junit.xml': renderJunit,
  'summary.md': renderMarkdown,
  'report.json': renderJson,
  'series.csv': renderCsv,
  'badge.svg': renderBadge,
  'metrics.prom': renderPrometheus,
  'otlp.json': renderOtlp,
  'annotations.txt': renderAnnotations,
} as const;

/** The names of the files that a run leaves beside its journal. */
export const reportFileNames: readonly string[] = ['report.html', ...Object.keys(files)];

/**
 * Grades a journal.
 * @param gate replaces the plan's own gate
 * @throws {InputError} where there is no such file
 */
export async function gradeJournal(journal: string, gate: Letter | undefined): Promise<Report> {
  if (!existsSync(journal)) {
    throw fileError(journal, 'there is no journal', 'name the journal.ndjson of a run, in runs/<id>/');
  }
  const report = await reportFromJournal(createReadStream(journal, { encoding: 'utf8' }));
  return gate === undefined ? report : gateReport(report, gate);
}

/**
 * Writes every rendering of a report into a folder.
 * @param runFolder where the journal lies, and the screenshots that it names
 */
export function writeReportFiles(report: Report, folder: string, runFolder: string): void {
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, 'report.html'), renderHtml(report, screenshotsOf(report, runFolder)));
  for (const [name, render] of Object.entries(files)) writeWhole(join(folder, name), render(report));
}

const PICTURE_TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
};

/** The pictures that a report names, for the page to hold; one that is gone is left out. */
function screenshotsOf({ probes }: Report, folder: string): ReadonlyMap<string, string> {
  const names = probes.flatMap(({ screenshot }) => screenshot ?? []);
  return new Map(
    names.flatMap((name) => {
      const type = PICTURE_TYPES[extname(name).toLowerCase()];
      const file = join(folder, name);
      if (type === undefined || !existsSync(file)) return [];
      return [[name, `data:image/${type};base64,${readFileSync(file).toString('base64')}`] as const];
    }),
  );
}

/** A file that cannot be written whole is not left there by half. */
function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}
