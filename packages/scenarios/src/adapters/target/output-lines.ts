import type { Readable } from 'node:stream';

/** What has no newline is a line too, once nothing has followed it for so long. */
const QUIET_MS = 500;
/** Longer lines are cut. */
const LINE_CHARS_MAX = 2_000;
/** In whole reads of the pipe; a program that has left children behind may print for ever. */
const READS_MAX = 200;

/** What a program prints, line by line. */
export interface OutputLines {
  /** Reads what is in the pipe by now, and tells the last line even without its newline. */
  drain(): Promise<void>;
}

/** Tells each line of a program's output as soon as it is there. */
export function readLines(pipe: Readable, onLine: (line: string) => void): OutputLines {
  let rest = '';
  let reads = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    const line = rest.replace(/\r$/, '');
    rest = '';
    if (line !== '') onLine(line);
  };
  pipe.setEncoding('utf8');
  pipe.on('data', (chunk: string) => {
    reads += 1;
    // A carriage return at the end may be half of a line's end.
    const pieces = `${rest}${chunk}`.split(/\r\n|\n|\r(?!$)/);
    rest = (pieces.pop() ?? '').slice(0, LINE_CHARS_MAX);
    for (const piece of pieces) onLine(piece.slice(0, LINE_CHARS_MAX));
    clearTimeout(timer);
    if (rest !== '') timer = setTimeout(flush, QUIET_MS);
  });
  pipe.on('end', flush);
  return {
    async drain() {
      for (let before = -1, rounds = 0; before !== reads && rounds < READS_MAX; rounds += 1) {
        before = reads;
        // Two rounds of the event loop: in one of them the pipe is polled.
        for (let round = 0; round < 2; round += 1) await new Promise((resolve) => void setImmediate(resolve));
      }
      flush();
    },
  };
}
