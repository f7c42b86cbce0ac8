import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveExchange } from './live-exchange.ts';
import type { Manner } from './manner.ts';
import { answerHeaders, isWritableStatus, trailersOf } from './pass-headers.ts';
import { rememberAnswer } from './remember-answer.ts';
import { deliverListing, deliverShaped, shapedHeaders } from './shaped-body.ts';

/** Bodies up to so many bytes leave in one piece with their head. */
const ONE_PIECE_BYTES_MAX = 16_384;

/**
 * Ends an answer whose last bytes are here. Node hands head, body and end of a message to the kernel as a list; a head
 * that nothing follows goes out as one string, so a small body is made part of it. That saves a twentieth of the CPU time
 * of a small exchange.
 */
function endWith(response: ServerResponse, last: Buffer): void {
  const head: unknown = Reflect.get(response, '_header');
  const waits = Reflect.get(response, '_headerSent') === false && typeof head === 'string';
  if (!waits || last.length > ONE_PIECE_BYTES_MAX) {
    response.end(last);
    return;
  }
  Reflect.set(response, '_header', head + last.toString('latin1'));
  response.end();
}

/** Passes an answer on to the client, its head first. */
export function deliver(live: LiveExchange, answer: IncomingMessage, { shape, hidden }: Manner): void {
  if (live.isOver) {
    answer.resume();
    return;
  }
  const { response } = live;
  const status = answer.statusCode ?? 0;
  if (!isWritableStatus(status)) {
    live.abort('upstream-failed');
    return;
  }
  const { headers, length } = answerHeaders(answer.rawHeaders, live.request.httpVersionMinor > 0);
  const bodiless = live.exchange.method === 'HEAD' || status === 204 || status === 304 || length === 0;
  if (bodiless && shape?.body.kind === 'cut') {
    answer.resume();
    live.abort('cut');
    return;
  }
  if (hidden !== null && status === 200) {
    deliverListing(live, answer, headers, hidden);
    return;
  }
  if (shape !== null && !bodiless) {
    live.sendHead(status, answer.statusMessage ?? '', shapedHeaders(shape.body, headers, length));
    deliverShaped(live, answer, shape.body, length, shape.endMs);
    return;
  }
  live.sendHead(status, answer.statusMessage ?? '', headers);
  if (live.ruling.writes !== null) rememberAnswer(live, answer, live.ruling.writes, headers);
  let begun = bodiless;
  answer.on('data', (chunk: Buffer) => {
    begun = true;
    live.responseBytes += chunk.length;
    if (live.responseBytes === length && answer.rawTrailers.length === 0) endWith(response, chunk);
    else if (!response.write(chunk)) {
      answer.pause();
      response.once('drain', () => answer.resume());
    }
  });
  answer.on('end', () => {
    if (response.writableEnded) return;
    if (answer.rawTrailers.length > 0) response.addTrailers(trailersOf(answer));
    response.end();
  });
  if (bodiless) return;
  // Head and first bytes leave together where they came together; a head that came alone does not wait.
  process.nextTick(() => {
    if (!begun && !live.isOver) live.flushHead();
  });
}
