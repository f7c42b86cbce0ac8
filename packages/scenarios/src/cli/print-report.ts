import { renderJson, renderTerminal, type Report } from '@gameday/reporter';
import { describeTerminal } from './terminal.ts';

/** The result on stdout: for people, or the whole of report.json for programs. */
export function printReport(report: Report, json: boolean): void {
  const text = json ? renderJson(report) : `${renderTerminal(report, describeTerminal(process.stdout, process.env))}\n`;
  process.stdout.write(text);
}
