import type { IncomingMessage } from 'node:http';
import { withoutKeys } from '../core/listing.ts';
import type { BodyShape } from '../toxics/toxic.ts';
import type { LiveExchange } from './live-exchange.ts';

/** Longer than S3's longest listing. */
const DOCUMENT_BYTES_MAX = 16 * 1_048_576;

const lengthHeader = /^content-length$/i;

/** The same headers with other values of Content-Length, or without the ones that a predicate names. */
function withLength(headers: readonly string[], length: number): string[] {
  return headers.map((value, index) =>
    index % 2 === 1 && lengthHeader.test(headers[index - 1] ?? '') ? String(length) : value,
  );
}

function withoutChecksums(headers: readonly string[]): string[] {
  return headers.filter((_, index) => !/^x-amz-checksum-/i.test(headers[index - (index % 2)] ?? ''));
}

/** The head as the shape has it. @param length of the body, null where the answer does not tell */
export function shapedHeaders(shape: BodyShape, headers: string[], length: number | null): string[] {
  switch (shape.kind) {
    case 'truncate':
      return shape.length === 'wrong' && length !== null
        ? withLength(headers, Math.min(shape.afterBytes, length - 1))
        : headers;
    case 'corrupt':
      return shape.checksums === 'drop' ? withoutChecksums(headers) : headers;
    case 'cut':
    case 'pace':
    case 'stall':
      return headers;
  }
}

/** Passes the answer's body on in a shape; its head has been sent. @param endMs when the shape's window ends */
export function deliverShaped(
  live: LiveExchange,
  answer: IncomingMessage,
  shape: BodyShape,
  length: number | null,
  endMs: number,
): void {
  const { response, socket } = live;
  live.flushHead();
  const within = (bytes: number): number => Math.min(bytes, length === null ? Infinity : length - 1);
  switch (shape.kind) {
    case 'cut':
      deliverPart(live, answer, within(shape.afterBytes), () => {
        // Written last, called back when all before it has left.
        live.whenItsTurn(() => socket.write('', () => live.abort('cut')));
      });
      break;
    case 'stall':
      deliverPart(live, answer, within(shape.afterBytes), () =>
        live.holds.wait(Infinity, endMs, () => live.abort('cut')),
      );
      break;
    case 'truncate':
      deliverPart(live, answer, within(shape.afterBytes), () => {
        if (shape.length === 'right') live.hangUp();
        else {
          answer.resume(); // The rest has nowhere to go; S3's connection goes on.
          response.end();
        }
      });
      break;
    case 'pace':
      deliverSlowly(live, answer, shape, endMs);
      break;
    case 'corrupt':
      deliverCorrupted(live, answer, Math.min(shape.atByte, length === null ? Infinity : length - 1));
  }
}

/** Writes a piece of the body; the answer goes on when the client has taken it. */
function write(live: LiveExchange, answer: IncomingMessage, piece: Buffer): void {
  live.responseBytes += piece.length;
  if (live.response.write(piece)) return;
  answer.pause();
  live.response.once('drain', () => answer.resume());
}

/** Lets so many bytes of the body through; then, or when the body ends before, calls back once. */
function deliverPart(live: LiveExchange, answer: IncomingMessage, bytes: number, then: () => void): void {
  let done = false;
  const finish = (): void => {
    if (done) return;
    done = true;
    answer.pause();
    if (!live.isOver) then();
  };
  if (bytes <= 0) {
    finish();
    return;
  }
  answer.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, bytes - live.responseBytes);
    if (done || part.length === 0) return;
    write(live, answer, part);
    if (live.responseBytes >= bytes) finish();
  });
  answer.once('end', finish);
}

function deliverSlowly(
  live: LiveExchange,
  answer: IncomingMessage,
  { bytes, everyMs }: Extract<BodyShape, { readonly kind: 'pace' }>,
  endMs: number,
): void {
  const { response, holds, clock } = live;
  let ended = false;
  let pending: Buffer = Buffer.alloc(0);
  const next = (): void => {
    if (live.isOver) return;
    const healed = holds.released || clock.now() >= endMs;
    const piece = healed ? pending : pending.subarray(0, bytes);
    pending = pending.subarray(piece.length);
    live.responseBytes += piece.length;
    if (piece.length === 0 || response.write(piece)) goOn(healed);
    else response.once('drain', () => goOn(healed));
  };
  const goOn = (healed: boolean): void => {
    if (pending.length > 0) holds.wait(everyMs, endMs, next);
    else if (ended) response.end();
    else if (healed) answer.resume();
    else holds.wait(everyMs, endMs, () => answer.resume());
  };
  answer.on('data', (chunk: Buffer) => {
    answer.pause();
    pending = chunk;
    next();
  });
  answer.once('end', () => {
    ended = true;
    if (pending.length === 0) response.end();
  });
}

function deliverCorrupted(live: LiveExchange, answer: IncomingMessage, atByte: number): void {
  answer.on('data', (chunk: Buffer) => {
    const at = atByte - live.responseBytes;
    const byte = chunk[at];
    if (at >= 0 && byte !== undefined) {
      const spoilt = Buffer.from(chunk);
      spoilt[at] = byte ^ 1;
      write(live, answer, spoilt);
    } else write(live, answer, chunk);
  });
  answer.once('end', () => live.response.end());
}

/** Gathers a listing and passes it on without some keys. */
export function deliverListing(
  live: LiveExchange,
  answer: IncomingMessage,
  headers: readonly string[],
  hidden: (key: string) => boolean,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= DOCUMENT_BYTES_MAX) chunks.push(chunk);
    else live.abort('upstream-failed');
  });
  answer.once('end', () => {
    if (live.isOver) return;
    const body = Buffer.from(withoutKeys(Buffer.concat(chunks).toString('utf8'), hidden));
    live.sendHead(answer.statusCode ?? 0, answer.statusMessage ?? '', withLength(headers, body.length));
    live.responseBytes += body.length;
    live.response.end(body);
  });
}
