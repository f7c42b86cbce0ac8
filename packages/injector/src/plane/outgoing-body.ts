import type { ClientRequest } from 'node:http';
import { errorAnswer, type S3Error as ErrorAnswer } from '../core/s3-error.ts';
import { S3Error } from '../store/core/s3-error.ts';
import type { LiveExchange } from './live-exchange.ts';
import { refusal } from './refusal.ts';
import type { RewrittenBody } from './resign-chunks.ts';

const NOTHING = Buffer.alloc(0);

/** What a request's body is on its way out. */
export interface OutgoingBody {
  /** What goes out for what came. */
  push(bytes: Buffer): Buffer;
  /** The last bytes; null where the request has been refused. */
  end(): Buffer | null;
}

export const untouched: OutgoingBody = { push: (bytes) => bytes, end: () => NOTHING };

/** A body under other signatures. What is wrong with it ends the request upstream; the client is told at its end. */
export class CheckedBody implements OutgoingBody {
  readonly #live: LiveExchange;
  readonly #outgoing: ClientRequest;
  readonly #body: RewrittenBody;
  #wrong: ErrorAnswer | null = null;

  constructor(live: LiveExchange, outgoing: ClientRequest, body: RewrittenBody) {
    this.#live = live;
    this.#outgoing = outgoing;
    this.#body = body;
  }

  push(bytes: Buffer): Buffer {
    return this.#try(() => this.#body.push(bytes));
  }

  end(): Buffer | null {
    const last = this.#try(() => this.#body.end());
    if (this.#wrong === null) return last;
    const live = this.#live;
    if (live.headMs !== null || live.isOver) return null;
    const { status, reason, headers, body } = errorAnswer(this.#wrong, live.answerContext);
    live.sendHead(status, reason, [...headers]);
    live.responseBytes += Buffer.byteLength(body);
    live.response.end(body);
    return null;
  }

  #try(take: () => Buffer): Buffer {
    if (this.#wrong !== null) return NOTHING;
    try {
      return take();
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      this.#wrong = refusal(error.code, error.message, error.status);
      this.#live.refused = error.message;
      this.#outgoing.destroy();
      return NOTHING;
    }
  }
}
