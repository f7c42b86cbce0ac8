import type { OrdinaryAnswer } from '../../http1/response-head.ts';

const MINOR_VERSION_AT = 'HTTP/1.'.length;
const ONE = '1'.charCodeAt(0);
const CLOSE = 'Connection: close\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** An answer's head as it goes to the client, where that is not as it came. */
export interface AnswerHead {
  /** Where it begins in the same bytes; it ends where it ended. */
  readonly start: number;
  /** What takes the place of the empty line at its end; empty where that stays. */
  readonly ending: string;
}

/**
 * Makes an answer's head ready for the client, in the bytes that it came in: the lines of the upstream's connection go,
 * what the client's own connection needs comes.
 * @param closes whether the client's connection ends with the answer
 */
export function answerHead(bytes: Buffer, start: number, head: OrdinaryAnswer, closes: boolean): AnswerHead {
  const begins = closeGaps(bytes, start, start + head.headLength, head.ownLines);
  if (head.isOld) bytes[begins + MINOR_VERSION_AT] = ONE;
  const added = (closes && !head.saysClose ? CLOSE : '') + (head.framing === 'end' ? CHUNKED : '');
  return { start: begins, ending: added === '' ? '' : `${added}\r\n` };
}

/** Takes lines out by moving what is before them; gives the new beginning. */
function closeGaps(bytes: Buffer, start: number, end: number, lines: readonly number[]): number {
  let to = end;
  let partEnd = end;
  for (let index = lines.length - 2; index >= 0; index -= 2) {
    const lineEnd = start + (lines[index + 1] ?? 0);
    to -= partEnd - lineEnd;
    bytes.copyWithin(to, lineEnd, partEnd);
    partEnd = start + (lines[index] ?? 0);
  }
  if (partEnd === end) return start;
  to -= partEnd - start;
  bytes.copyWithin(to, start, partEnd);
  return to;
}
