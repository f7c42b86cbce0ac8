import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Test } from 'tap';
import {
  startInjector,
  type ExchangeEvent,
  type Fault,
  type FaultWindow,
  type Injector,
  type InjectorOptions,
} from '../src/index.ts';
import { manualClock, type ManualClock } from '../src/manual-clock.ts';

/** A request as the upstream got it. */
export interface Received {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
}

/** A tiny S3: takes everything, answers `hello`, gives `/bucket/bytes/N` N bytes. */
export interface TinyS3 {
  readonly url: string;
  readonly server: Server;
  readonly received: readonly Received[];
}

const block = Buffer.alloc(65_536, 'abcdefghijklmnop');

/** Writes so many bytes at the pace of the reader. */
async function writeBytes(response: ServerResponse, count: number): Promise<void> {
  for (let left = count; left > 0; left -= block.length) {
    if (!response.write(block.subarray(0, Math.min(left, block.length)))) await once(response, 'drain');
  }
  response.end();
}

async function receive(request: IncomingMessage): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    hash.update(chunk);
  }
  const { method = '', url = '', rawHeaders, rawTrailers } = request;
  return { method, target: url, rawHeaders, rawTrailers, bytes, sha256: hash.digest('hex') };
}

async function answer(request: IncomingMessage, response: ServerResponse, received: Received[]): Promise<void> {
  const one = await receive(request);
  received.push(one);
  const size = /^\/bucket\/bytes\/(\d+)/.exec(one.target)?.[1];
  response.setHeader('ETag', `"${one.sha256.slice(0, 32)}"`);
  if (one.target.includes('list-type=2')) {
    const entries = ['key', 'old'].map((key) => `<Contents><Key>${key}</Key><Size>5</Size></Contents>`).join('');
    const listing = `<ListBucketResult><Name>bucket</Name><KeyCount>2</KeyCount>${entries}</ListBucketResult>`;
    response.setHeader('Content-Length', listing.length);
    response.end(listing);
    return;
  }
  if (size === undefined || one.method !== 'GET') {
    response.setHeader('x-amz-checksum-crc32', 'NhCmhg==');
    response.setHeader('Content-Length', one.method === 'GET' || one.method === 'HEAD' ? 5 : 0);
    response.end(one.method === 'GET' ? 'hello' : undefined);
    return;
  }
  response.setHeader('Content-Length', Number(size));
  await writeBytes(response, Number(size));
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  return address.port;
}

export async function startTinyS3(t: Test): Promise<TinyS3> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    answer(request, response, received).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, server, received };
}

export interface Harness {
  readonly clock: ManualClock;
  readonly injector: Injector;
  /** The endpoint of us-east-1. */
  readonly url: string;
  readonly port: number;
  readonly events: readonly ExchangeEvent[];
  /** Waits until so many exchanges are over. */
  readonly eventCount: (count: number) => Promise<readonly ExchangeEvent[]>;
  /** Waits until so many exchanges are in flight. */
  readonly inFlight: (count: number) => Promise<void>;
  /** Waits until an exchange is held by its fault; the window's own edge is the other thing that the clock has in hand. */
  readonly held: () => Promise<void>;
  /** Puts one fault on all of us-east-1 in force for a second, from now on. */
  readonly inflict: (fault: Fault, over?: Partial<FaultWindow>) => void;
}

/** Turns the event loop, once at least, until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  do await setImmediate();
  while (!condition());
}

/** An injector with a clock turned by hand, in front of an upstream, for us-east-1. */
export async function startHarness(t: Test, upstream: string, over: Partial<InjectorOptions> = {}): Promise<Harness> {
  const clock = manualClock();
  const events: ExchangeEvent[] = [];
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream }],
    seed: 'seed',
    clock,
    onExchange: (event) => {
      events.push(event);
    },
    ...over,
  });
  t.teardown(() => injector.stop());
  const url = injector.endpoints.get('us-east-1') ?? '';
  return {
    clock,
    injector,
    url,
    port: Number(new URL(url).port),
    events,
    eventCount: async (count) => {
      await until(() => events.length >= count);
      return events;
    },
    inFlight: (count) => until(() => injector.inFlight === count),
    held: () => until(() => clock.pending >= 2),
    inflict: (fault, window = {}) => {
      injector.start({
        windows: [
          {
            id: 'w1',
            startMs: 0,
            endMs: 1_000,
            where: { regions: ['us-east-1'] },
            share: { from: 1, to: 1 },
            fault,
            inFlight: 'spare',
            ...window,
          },
        ],
      });
    },
  };
}
