import type { Exchange } from '../core/exchange.ts';
import type { Answer } from '../core/s3-error.ts';
import type { Wire } from '../toxics/toxic.ts';
import { asItIs, forward } from './forward.ts';
import type { LiveExchange } from './live-exchange.ts';

/** S3's error answer for an exchange. */
export type ErrorAnswers = (code: string, exchange: Exchange) => Answer;

/** What a toxic of one window can do to an exchange over node:http. `endMs` is the window's end by the clock. */
export function createWire(live: LiveExchange, endMs: number, errorAnswers: ErrorAnswers): Wire {
  const { request, response } = live;
  const wait = (delayMs: number, then: () => void): void =>
    live.holds.wait(delayMs, endMs, () => {
      if (!live.isOver) then();
    });
  return {
    delayHead: (delayMs) => live.holds.delayHead(delayMs, endMs),
    wait,
    forward: (cutAfterBytes) => {
      forward(live, cutAfterBytes === undefined ? asItIs : { cutAfterBytes, unheard: null });
    },
    forwardUnheard: (then) => {
      forward(live, { cutAfterBytes: null, unheard: () => wait(0, then) });
    },
    discardRequest: (then) => {
      request.on('data', (chunk: Buffer) => {
        live.requestBytes += chunk.length;
      });
      let called = false;
      const once = (): void => {
        if (called || live.isOver) return;
        called = true;
        then();
      };
      if (live.expectsContinue || request.complete) {
        once();
        return;
      }
      request.once('end', once);
      wait(Infinity, once);
    },
    answer: (code) => {
      live.whenHeadIsDue(() => {
        if (live.isOver) return;
        const { status, reason, headers, body } = errorAnswers(code, live.exchange);
        live.sendHead(status, reason, [...headers]);
        live.responseBytes += Buffer.byteLength(body);
        response.end(body);
      });
    },
    reset: () => live.whenHeadIsDue(() => live.abort('cut')),
  };
}
