import type { Socket } from 'node:net';
import type { Test } from 'tap';
import type { ExchangeEvent } from '../src/index.ts';
import { openEndpointDoor } from '../src/plane/endpoint-door.ts';
import { openFastPath } from '../src/plane/fast/fast-path.ts';
import { createHandler, type Handler, type HandlerParts } from '../src/plane/handle.ts';
import { toEvent } from '../src/plane/observation.ts';
import { createRecogniser } from '../src/plane/recogniser.ts';
import { createRegistry, type Registry } from '../src/plane/registry.ts';
import { passes } from '../src/plane/ruling.ts';
import { openUpstream } from '../src/plane/upstream.ts';
import { manualClock } from '../src/manual-clock.ts';

const REGION = 'us-east-1';

/** An endpoint before an upstream, with the fast path or over node:http alone. No timeline is in force. */
export interface Path {
  readonly port: number;
  readonly registry: Registry;
  readonly events: ExchangeEvent[];
  /** How many requests node:http has read. */
  readonly readByNode: () => number;
}

/** @param offersBuffer whether Node has a buffer to read into for sockets that it accepts, as a later one may not */
export async function openPath(t: Test, upstreamUrl: string, isFast: boolean, offersBuffer = true): Promise<Path> {
  const registry = createRegistry();
  const upstream = openUpstream(REGION, upstreamUrl, undefined);
  const events: ExchangeEvent[] = [];
  let readByNode = 0;
  const parts: HandlerParts = {
    clock: manualClock(),
    registry,
    upstreams: new Map([[REGION, upstream]]),
    recognise: createRecogniser(),
    rule: (exchange) => ({ ...passes, exchange }),
    contextOf: ({ method, bucket, key }) => ({ method, bucket, key, date: '', requestId: '', hostId: '' }),
    onOver: (live) => {
      registry.delete(live);
      events.push(toEvent(live));
    },
  };
  const pass = createHandler(parts);
  const handle: Handler = (...given) => {
    readByNode += 1;
    return pass(...given);
  };
  const { bare } = upstream;
  if (bare === null) throw new Error('the fast path cannot go there');
  const door = await openEndpointDoor(REGION, {
    port: 0,
    handle,
    openFastPath: isFast
      ? (toNodeHttp) => {
          const fastPath = openFastPath({ ...parts, region: REGION, upstream: bare, toNodeHttp });
          return { accept: (socket) => fastPath.accept(offersBuffer ? socket : withoutBuffer(socket)) };
        }
      : null,
  });
  t.teardown(async () => {
    await door.close();
    upstream.close();
  });
  return { port: Number(new URL(door.url).port), registry, events, readByNode: () => readByNode };
}

/** An accepted socket as a Node would give it that reads into buffers of its own alone. */
export function withoutBuffer(accepted: Socket): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (typeof handle !== 'object' || handle === null) throw new Error('the socket has no handle');
  Reflect.set(handle, 'useUserBuffer', undefined);
  return accepted;
}

/** What of an event must be the same whichever path was taken. */
export function gist({ exchange, ...event }: ExchangeEvent): unknown {
  const { status, requestBytes, responseBytes, outcome, applied, fault } = event;
  const { id: _id, ...asked } = exchange;
  return { ...asked, status, requestBytes, responseBytes, outcome, applied, fault };
}
