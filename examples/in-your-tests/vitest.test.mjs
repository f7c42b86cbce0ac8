import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startInjector, startS3 } from '@gameday/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPhotos } from './photos.mjs';

let s3, injector;
beforeAll(async () => {
  s3 = await startS3({ buckets: ['photos'] });
  injector = await startInjector({ s3 });
});
afterAll(() => injector.stop().then(() => s3.stop()));

test('an error of S3 is met twice, as maxAttempts says, and then told', async () => {
  const photos = createPhotos(injector.client);
  await photos.client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'dog', Body: 'a dog' }));
  injector.inject({ fault: 'InternalError', operations: ['GetObject'] });
  await expect(photos.read('dog')).rejects.toMatchObject({ name: 'InternalError' });
  expect(injector.struck).toBe(2);
  injector.heal();
  expect(await photos.read('dog')).toBe('a dog');
});
