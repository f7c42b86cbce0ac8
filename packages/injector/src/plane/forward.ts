import type { ClientRequest } from 'node:http';
import { originForm } from '../core/s3-address.ts';
import { mayAskAgain } from './ask-again.ts';
import { deliver } from './deliver.ts';
import type { LiveExchange } from './live-exchange.ts';
import type { Manner } from './manner.ts';
import { announcedIdleSeconds, requestHeaders, trailersOf } from './pass-headers.ts';
import { CheckedBody, untouched, type OutgoingBody } from './outgoing-body.ts';
import type { Upstream } from './upstream.ts';

/** Passes the request on and the answer back, both streamed at the pace of the slower side. */
export function forward(live: LiveExchange, manner: Manner): void {
  const { upstream } = live;
  if (upstream === null) failed(live, manner);
  else send(live, upstream, manner, false);
}

function send(live: LiveExchange, upstream: Upstream, manner: Manner, again: boolean): void {
  const { request, response, clock } = live;
  const { method } = live.exchange;
  const { headers, hasBody } = requestHeaders(live.head?.headers ?? request.rawHeaders, method);
  const underWay = again ? null : live.underWay;
  const sentMs = underWay?.sentMs ?? clock.now();
  const outgoing =
    underWay?.readAnswer() ?? upstream.request(method, live.head?.target ?? originForm(request.url ?? '/'), headers);
  live.outgoing = outgoing;

  outgoing.on('response', (answer) => {
    live.upstreamMs = clock.now() - sentMs;
    live.upstreamSettled(answer.statusCode ?? null, answer.rawHeaders);
    answer.on('error', () => failed(live, manner)); // it broke off in the middle of its body
    if (manner.unheard !== null || live.isOver) {
      answer.resume();
      if (manner.unheard !== null) answer.once('end', manner.unheard);
      return;
    }
    const idleSeconds = announcedIdleSeconds(answer.rawHeaders);
    if (idleSeconds !== null) upstream.keepsIdle(idleSeconds);
    live.whenHeadIsDue(() => deliver(live, answer, manner));
  });
  outgoing.on('error', () => {
    if (live.refused !== null) return; // It was ended here.
    if (live.upstreamMs !== null) {
      request.resume(); // The answer came before the request was through: the rest of the body has nowhere to go.
      return;
    }
    const isReused = underWay?.isReused ?? outgoing.reusedSocket;
    const isWhole = !hasBody && live.requestBytes === 0;
    if (isReused && isWhole && mayAskAgain(method) && !again && !live.isOver) send(live, upstream, manner, true);
    else {
      outgoing.destroy(); // Node does not call it so where the answer made no sense: nothing more will come of it.
      live.upstreamSettled(null);
      failed(live, manner);
    }
  });
  if (!hasBody) {
    live.outgoingComplete = true;
    outgoing.end();
    return;
  }
  if (live.expectsContinue) {
    outgoing.once('continue', () => {
      if (live.isOver) return;
      const goOn = (): void => {
        if (live.isOver || response.headersSent) return;
        live.continued = true;
        response.writeContinue();
      };
      const hold = live.continueHold;
      if (hold === null) goOn();
      else live.holds.wait(hold.delayMs, hold.endMs, goOn);
    });
  }
  const rewritten = live.head?.body ?? null;
  const body = rewritten === null ? untouched : new CheckedBody(live, outgoing, rewritten);
  const complete = (): void => {
    const last = body.end();
    if (last === null) return;
    if (last.length > 0) outgoing.write(last);
    live.outgoingComplete = true;
    if (request.rawTrailers.length > 0) outgoing.addTrailers(trailersOf(request));
    outgoing.end();
  };
  if (live.requestPace !== null) {
    sendSlowly(live, outgoing, body, live.requestPace, complete);
    return;
  }
  request.on('data', (chunk: Buffer) => {
    live.requestBytes += chunk.length;
    const piece = body.push(chunk);
    if (piece.length === 0 || outgoing.destroyed || outgoing.write(piece)) return;
    request.pause();
    outgoing.once('drain', () => request.resume());
  });
  request.on('end', complete);
}

/** Passes the request's body on piece by piece, until the fault's window ends. */
function sendSlowly(
  live: LiveExchange,
  outgoing: ClientRequest,
  body: OutgoingBody,
  { bytes, everyMs, endMs }: NonNullable<LiveExchange['requestPace']>,
  complete: () => void,
): void {
  const { request, holds, clock } = live;
  let pending: Buffer = Buffer.alloc(0);
  let waiting = false;
  let ended = false;
  const next = (): void => {
    waiting = false;
    const healed = holds.released || clock.now() >= endMs;
    const piece = healed ? pending : pending.subarray(0, bytes);
    pending = pending.subarray(piece.length);
    const taken = piece.length === 0 || outgoing.destroyed || outgoing.write(piece);
    if (piece.length > 0 && !healed) {
      waiting = true;
      holds.wait(everyMs, endMs, next);
    } else if (ended) complete();
    else if (taken) request.resume();
    else outgoing.once('drain', () => request.resume());
  };
  request.on('data', (chunk: Buffer) => {
    live.requestBytes += chunk.length;
    request.pause();
    pending = body.push(chunk);
    if (!waiting) next();
  });
  request.once('end', () => {
    ended = true;
    if (!waiting) next();
  });
}

/** The upstream failed by itself. No answer is invented for it. */
function failed(live: LiveExchange, { unheard }: Manner): void {
  if (live.isOver) return;
  if (unheard === null) live.abort('upstream-failed');
  else unheard();
}
