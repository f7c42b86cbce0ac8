// A rolling log of events, as the pipeline sees it: events stay for as long as the window, whoever has read them. The broker
// that BROKER names; where it names none, a Redis of our own, started and stopped with the app.
import { diskOf, freePort, startRedis } from '../../shared/servers.mjs';
import { redisBroker } from './redis-streams.mjs';

/**
 * @typedef {{ offset: string, id: string, body: Buffer, at: number }} Entry `at`: when it was appended, milliseconds
 *
 * @typedef {object} Broker
 * @property {number} windowMs how long an event stays
 * @property {(id: string, body: Buffer) => Promise<string>} append resolves to the offset once the event is durable
 * @property {(onBatch: (entries: readonly Entry[]) => Promise<void>) => void} follow hands over what comes after the
 *   committed offset, in order, a batch at a time; where `onBatch` fails, the same again
 * @property {(offset: string) => Promise<void>} commit that far is done, and is not handed over again
 * @property {() => Promise<{ events: number, oldestMs: number }>} lag what is not committed: how many, and the oldest's age
 */

/** @param {number} windowMs @returns {Promise<Broker>} */
export async function openBroker(windowMs) {
  const { protocol, host } = new URL(process.env.BROKER ?? 'redis:');
  if (protocol === 'kafka:') {
    const { kafkaBroker } = await import('./kafka.mjs');
    return kafkaBroker({ brokers: [host], windowMs });
  }
  const port = await freePort();
  // An event is acknowledged when Redis has it, so Redis must have it on disk.
  await startRedis({ disk: await diskOf('rolling-window'), port, options: { appendfsync: 'always' } });
  return redisBroker({ port, windowMs });
}
