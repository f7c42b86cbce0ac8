// A rolling log of events, as the pipeline sees it: events stay for as long as the window, whoever has read them. BROKER
// names the broker: redis: and kafka: start one that ends with the app, redis://HOST:PORT and kafka://HOST:PORT are your own.
import { diskOf, freePort, startKafkaMock, startRedis } from '../../shared/servers.mjs';
import { kafkaBroker } from './kafka.mjs';
import { redisBroker } from './redis-streams.mjs';

/**
 * @typedef {{ offset: string, id: string, body: Buffer, at: number }} Entry `at`: when it was appended, milliseconds
 *
 * @typedef {object} Broker
 * @property {number} windowMs how long an event stays
 * @property {(id: string, body: Buffer) => Promise<string>} append resolves to the offset once the event is durable
 * @property {(onBatch: (entries: readonly Entry[]) => Promise<void>) => Promise<void>} follow from when it resolves,
 *   hands over what comes after the committed offset, in order, a batch at a time; where `onBatch` fails, the same again
 * @property {(offset: string) => Promise<void>} commit that far is done, and is not handed over again
 * @property {() => Promise<{ events: number, oldestMs: number }>} lag what is not committed: how many, and the oldest's age
 * @property {() => Promise<void>} close lets go of the broker
 */

const startOwnRedis = async () =>
  // An event is acknowledged when Redis has it, so Redis must have it on disk.
  startRedis({ disk: await diskOf('rolling-window'), port: await freePort(), options: { appendfsync: 'always' } });

const kinds = {
  'redis:': { start: startOwnRedis, open: redisBroker },
  'kafka:': { start: startKafkaMock, open: kafkaBroker },
};

/** @param {number} windowMs @param {string} name @returns {Promise<Broker>} */
export async function openBroker(windowMs, name = process.env.BROKER ?? 'redis:') {
  const { protocol, host } = new URL(name);
  const kind = kinds[protocol];
  if (kind === undefined)
    throw new Error(`BROKER is ${name}: use redis: or kafka:, with //HOST:PORT for one of your own`);
  const address = host === '' ? `127.0.0.1:${(await kind.start()).port}` : host;
  return kind.open({ address, windowMs });
}
