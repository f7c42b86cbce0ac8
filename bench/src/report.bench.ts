import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type Figure } from './figure.ts';
import { journalChunks, ledgerChunks } from './reporter/journal.ts';

const ENTRIES_MIN = 1_000_000;
/** What the reporter promises: seconds, megabytes of memory, megabytes of page. */
const LIMITS = { seconds: 10, memoryMb: 300, htmlMb: 2 } as const;

const numberOf = (value: unknown, name: string): number => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== 'number') throw new Error(`the reporter printed no ${name}`);
  return found;
};

/** Writes a journal, and has a process of its own turn it into all outputs. */
async function grade(name: string, chunks: Iterable<string>): Promise<(figure: string) => number> {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-bench-'));
  try {
    const file = join(folder, name);
    await pipeline(Readable.from(chunks), createWriteStream(file));
    const script = fileURLToPath(import.meta.resolve('./reporter/grade.js'));
    const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
    const measured: unknown = JSON.parse(stdout);
    if (numberOf(measured, 'malformed') > 0) throw new Error(`not the journal that was meant: ${stdout}`);
    return (figure) => numberOf(measured, figure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A journal of a million entries, and one with a million acknowledged writes, to all outputs. */
export async function run(): Promise<readonly Figure[]> {
  const journal = await grade('journal.ndjson', journalChunks(ENTRIES_MIN));
  const entries = journal('entries');
  if (entries < ENTRIES_MIN) throw new Error(`only ${entries} entries`);
  const ledger = await grade('ledger.ndjson', ledgerChunks(ENTRIES_MIN));
  if (ledger('ok') !== ENTRIES_MIN) throw new Error(`${ledger('ok')} writes were found`);
  const what = `a ledger of a million writes, in ${ledger('entries')} entries`;
  return [
    atMost(
      'report',
      `seconds for ${entries} entries to all outputs`,
      journal('ms') / 1000,
      LIMITS.seconds,
      'the limit',
      1,
    ),
    atMost('report', 'most memory, MB', journal('rssMb'), LIMITS.memoryMb, 'the limit', 1),
    atMost('report', 'size of report.html, MB', journal('htmlMb'), LIMITS.htmlMb, 'the limit', 1),
    atMost('report', `most memory, MB, ${what}`, ledger('rssMb'), LIMITS.memoryMb, 'the limit', 1),
  ];
}
