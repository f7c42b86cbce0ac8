import { calm, type Timeline } from '@gameday/injector';
import { ControlClient, type InjectorAddress } from '../../adapters/nemesis/control-client.ts';
import type { Credentials } from '../../adapters/s3-behind.ts';
import type { PauseScope } from '../core/action-effect.ts';
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
export async function controlInjector(address: InjectorAddress, credentials: Credentials): Promise<ControlledInjector> {
  const client = new ControlClient(address);
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
  let wanted: Timeline = calm;
  const pauses = new Set<readonly PauseScope[]>();
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const done = queue.then(action);
    queue = done.catch(() => {});
    return done;
  };
  const isOver = (): boolean => wanted.windows.length === 0 && pauses.size === 0;
  const putInForce = async (): Promise<void> => {
    ours = (await (isOver() ? client.heal() : client.start(wanted, false))).timeline;
  };
  /** A pause shares the lease of a timeline, be it one without windows. */
  const tellPauses = async (): Promise<void> => {
    if (ours === null || isOver()) await putInForce();
    if (ours !== null) await client.pauseReplication([...pauses].flat());
  };
  const renewal = setInterval(() => {
    if (ours !== null) client.renew(ours).catch(() => {});
  }, RENEW_EVERY_MS);
  renewal.unref();
  return {
    regions: Object.keys(endpoints),
    play: (timeline) =>
      inTurn(() => {
        wanted = timeline;
        return putInForce();
      }),
    pauseReplication: async (scopes) => {
      pauses.add(scopes);
      await inTurn(tellPauses).catch(async (error: unknown) => {
        pauses.delete(scopes);
        await inTurn(tellPauses).catch(() => {});
        throw error;
      });
      return async () => {
        if (pauses.delete(scopes)) await inTurn(tellPauses);
      };
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
