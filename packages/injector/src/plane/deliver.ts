import type { IncomingMessage } from 'node:http';
import type { LiveExchange } from './live-exchange.ts';
import type { Manner } from './manner.ts';
import { answerHeaders, isWritableStatus, trailersOf } from './pass-headers.ts';
import { rememberAnswer } from './remember-answer.ts';
import { deliverListing, deliverShaped, shapedHeaders } from './shaped-body.ts';

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
    if (live.responseBytes === length && answer.rawTrailers.length === 0) response.end(chunk);
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
