import { createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { CliError } from './cli-error.ts';

const files = {
  'report.html': renderHtml,
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
export const reportFileNames: readonly string[] = Object.keys(files);

/**
 * Grades a journal.
 * @param gate replaces the plan's own gate
 * @throws {CliError} where there is no such file
 */
export async function gradeJournal(journal: string, gate: Letter | undefined): Promise<Report> {
  if (!existsSync(journal)) {
    throw new CliError(`there is no journal ${journal}`, 'name the journal.ndjson of a run, in runs/<id>/', 'usage');
  }
  const report = await reportFromJournal(createReadStream(journal, { encoding: 'utf8' }));
  return gate === undefined ? report : gateReport(report, gate);
}

/** Writes every rendering of a report into a folder. */
export function writeReportFiles(report: Report, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, render] of Object.entries(files)) writeWhole(join(folder, name), render(report));
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
