import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type Figure } from './figure.ts';
import { journalChunks } from './reporter/journal.ts';

const ENTRIES_MIN = 1_000_000;
/** What the reporter promises: seconds, megabytes of memory, megabytes of page. */
const LIMITS = { seconds: 10, memoryMb: 300, htmlMb: 2 } as const;

const numberOf = (value: unknown, name: string): number => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== 'number') throw new Error(`the reporter printed no ${name}`);
  return found;
};

/** A journal of a million entries, to all outputs, in a process of its own. */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-bench-'));
  try {
    const file = join(folder, 'journal.ndjson');
    await pipeline(Readable.from(journalChunks(ENTRIES_MIN)), createWriteStream(file));
    const script = fileURLToPath(import.meta.resolve('./reporter/grade.js'));
    const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
    const measured: unknown = JSON.parse(stdout);
    const entries = numberOf(measured, 'entries');
    if (entries < ENTRIES_MIN || numberOf(measured, 'malformed') > 0)
      throw new Error(`not the journal that was meant: ${stdout}`);
    return [
      atMost(
        'report',
        `seconds for ${entries} entries to all outputs`,
        numberOf(measured, 'ms') / 1000,
        LIMITS.seconds,
        'the limit',
        1,
      ),
      atMost('report', 'most memory, MB', numberOf(measured, 'rssMb'), LIMITS.memoryMb, 'the limit', 1),
      atMost('report', 'size of report.html, MB', numberOf(measured, 'htmlMb'), LIMITS.htmlMb, 'the limit', 1),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
