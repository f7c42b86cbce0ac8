import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Client } from '../core/client.ts';
import { splitTarget } from '../core/s3-address.ts';

/** Connections that have carried an exchange. */
const used = new WeakSet<Socket>();

/** The client of a request. Most of it is looked up only if a blast radius asks. */
export class RequestClient implements Client {
  readonly #request: IncomingMessage;
  readonly established: boolean;
  readonly expectsContinue: boolean;

  constructor(request: IncomingMessage, expectsContinue: boolean) {
    this.#request = request;
    this.established = used.has(request.socket);
    this.expectsContinue = expectsContinue;
    if (!this.established) used.add(request.socket);
  }

  get address(): string {
    return this.#request.socket.remoteAddress ?? '';
  }

  get headers(): readonly string[] {
    return this.#request.rawHeaders;
  }

  get query(): string {
    return splitTarget(this.#request.url ?? '/').query;
  }
}
