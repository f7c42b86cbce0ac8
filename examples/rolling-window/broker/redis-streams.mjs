// The broker on a Redis stream. An offset is the entry's id in the stream, which begins with its time.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const STREAM = 'events';
const COMMITTED = 'committed';
const START = '0-0';
/** A file of the warehouse has at most so many events. */
const BATCH_MAX = 500;
const POLL_MS = 250;
const AGAIN_MS = 100;

const timeOf = (offset) => Number(offset.split('-')[0]);

/** @param {{ address: string, windowMs: number }} options @returns {import('./open-broker.mjs').Broker} */
export function redisBroker({ address, windowMs }) {
  const redis = new Redis(`redis://${address}`);
  const committed = async () => (await redis.get(COMMITTED)) ?? START;
  const after = async (offset, count) => {
    const rows = await redis.xrangeBuffer(STREAM, `(${offset}`, '+', 'COUNT', count);
    return rows.map(([key, fields]) => {
      const at = key.toString();
      return { offset: at, id: fields[1].toString(), body: fields[3], at: timeOf(at) };
    });
  };
  // The window rolls on whether or not anybody has read: that is what a retention time means.
  const rolling = setInterval(() => void redis.xtrim(STREAM, 'MINID', Date.now() - windowMs).catch(() => {}), 500);
  const closing = new AbortController();

  return {
    windowMs,
    append: (id, body) => redis.xadd(STREAM, '*', 'id', id, 'body', body),
    async follow(onBatch) {
      void (async () => {
        while (!closing.signal.aborted) {
          const entries = await after(await committed(), BATCH_MAX).catch(() => []);
          const done =
            entries.length === 0 ||
            (await onBatch(entries).then(
              () => true,
              () => false,
            ));
          await sleep(done ? POLL_MS : AGAIN_MS);
        }
      })();
    },
    commit: async (offset) => void (await redis.set(COMMITTED, offset)),
    async lag() {
      const waiting = await after(await committed(), 100_000);
      return { events: waiting.length, oldestMs: waiting.length === 0 ? 0 : Date.now() - waiting[0].at };
    },
    async close() {
      closing.abort();
      clearInterval(rolling);
      await redis.quit();
    },
  };
}
