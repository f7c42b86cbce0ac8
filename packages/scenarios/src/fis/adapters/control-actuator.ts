import type { Timeline } from '@gameday/injector';
import { ControlClient } from '../../adapters/nemesis/control-client.ts';
import type { Credentials } from '../../adapters/s3-behind.ts';
import type { ObservedExchange } from '../core/local-guardrail.ts';
import type { Actuator } from '../local/actuator.ts';
import { bucketsOf } from './embedded-actuator.ts';

export interface ControlledInjector extends Actuator {
  stop(): Promise<void>;
}

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
  const client = new ControlClient({ url, token });
  const { endpoints } = await client.status();
  const listening = new AbortController();
  const listeners: ((event: ObservedExchange) => void)[] = [];
  const follow = async (): Promise<void> => {
    for await (const message of client.events(null, listening.signal)) {
      if (message.kind === 'exchange') for (const listener of listeners) listener(message.event);
    }
  };
  // Without events the guardrails see nothing, and the next call says that the injector is gone.
  follow().catch(() => {});
  let ours: number | null = null;
  const renewal = setInterval(() => {
    if (ours !== null) client.renew(ours).catch(() => {});
  }, RENEW_EVERY_MS);
  renewal.unref();
  return {
    regions: Object.keys(endpoints),
    play: async (timeline: Timeline) => {
      const isCalm = timeline.windows.length === 0;
      ours = (await (isCalm ? client.heal() : client.start(timeline, false))).timeline;
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
      await client.heal().catch(() => {});
    },
  };
}
