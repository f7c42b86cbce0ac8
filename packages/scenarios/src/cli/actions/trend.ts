import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport, renderTrend, renderTrendText, type Report, trendOf } from '@gameday/reporter';
import { CliError } from '../cli-error.ts';
import type { ExitName } from '../exit-codes.ts';

export interface TrendRequest {
  readonly folder: string;
  /** Where the page goes; FOLDER/trend.html where undefined. */
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Lays the grades of a folder of runs side by side. @throws {CliError} where there is no such folder or no report */
export function trend({ folder, out, json }: TrendRequest): ExitName {
  if (!existsSync(folder)) throw new CliError(`there is no folder ${folder}`, 'runs/ holds the runs', 'usage');
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.name, 'report.json'))
    .filter((name) => existsSync(join(folder, name)))
    .toSorted();
  const reports: Report[] = [];
  const skipped: string[] = [];
  for (const name of files) {
    const read = readReport(readFileSync(join(folder, name), 'utf8'));
    if (read.ok) reports.push(read.report);
    else skipped.push(`${name}: ${read.why}`);
  }
  if (reports.length === 0) {
    throw new CliError(
      `no run in ${folder} has a report that can be read`,
      skipped[0] ?? 'each run leaves a folder with report.json',
      'usage',
    );
  }
  const lines = trendOf(reports);
  const page = out ?? join(folder, 'trend.html');
  writeFileSync(page, renderTrend(lines, skipped));
  process.stdout.write(json ? `${JSON.stringify({ lines, skipped }, null, 2)}\n` : renderTrendText(lines));
  for (const why of skipped) process.stderr.write(`left out: ${why}\n`);
  process.stderr.write(`Page: ${page}\n`);
  return 'completed';
}
