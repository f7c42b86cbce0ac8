import { dirname } from 'node:path';
import type { Letter } from '@gameday/reporter/journal';
import type { ExitName } from '../exit-codes.ts';
import { printReport } from '../print-report.ts';
import { exitOfReport } from '../report-exit.ts';
import { gradeJournal, writeReportFiles } from '../../adapters/report-files.ts';
import { writeToolkitJournal } from '../write-toolkit-journal.ts';

export interface ReportRequest {
  readonly journal: string;
  /** Folder for the reports; the journal's own where undefined. */
  readonly out: string | undefined;
  readonly gate: Letter | undefined;
  /** Where a journal.json of Chaos Toolkit goes; nowhere where undefined. */
  readonly chaosToolkit: string | undefined;
  readonly json: boolean;
}

/** Grades a journal again. @throws {CliError} where there is none */
export async function report({ journal, out, gate, json, chaosToolkit }: ReportRequest): Promise<ExitName> {
  const graded = await gradeJournal(journal, gate);
  writeReportFiles(graded, out ?? dirname(journal), dirname(journal));
  if (chaosToolkit !== undefined) await writeToolkitJournal(journal, chaosToolkit);
  printReport(graded, json);
  return exitOfReport(graded);
}
