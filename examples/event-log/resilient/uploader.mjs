// Brings clicks from the disk to the bucket that the switch names, and goes on trying. While the failover bucket is named,
// a click there is safe; once the primary one is named again, all that it misses is brought there too, so that the day ends
// up in one bucket. Names are those of the clicks: what is brought twice overwrites itself.
import { appendFile } from 'node:fs/promises';
import { HeadBucketCommand } from '@aws-sdk/client-s3';

const AT_ONCE = 16;
const PAUSE_MS = 50;
/** So many failures in a row, and a bucket is left alone but for one look now and then. */
const FAILURES_MAX = 4;
const LOOK_EVERY_MS = 500;
/** Replay is not to be the next outage. */
const PER_ROUND_MAX = 64;

export const keyOf = (id) => `clicks/${id}.json`;

/**
 * @param {object} options
 * @param {Awaited<ReturnType<import('./click-log.mjs').openClickLog>>} options.log
 * @param {Record<'primary' | 'failover', ReturnType<import('../../shared/s3.mjs').openBucket>>} options.buckets
 * @param {() => 'primary' | 'failover'} options.wanted
 * @param {string} options.failureLog
 */
export function startUploader({ log, buckets, wanted, failureLog }) {
  const health = { primary: newHealth(), failover: newHealth() };

  async function attempt(name, action, what) {
    try {
      await action();
      health[name].failures = 0;
      health[name].goodSince ??= Date.now();
      return true;
    } catch (error) {
      health[name].failures += 1;
      health[name].goodSince = null;
      await appendFile(failureLog, `${JSON.stringify({ at: new Date(), bucket: name, what, error: error.name })}\n`);
      return false;
    }
  }
  async function upload(id, name) {
    const body = await log.read(id);
    if (await attempt(name, () => buckets[name].put(keyOf(id), body), id)) await log.place(id, name);
  }
  async function look(name) {
    if (Date.now() - health[name].lookedAt < LOOK_EVERY_MS) return;
    health[name].lookedAt = Date.now();
    await attempt(name, () => buckets[name].send(new HeadBucketCommand({ Bucket: buckets[name].bucket })), 'look');
  }
  async function round() {
    const name = wanted();
    if (name !== 'primary') void look('primary');
    if (health[name].failures >= FAILURES_MAX) return look(name);
    const missing = log.waitingFor((place) => place === undefined || (name === 'primary' && place !== name));
    const ids = takeOf(missing, PER_ROUND_MAX);
    const worker = async () => {
      for (const id of ids) if (health[name].failures < FAILURES_MAX) await upload(id, name);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  void (async () => {
    for (;;) {
      await round();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();

  return {
    /** How the buckets look from here: failures in a row, and since when all has been well. */
    health: () => health,
  };
}

const newHealth = () => ({ failures: 0, goodSince: /** @type {number | null} */ (null), lookedAt: 0 });

function* takeOf(items, count) {
  let taken = 0;
  for (const item of items) {
    if (taken === count) return;
    taken += 1;
    yield item;
  }
}
