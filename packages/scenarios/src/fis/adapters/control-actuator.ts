import type { Timeline } from '@gameday/injector';
import { z } from 'zod';
import type { Credentials } from '../../adapters/s3-behind.ts';
import type { ObservedExchange } from '../core/local-guardrail.ts';
import type { Actuator } from '../local/actuator.ts';
import { bucketsOf } from './embedded-actuator.ts';

export interface ControlledInjector extends Actuator {
  stop(): Promise<void>;
}

const statusSchema = z.object({ endpoints: z.record(z.string(), z.string()) });
const exchangeSchema = z.object({
  exchange: z.object({ class: z.enum(['read', 'write', 'delete']) }),
  outcome: z.enum(['answered', 'cut', 'client-gone', 'upstream-failed']),
  status: z.number().nullable(),
  endedMs: z.number(),
});

const RENEW_EVERY_MS = 3_000;

/**
 * An injector that runs elsewhere on this machine, reached through its control API: what is in force is on a lease that
 * is renewed from here, and ends soon after this process does.
 * @throws {Error} where the control API does not answer, or refuses the token
 */
export async function controlInjector(
  url: string,
  token: string,
  credentials: Credentials,
): Promise<ControlledInjector> {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok)
      throw new Error(`the injector at ${url} answered ${answer.status}: ${(await answer.text()).trim()}`);
    return answer;
  };
  const { endpoints } = statusSchema.parse(await (await call('GET', '/status')).json());
  const listening = new AbortController();
  const listeners: ((event: ObservedExchange) => void)[] = [];
  const headers = { authorization: `Bearer ${token}` };
  // Without events the guardrails see nothing, and the next call says that the injector is gone.
  followEvents(`${url}/events`, headers, listening.signal, (event) => {
    for (const listener of listeners) listener(event);
  }).catch(() => {});
  const renewal = setInterval(() => {
    // What was healed stays healed: renewing brings nothing back.
    call('POST', '/lease').catch(() => {});
  }, RENEW_EVERY_MS);
  renewal.unref();
  return {
    regions: Object.keys(endpoints),
    play: async (timeline: Timeline) => {
      if (timeline.windows.length === 0) await call('DELETE', '/timeline');
      else await call('PUT', '/timeline', timeline);
    },
    pauseReplication: () => {
      throw new Error('an injector that is reached through its control API cannot pause replication');
    },
    buckets: async () =>
      (await Promise.all(Object.entries(endpoints).map(([region, at]) => bucketsOf(region, at, credentials)))).flat(),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    stop: async () => {
      clearInterval(renewal);
      listening.abort();
      await call('DELETE', '/timeline').catch(() => {});
    },
  };
}

/** Reads the stream of exchanges that are over, line by line. */
async function followEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onEvent: (event: ObservedExchange) => void,
): Promise<void> {
  const { body } = await fetch(url, { headers, signal });
  if (body === null) return;
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const event = exchangeSchema.safeParse(JSON.parse(line.slice('data: '.length)));
      if (event.success) onEvent(event.data);
    }
  }
}
