import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { Entry } from '@gameday/reporter/journal';
import type { JournalWriter } from '../ports/journal-writer.ts';

const FLUSH_EVERY_MS = 100;
const FLUSH_AT_CHARS = 256 * 1024;
/** Kept free beside the journal, so that on a full disk the journal can still say how the run ended. */
const RESERVE_BYTES = 64 * 1024;
const NEWLINE = 10;

/**
 * A journal as a file of one JSON object a line. Lines reach the operating system within 100 ms, so they survive a
 * `kill -9` of the runner; `sync` makes them survive a power cut too.
 * @param onFailure called once, when the disk refuses the journal (full, gone); later entries go to the reserve
 * @throws where the file cannot be created
 */
export function openNdjsonJournal(file: string, onFailure: (error: Error) => void): JournalWriter {
  const descriptor = openSync(file, 'a', 0o644);
  const reserve = `${file}.reserve`;
  let reserved = keepReserve(reserve);
  let pending: string[] = [];
  let chars = 0;
  let failed = false;
  let ended = false;

  let wholeBytes = fstatSync(descriptor).size;

  /** Writes lines; of those that the disk refuses, none is left there by half. */
  const put = (text: string): void => {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(descriptor, bytes, done);
    } finally {
      const whole = done === bytes.length ? done : bytes.subarray(0, done).lastIndexOf(NEWLINE) + 1;
      wholeBytes += whole;
      if (whole < done) ftruncateSync(descriptor, wholeBytes);
    }
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    const text = pending.join('');
    pending = [];
    chars = 0;
    try {
      put(text);
    } catch (error) {
      if (failed) return;
      failed = true;
      if (reserved) rmSync(reserve, { force: true });
      reserved = false;
      onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const timer = setInterval(flush, FLUSH_EVERY_MS);
  timer.unref();

  const sync = async (): Promise<void> => {
    flush();
    // A disk that cannot sync has failed the write before, and said so.
    await new Promise<void>((resolve) => fdatasync(descriptor, () => resolve()));
  };
  return {
    write(entry: Entry) {
      // The end is the last entry, whatever straggles in behind it.
      if (ended) return;
      ended = entry.type === 'run.ended';
      const line = `${JSON.stringify(entry)}\n`;
      pending.push(line);
      chars += line.length;
      if (chars >= FLUSH_AT_CHARS) flush();
    },
    sync,
    async close() {
      clearInterval(timer);
      await sync();
      closeSync(descriptor);
      if (reserved) rmSync(reserve, { force: true });
    },
  };
}

function keepReserve(file: string): boolean {
  try {
    writeFileSync(file, Buffer.alloc(RESERVE_BYTES));
    return true;
  } catch {
    return false;
  }
}
