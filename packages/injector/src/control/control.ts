import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock, type Clock } from '../clock.ts';
import type { ExchangeEvent } from '../core/event.ts';
import type { UnansweredEvent } from '../core/unanswered.ts';
import { localStackSchema, timelineFromLocalStack } from '../core/localstack.ts';
import { timelineSchema } from '../core/timeline-schema.ts';
import { calm, type Timeline } from '../core/timeline.ts';
import type { Injector } from '../injector.ts';
import { injectorVersion } from '../version.ts';
import { Accounts } from './accounts.ts';
import { admit, json, readJson, Refusal } from './answers.ts';
import { EventLog } from './event-log.ts';
import { createLease } from './lease.ts';
import { openApiDocument } from './open-api.ts';
import { PausedReplication, pausedReplicationSchema, type OwnStore } from './paused-replication.ts';
import type { ControlAccounting, ControlStatus } from './status.ts';

/** Where a control API listens, and for whom. */
export interface ControlOptions {
  /** Loopback port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** How long faults last without a renewal, in milliseconds. Default 10,000. */
  readonly leaseMs?: number;
  /** The bearer token; random by default. */
  readonly token?: string;
  /** What clients of the endpoints sign with: told to whoever drives the injector. Unknown by default. */
  readonly accessKeyId?: string;
  /** The embedded S3, where the injector stands before it: its replication can be paused. None by default. */
  readonly store?: OwnStore | undefined;
  /** How many exchanges are kept for listeners that fall behind. Default 16,384. */
  readonly eventsKept?: number;
  readonly clock?: Clock;
}

/** The control API of an injector. It has a listener of its own, which no fault touches. */
export interface Control {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** To be told of every exchange: pass it as the injector's `onExchange`. */
  observe(event: ExchangeEvent): void;
  /** To be told of every connection that a black hole left without an answer: pass it as `onUnanswered`. */
  observeUnanswered(event: UnansweredEvent): void;
  /** Puts a timeline in force on a lease. @throws {Error} where it has problems */
  start(timeline: Timeline): void;
  /** Puts off the end of the lease. Faults that have ended stay ended. */
  renew(): void;
  /** Heals, and ends the listener. */
  close(): Promise<void>;
}

/** LocalStack's rules have no end of their own: the lease is what ends them. A day, because timers cannot take for ever. */
const LOCALSTACK_MS = 86_400_000;

/** Opens the control API of an injector on the loopback interface. @throws {Error} where the port is taken */
export async function startControl(injector: Injector, options: ControlOptions = {}): Promise<Control> {
  const { port = 0, leaseMs = 10_000, clock = systemClock, token = randomBytes(24).toString('base64url') } = options;
  const instance = randomBytes(6).toString('hex');
  const accounts = new Accounts();
  const events = new EventLog(instance, options.eventsKept);
  let timeline: Timeline = calm;
  let timelines = 0;
  const replication = new PausedReplication(options.store ?? null, injector.upstreams);
  const heal = (): void => {
    timeline = calm;
    injector.heal();
    replication.set([]);
  };
  const lease = createLease(clock, leaseMs, heal);
  const start = (next: Timeline): void => {
    injector.start(next);
    timeline = next;
    timelines += 1;
    lease.renew();
  };
  const putInForce = (next: Timeline): void => {
    try {
      start(next);
    } catch (error) {
      throw new Refusal(400, error instanceof Error ? error.message : String(error));
    }
  };

  const status = (): ControlStatus => ({
    version: injectorVersion,
    instance,
    nowMs: clock.now(),
    leaseMs,
    leaseRemainingMs: lease.remainingMs,
    timeline: lease.remainingMs === null ? null : timelines,
    windows: timeline.windows.length,
    exchanges: events.count,
    inFlight: injector.inFlight,
    endpoints: Object.fromEntries(injector.endpoints),
    upstreams: replication.upstreams,
    replicationPaused: replication.size,
    armed: [...injector.armed],
    accessKeyId: options.accessKeyId ?? null,
    proxy: injector.proxy?.url ?? null,
  });
  const accounting = (): ControlAccounting => {
    const fired = [...injector.fired()];
    const uncounted = injector.uncounted();
    const turnedAway = (proved: boolean): string[] =>
      [...uncounted].filter(([, isProved]) => isProved === proved).map(([id]) => id);
    return {
      fired: Object.fromEntries(fired),
      neverFired: fired.filter(([id, count]) => count === 0 && uncounted.get(id) !== true).map(([id]) => id),
      proved: turnedAway(true),
      unproved: turnedAway(false),
      exchanges: events.count,
    };
  };

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void>> =
    {
      'GET /openapi.json': (_request, response) => json(response, openApiDocument()),
      'GET /timeline': (_request, response) => json(response, timeline),
      'PUT /timeline': async (request, response) => {
        const next = await readJson(request, timelineSchema);
        if (request.headers['if-none-match'] === '*' && lease.remainingMs !== null) {
          throw new Refusal(412, 'a timeline is in force already');
        }
        putInForce(next);
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
      'PUT /replication': async (request, response) => {
        const { paused } = await readJson(request, pausedReplicationSchema);
        if (lease.remainingMs === null) {
          throw new Refusal(
            412,
            'no timeline is in force, and a pause lasts as long as its lease; PUT /timeline first',
          );
        }
        replication.set(paused);
        json(response, status());
      },
      'POST /lease': ({ url = '' }, response) => {
        const only = new URLSearchParams(url.split('?', 2)[1]).get('timeline');
        // Renewing what has lapsed brings nothing back, and nobody keeps up what another put in force by mistake.
        if (lease.remainingMs !== null && (only === null || Number(only) === timelines)) lease.renew();
        json(response, status());
      },
      'GET /status': (_request, response) => json(response, status()),
      'GET /accounting': (_request, response) => json(response, accounting()),
      'GET /events': ({ headers }, response) => {
        const last = headers['last-event-id'];
        events.follow(response, Array.isArray(last) ? last[0] : last);
      },
      'GET /metrics': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
        response.end(accounts.metrics(injector.fired(), injector.inFlight));
      },
    };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    admit(request, token);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routes[`${request.method ?? ''} ${path}`];
    if (route === undefined) throw new Refusal(404, `no such route; GET /openapi.json lists them`);
    await route(request, response);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
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
      events.add(event);
    },
    observeUnanswered: (event) => events.addUnanswered(event),
    close: () => (closed ??= close()),
  };
}
