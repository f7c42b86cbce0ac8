import { deleteResult } from '../core/listing.ts';
import { originForm, splitTarget, versionIdIn } from '../core/s3-address.ts';
import { deceptiveAnswer, errorAnswer, s3Error, type Answer, type S3Error } from '../core/s3-error.ts';
import type { Wire } from '../toxics/toxic.ts';
import { forward } from './forward.ts';
import type { LiveExchange } from './live-exchange.ts';
import { asItIs } from './manner.ts';

/** Longer than any document that S3 takes: 1,000 keys of 1,024 bytes, escaped. */
const DOCUMENT_BYTES_MAX = 8 * 1_048_576;

function knownError(code: string): S3Error {
  const error = s3Error(code);
  if (error === undefined) throw new Error(`S3 has no error code ${code}`);
  return error;
}

/** What a wire can do beside what toxics need. */
export interface OwnWire extends Wire {
  /** Gives an error of S3's that is not in its catalogue, or in other words. */
  answerWith(error: S3Error): void;
}

/** What a toxic of one window can do to an exchange over node:http. `endMs` is the window's end by the clock. */
export function createWire(live: LiveExchange, endMs: number): OwnWire {
  const { request, response, exchange } = live;
  const wait = (delayMs: number, then: () => void): void =>
    live.holds.wait(delayMs, endMs, () => {
      if (!live.isOver) then();
    });
  const whenDue = (then: () => void): void =>
    live.whenHeadIsDue(() => {
      if (!live.isOver) then();
    });
  const give = ({ status, reason, headers }: Omit<Answer, 'body'>, body: string | Uint8Array): void =>
    whenDue(() => {
      live.sendHead(status, reason, [...headers]);
      live.responseBytes += Buffer.byteLength(body);
      response.end(body);
    });

  /** Reads the request to its end; at the latest when the window ends. A body that awaits `100 Continue` is not asked for. */
  const readOn = (heed: (chunk: Buffer) => void, then: () => void): void => {
    request.on('data', (chunk: Buffer) => {
      live.requestBytes += chunk.length;
      heed(chunk);
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
  };

  return {
    delayHead: (delayMs) => live.holds.delayHead(delayMs, endMs),
    delayContinue: (delayMs) => {
      live.continueHold = { delayMs, endMs };
    },
    paceRequest: (pace) => {
      live.requestPace = { ...pace, endMs };
    },
    closeAfter: () => {
      live.closeAfter = true;
    },
    wait,
    forward: (body) => forward(live, { ...asItIs, shape: { body, endMs } }),
    forwardWithoutFresh: (withinMs) => {
      const { writes, elapsedMs } = live.ruling;
      const hidden = (key: string): boolean => writes?.isFresh({ ...exchange, key }, withinMs, elapsedMs) === true;
      forward(live, { ...asItIs, hidden });
    },
    forwardUnheard: (then) => forward(live, { ...asItIs, unheard: () => wait(0, then) }),
    discardRequest: (then) => readOn(() => {}, then),
    readRequest: (then) => {
      const chunks: Buffer[] = [];
      const heed = (chunk: Buffer): void => {
        if (live.requestBytes <= DOCUMENT_BYTES_MAX) chunks.push(chunk);
      };
      readOn(heed, () => then(Buffer.concat(chunks).toString('utf8')));
    },
    answerWith: (error) => {
      const answer = errorAnswer(error, live.answerContext);
      give(answer, answer.body);
    },
    answer: (code, { retryAfterS, toRegion } = {}) => {
      const redirect = toRegion === undefined ? undefined : { toRegion, target: originForm(request.url ?? '/') };
      const answer = errorAnswer(knownError(code), { ...live.answerContext, retryAfterS, redirect });
      give(answer, answer.body);
    },
    deceive: (code, kind, { count, everyMs }) =>
      whenDue(() => {
        const { status, reason, headers, body } = deceptiveAnswer(knownError(code), live.answerContext, kind);
        live.sendHead(status, reason, [...headers]);
        response.flushHeaders();
        const drip = (left: number): void => {
          if (left === 0) {
            live.responseBytes += Buffer.byteLength(body);
            response.end(body);
            return;
          }
          live.responseBytes += 1;
          response.write(' ');
          wait(everyMs, () => drip(left - 1));
        };
        drip(count);
      }),
    answerAsBefore: () => {
      const versioned = versionIdIn(splitTarget(request.url ?? '/').query) !== null;
      const before = versioned ? null : (live.ruling.writes?.before(exchange) ?? null);
      if (before !== null) {
        give(before, exchange.method === 'HEAD' ? '' : before.body);
        return;
      }
      const missing = errorAnswer(knownError(versioned ? 'NoSuchVersion' : 'NoSuchKey'), live.answerContext);
      give(missing, missing.body);
    },
    answerDeleted: (requestBody) => {
      const { requestId, hostId, date } = live.answerContext;
      const many = exchange.operation === 'DeleteObjects';
      const ids = ['x-amz-id-2', hostId, 'x-amz-request-id', requestId, 'Date', date];
      const kind = many ? ['Content-Type', 'application/xml', 'Transfer-Encoding', 'chunked'] : [];
      const headers = [...ids, ...kind, 'Server', 'AmazonS3'];
      if (many) give({ status: 200, reason: 'OK', headers }, deleteResult(requestBody));
      else give({ status: 204, reason: 'No Content', headers }, '');
    },
    halfHead: (then) =>
      whenDue(() => {
        const { hostId } = live.answerContext;
        live.whenItsTurn(() => live.socket.write(`HTTP/1.1 200 OK\r\nx-amz-id-2: ${hostId.slice(0, 40)}`, then));
      }),
    reset: () => live.whenHeadIsDue(() => live.whenItsTurn(() => live.abort('cut'))),
  };
}
