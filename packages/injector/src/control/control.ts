import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock, type Clock } from '../clock.ts';
import type { ExchangeEvent } from '../core/event.ts';
import { localStackSchema, timelineFromLocalStack } from '../core/localstack.ts';
import { timelineSchema } from '../core/timeline-schema.ts';
import { calm, type Timeline } from '../core/timeline.ts';
import type { Injector } from '../injector.ts';
import { Accounts } from './accounts.ts';
import { admit, json, readJson, Refusal } from './answers.ts';
import { createLease } from './lease.ts';
import { openApiDocument } from './open-api.ts';

/** Where a control API listens, and for whom. */
export interface ControlOptions {
  /** Loopback port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** How long faults last without a renewal, in milliseconds. Default 10,000. */
  readonly leaseMs?: number;
  /** The bearer token; random by default. */
  readonly token?: string;
  readonly clock?: Clock;
}

/** The control API of an injector. It has a listener of its own, which no fault touches. */
export interface Control {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** To be told of every exchange: pass it as the injector's `onExchange`. */
  observe(event: ExchangeEvent): void;
  /** Puts a timeline in force on a lease. @throws {Error} where it has problems */
  start(timeline: Timeline): void;
  /** Puts off the end of the lease. Faults that have ended stay ended. */
  renew(): void;
  /** Heals, and ends the listener. */
  close(): Promise<void>;
}

/** LocalStack's rules have no end of their own: the lease is what ends them. A day, because timers cannot take for ever. */
const LOCALSTACK_MS = 86_400_000;
/** A listener of events that reads no further is let go. */
const BACKLOG_BYTES_MAX = 4 * 1_048_576;

/** Opens the control API of an injector on the loopback interface. @throws {Error} where the port is taken */
export async function startControl(injector: Injector, options: ControlOptions = {}): Promise<Control> {
  const { port = 0, leaseMs = 10_000, clock = systemClock, token = randomBytes(24).toString('base64url') } = options;
  const accounts = new Accounts();
  const listeners = new Set<ServerResponse>();
  let timeline: Timeline = calm;
  const heal = (): void => {
    timeline = calm;
    injector.heal();
  };
  const lease = createLease(clock, leaseMs, heal);
  const start = (next: Timeline): void => {
    injector.start(next);
    timeline = next;
    lease.renew();
  };
  const putInForce = (next: Timeline): void => {
    try {
      start(next);
    } catch (error) {
      throw new Refusal(400, error instanceof Error ? error.message : String(error));
    }
  };

  const status = () => ({
    endpoints: Object.fromEntries(injector.endpoints),
    proxy: injector.proxy?.url ?? null,
    windows: timeline.windows.length,
    leaseRemainingMs: lease.remainingMs,
    inFlight: injector.inFlight,
  });

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void>> =
    {
      'GET /openapi.json': (_request, response) => json(response, openApiDocument()),
      'GET /timeline': (_request, response) => json(response, timeline),
      'PUT /timeline': async (request, response) => {
        putInForce(await readJson(request, timelineSchema));
        json(response, status());
      },
      'DELETE /timeline': (_request, response) => {
        lease.end();
        heal();
        json(response, status());
      },
      'PUT /localstack': async (request, response) => {
        const rules = await readJson(request, localStackSchema);
        putInForce(timelineFromLocalStack(rules, [...injector.endpoints.keys()], LOCALSTACK_MS));
        json(response, timeline);
      },
      'POST /lease': (_request, response) => {
        // Renewing what has lapsed brings nothing back.
        if (lease.remainingMs !== null) lease.renew();
        json(response, status());
      },
      'GET /status': (_request, response) => json(response, status()),
      'GET /accounting': (_request, response) => {
        const fired = [...injector.fired()];
        const uncounted = injector.uncounted();
        json(response, {
          fired: Object.fromEntries(fired),
          neverFired: fired.filter(([id, count]) => count === 0 && uncounted.get(id) !== true).map(([id]) => id),
          proved: [...uncounted].filter(([, proved]) => proved).map(([id]) => id),
        });
      },
      'GET /events': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.flushHeaders();
        listeners.add(response);
        response.once('close', () => listeners.delete(response));
      },
      'GET /metrics': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
        response.end(accounts.metrics(injector.fired(), injector.inFlight));
      },
    };

  async function serve(request: IncomingMessage, response: ServerResponse, own: string): Promise<void> {
    admit(request, own, token);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routes[`${request.method ?? ''} ${path}`];
    if (route === undefined) throw new Refusal(404, `no such route; GET /openapi.json lists them`);
    await route(request, response);
  }

  const server = createServer((request, response) => {
    const { localPort } = request.socket;
    serve(request, response, `127.0.0.1:${localPort}`).catch((error: unknown) => {
      const code = error instanceof Refusal ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) response.writeHead(code, { 'content-type': 'text/plain' }).end(`${message}\n`);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the control API listens on no port');

  let closed: Promise<void> | null = null;
  async function close(): Promise<void> {
    lease.end();
    heal(); // Nobody could renew what is left, and nothing would end it.
    const gone = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await gone;
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    token,
    start,
    renew: () => lease.renew(),
    observe: (event) => {
      accounts.add(event);
      if (listeners.size === 0) return;
      const text = `data: ${JSON.stringify(event)}\n\n`;
      for (const listener of listeners) {
        if (listener.writableLength > BACKLOG_BYTES_MAX) listener.destroy();
        else listener.write(text);
      }
    },
    close: () => (closed ??= close()),
  };
}
