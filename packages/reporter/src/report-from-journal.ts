import { foldHistory } from './history/fold-history.ts';
import { readJournal } from './journal/read.ts';
import { buildReport } from './report/build-report.ts';
import type { Report } from './report/report.ts';

/**
 * Reads a journal as it streams in (text in chunks of any size), grades it, and returns the report. Memory stays flat
 * but for the ledger. The same journal gives the same report, byte for byte.
 *
 * @throws JournalError where the text is no journal that this version can report on.
 */
export async function reportFromJournal(chunks: AsyncIterable<string> | Iterable<string>): Promise<Report> {
  return buildReport(await foldHistory(readJournal(chunks)));
}
