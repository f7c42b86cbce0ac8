// Ada's code on the morning of the day: the model goes to S3 first, then into the cache, with the SDK's defaults. Theirs, boto,
// gave up a connection after 70 s and tried again; ours has no such time, so a second stands for it in so short a day.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import { readObject } from '../shared/s3.mjs';
import { keyOf } from './bots.mjs';

const Bucket = 'models-us-east-1';

/**
 * @param {number} redisPort
 * @param {{ cacheWithoutS3: boolean }} options whether a model that S3 refuses is cached all the same
 */
export function firstS3(redisPort, { cacheWithoutS3 }) {
  const s3 = new S3Client({ requestHandler: { connectionTimeout: 1_000 } });
  const redis = new Redis(redisPort);
  return {
    async train(bot, examples) {
      try {
        await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(bot), Body: examples }));
      } catch (error) {
        if (!cacheWithoutS3) throw error;
        console.error(`${bot} is not in S3: ${error.name}`);
      }
      await redis.set(keyOf(bot), examples);
    },
    async model(bot) {
      const cached = await redis.getBuffer(keyOf(bot));
      if (cached !== null) return cached;
      const model = await readObject(s3, Bucket, keyOf(bot));
      if (model !== null) await redis.set(keyOf(bot), model);
      return model;
    },
  };
}
