import {
  controlAccountingSchema,
  controlStatusSchema,
  exchangeEventSchema,
  unansweredEventSchema,
  type ControlAccounting,
  type ControlStatus,
  type ExchangeEvent,
  type ReplicationScope,
  type Timeline,
  type UnansweredEvent,
} from '@gameday/injector';
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import { z } from 'zod';

/** Where the control API of an injector in another process is. */
export interface InjectorAddress {
  /** `http://127.0.0.1:9099`, without a slash at its end. */
  readonly url: string;
  /** The bearer token. */
  readonly token: string;
}

/** The control API said no. */
export class ControlRefusal extends Error {
  readonly status: number;

  constructor(url: string, status: number, text: string) {
    super(`the injector at ${url} answered ${status}: ${text.trim()}`);
    this.status = status;
  }
}

/** A message of the control API's stream of exchanges. */
export type StreamMessage =
  | { readonly kind: 'begin'; readonly instance: string; readonly number: number }
  | { readonly kind: 'exchange'; readonly instance: string; readonly number: number; readonly event: ExchangeEvent }
  | { readonly kind: 'unanswered'; readonly instance: string; readonly number: number; readonly event: UnansweredEvent }
  /** So many were not kept; null where nobody knows how many. */
  | {
      readonly kind: 'lost';
      readonly instance: string;
      readonly number: number;
      readonly exchanges: number | null;
    };

const lostSchema = z.object({ exchanges: z.number().nullable() });

/** Why an error came, in words: what `fetch` throws has its reason inside. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && error.message === 'fetch failed' ? cause.message : error.message;
}

/** The control API of an injector in another process. Every call throws `ControlRefusal`, or an error of the network. */
export class ControlClient {
  readonly url: string;
  readonly #token: string;
  readonly #withinMs: number;

  /** @param withinMs how long an answer may take */
  constructor({ url, token }: InjectorAddress, withinMs = 5_000) {
    this.url = url;
    this.#token = token;
    this.#withinMs = withinMs;
  }

  /** The version of the injector; null where it does not say. @throws {Error} also where it is no injector at all */
  async version(): Promise<string | null> {
    const said: unknown = await (await this.#call('GET', '/status')).json();
    return z.object({ version: z.string().optional() }).parse(said).version ?? null;
  }

  status(): Promise<ControlStatus> {
    return this.#statusOf('GET', '/status');
  }

  /** Puts a timeline in force and begins a lease. @param onlyWhereCalm refuses (412) where one is in force already */
  start(timeline: Timeline, onlyWhereCalm: boolean): Promise<ControlStatus> {
    return this.#statusOf('PUT', '/timeline', {
      body: JSON.stringify(timeline),
      headers: onlyWhereCalm ? { 'if-none-match': '*' } : {},
    });
  }

  /** Renews the lease of this timeline and of no other. What has lapsed stays so: the answer tells. */
  renew(timeline: number): Promise<ControlStatus> {
    return this.#statusOf('POST', `/lease?timeline=${timeline}`);
  }

  /** Pauses replication in these scopes alone, for as long as the lease of the timeline in force. */
  pauseReplication(paused: readonly ReplicationScope[]): Promise<ControlStatus> {
    return this.#statusOf('PUT', '/replication', { body: JSON.stringify({ paused }) });
  }

  heal(): Promise<ControlStatus> {
    return this.#statusOf('DELETE', '/timeline');
  }

  async accounting(): Promise<ControlAccounting> {
    return controlAccountingSchema.parse(await (await this.#call('GET', '/accounting')).json());
  }

  /**
   * The exchanges as they end, until the connection breaks.
   * @param behind the id of the last message that was seen; null for from now on
   */
  async *events(behind: string | null, signal: AbortSignal): AsyncGenerator<StreamMessage, void, undefined> {
    const headers = behind === null ? {} : { 'last-event-id': behind };
    const { body } = await this.#call('GET', '/events', { headers, signal });
    if (body === null) return;
    const messages = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const message of messages) {
      const read = readMessage(message);
      if (read !== null) yield read;
    }
  }

  async #statusOf(method: string, path: string, options: CallOptions = {}): Promise<ControlStatus> {
    return controlStatusSchema.parse(await (await this.#call(method, path, options)).json());
  }

  async #call(method: string, path: string, { body, headers = {}, signal }: CallOptions = {}): Promise<Response> {
    const send = (): Promise<Response> =>
      fetch(`${this.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, ...headers },
        ...(body === undefined ? {} : { body }),
        signal: signal ?? AbortSignal.timeout(this.#withinMs),
      });
    // Asking again does no harm, and a connection may have broken while nobody used it.
    const answer = await (method === 'GET' ? send().catch(send) : send());
    if (!answer.ok) throw new ControlRefusal(this.url, answer.status, await answer.text());
    return answer;
  }
}

interface CallOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the call; left out, time does. */
  readonly signal?: AbortSignal;
}

/** Null for what this version does not know. @throws {Error} where it is no message of the control API at all */
function readMessage({ event, id = '', data }: EventSourceMessage): StreamMessage | null {
  const [, instance = '', number] = /^([0-9a-f]+)-(\d{1,15})$/.exec(id) ?? [];
  const place = { instance, number: Number(number) };
  switch (event) {
    case 'begin':
      return { kind: 'begin', ...place };
    case 'lost':
      return { kind: 'lost', ...place, ...lostSchema.parse(JSON.parse(data)) };
    case 'unanswered':
      return { kind: 'unanswered', ...place, event: unansweredEventSchema.parse(JSON.parse(data)) };
    case undefined:
      return { kind: 'exchange', ...place, event: exchangeEventSchema.parse(JSON.parse(data)) };
    default:
      return null;
  }
}
