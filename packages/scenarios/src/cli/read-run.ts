import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readReport, type Report } from '@gameday/reporter';
import { CliError } from './cli-error.ts';
import { gradeJournal } from '../adapters/report-files.ts';

/**
 * The report of a run that the user named: its folder, its journal.ndjson (graded anew), or its report.json.
 * @throws {CliError} where there is none, or it is of another version
 */
export async function readRun(path: string): Promise<Report> {
  if (!existsSync(path)) {
    throw new CliError(
      `there is no run ${path}`,
      'name the folder of a run, its journal.ndjson or its report.json',
      'usage',
    );
  }
  if (!statSync(path).isDirectory())
    return path.endsWith('.json') ? readReportFile(path) : gradeJournal(path, undefined);
  const journal = join(path, 'journal.ndjson');
  return existsSync(journal) ? gradeJournal(journal, undefined) : readReportFile(join(path, 'report.json'));
}

function readReportFile(file: string): Report {
  if (!existsSync(file))
    throw new CliError(`there is no ${file}`, 'a run leaves journal.ndjson and report.json', 'usage');
  const read = readReport(readFileSync(file, 'utf8'));
  if (read.ok) return read.report;
  throw new CliError(`${file}: ${read.why}`, 'name the journal.ndjson of the run instead', 'usage');
}
