import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodySource } from '../http/call.ts';

/** The body of a request that came over HTTP. */
export class RequestBody implements BodySource {
  readonly stream: IncomingMessage;
  readonly #response: ServerResponse;
  /** Bytes as they travel; undefined where the head does not tell. */
  readonly #length: number | undefined;
  #expectsContinue: boolean;
  #isTaken = false;

  constructor(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    this.stream = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    this.#length = coding === undefined ? Number(length ?? 0) : undefined;
  }

  get socket(): IncomingMessage['socket'] {
    return this.stream.socket;
  }

  /** Whether nothing of the body is still to come: only then can the connection serve another request. */
  get isRead(): boolean {
    return this.#isTaken || this.#length === 0 || this.stream.complete || this.stream.readableEnded;
  }

  begin(): void {
    if (this.#expectsContinue) this.#response.writeContinue();
    this.#expectsContinue = false;
  }

  takeWhole(): Buffer | undefined {
    if (this.#length === 0 || this.stream.readableLength !== this.#length) return undefined;
    const bytes: unknown = this.stream.read();
    if (!Buffer.isBuffer(bytes)) return undefined;
    this.#isTaken = true;
    // Nothing is left but its end, which the server waits for.
    this.stream.resume();
    return bytes;
  }
}
