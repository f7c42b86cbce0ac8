import type { Socket } from 'node:net';
import type { Client } from '../core/client.ts';
import type { RawHeaders } from '../core/headers.ts';
import { splitTarget } from '../core/s3-address.ts';

/** Connections that have carried an exchange. */
const used = new WeakSet<Socket>();

/** The client of a request. Most of it is looked up only if a blast radius asks. */
export class RequestClient implements Client {
  readonly headers: RawHeaders;
  readonly established: boolean;
  readonly expectsContinue: boolean;
  readonly #socket: Socket;
  readonly #target: string;

  constructor(socket: Socket, headers: RawHeaders, target: string, expectsContinue: boolean) {
    this.headers = headers;
    this.expectsContinue = expectsContinue;
    this.#socket = socket;
    this.#target = target;
    this.established = used.has(socket);
    if (!this.established) used.add(socket);
  }

  get address(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get query(): string {
    return splitTarget(this.#target).query;
  }
}
