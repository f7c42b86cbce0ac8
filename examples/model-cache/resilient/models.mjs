// Models: the cache first, then copies in two regions. A copy is used only where it is the newest training's; what S3
// missed is written back when it takes writes again, so that no older model ever comes back.
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import { openBucket } from '../../shared/s3.mjs';
import { keyOf } from '../bots.mjs';

const REGIONS = ['us-east-1', 'us-west-2'];
const SOCKET_TIMEOUT_MS = 600;
const WRITE_BACK_EVERY_MS = 400;

/** @param {number} redisPort @param {Awaited<ReturnType<typeof import('./training-data.mjs').openTrainingData>>} data */
export async function openModels(redisPort, data) {
  const redis = new Redis(redisPort);
  const copies = REGIONS.map((region) => {
    const { bucket, send } = openBucket({ bucket: `models-${region}`, region, deadlineMs: SOCKET_TIMEOUT_MS });
    /** Bots whose newest model it lacks. @type {Set<string>} */
    const owed = new Set();
    return { bucket, send, owed };
  });

  /** Training takes long in life, and is the reason for all this. */
  async function makeModel(bot, { version, examples }) {
    await redis.hset(keyOf(bot), { version, model: examples });
    for (const copy of copies) copy.owed.add(bot);
    return examples;
  }
  async function writeBack(copy) {
    const [bot] = copy.owed;
    if (bot === undefined) return false;
    copy.owed.delete(bot);
    const newest = await data.read(bot);
    try {
      await copy.send(
        new PutObjectCommand({
          Bucket: copy.bucket,
          Key: keyOf(bot),
          Body: newest.examples,
          Metadata: { version: newest.version },
        }),
      );
      return true;
    } catch {
      copy.owed.add(bot);
      return false;
    }
  }
  for (const copy of copies) {
    void (async () => {
      // One at a time a region, so an older version never overtakes a newer one; after a failure it rests.
      for (;;) if (!(await writeBack(copy))) await new Promise((resolve) => setTimeout(resolve, WRITE_BACK_EVERY_MS));
    })();
  }
  // What was owed when the process was stopped, nobody remembers: S3 gets the newest of each.
  for (const bot of await data.bots()) for (const copy of copies) copy.owed.add(bot);

  /** Misses under way: many who ask at once for the same model wait for one answer. @type {Map<string, Promise<Buffer>>} */
  const misses = new Map();
  function fill(bot, newest) {
    const key = `${bot} ${newest.version}`;
    const underWay = misses.get(key);
    if (underWay !== undefined) return underWay;
    const filled = (async () => {
      const copy = await fromCopies(bot, newest.version);
      if (copy === null) return makeModel(bot, newest);
      await redis.hset(keyOf(bot), { version: newest.version, model: copy });
      return copy;
    })().finally(() => misses.delete(key));
    misses.set(key, filled);
    return filled;
  }

  /** The newest model as S3 has it somewhere; null where it has not. */
  async function fromCopies(bot, version) {
    for (const copy of copies) {
      try {
        const { Body, Metadata } = await copy.send(new GetObjectCommand({ Bucket: copy.bucket, Key: keyOf(bot) }));
        const model = Buffer.from(await Body.transformToByteArray());
        if (Metadata?.version === version) return model;
      } catch {
        // The next region may have it.
      }
    }
    return null;
  }

  return {
    async train(bot, examples) {
      const version = await data.add(bot, examples);
      await makeModel(bot, { version, examples });
    },
    async model(bot) {
      const newest = await data.read(bot);
      if (newest === null) return null;
      const [version, cached] = await redis.hmgetBuffer(keyOf(bot), 'version', 'model');
      if (cached !== null && version?.toString() === newest.version) return cached;
      // An older model in the cache: the newest is not everywhere yet, and S3 is not asked for it. None: the cache is cold.
      return cached === null ? fill(bot, newest) : makeModel(bot, newest);
    },
    /** Makes every model anew, without asking S3 for any. @returns {Promise<number>} how many */
    async retrainAll() {
      const bots = await data.bots();
      for (const bot of bots) await makeModel(bot, await data.read(bot));
      return bots.length;
    },
  };
}
