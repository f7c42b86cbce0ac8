import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodySource } from '../http/call.ts';

/** The body of a request that came over HTTP. */
export class RequestBody implements BodySource {
  readonly stream: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #isEmpty: boolean;
  #expectsContinue: boolean;

  constructor(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    this.stream = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    this.#isEmpty = (length === undefined || length === '0') && coding === undefined;
  }

  get socket(): IncomingMessage['socket'] {
    return this.stream.socket;
  }

  /** Whether nothing of the body is still to come: only then can the connection serve another request. */
  get isRead(): boolean {
    return this.#isEmpty || this.stream.complete || this.stream.readableEnded;
  }

  begin(): void {
    if (this.#expectsContinue) this.#response.writeContinue();
    this.#expectsContinue = false;
  }
}
