import { startInjector, startS3 } from '@gameday/scenarios';
import { test } from 'tap';
import { createPhotos } from './photos.mjs';

test('a photo that nobody has seen is refused within a second while S3 is silent', async (t) => {
  const s3 = await startS3({ buckets: ['photos'] });
  const injector = await startInjector({ s3 });
  t.teardown(() => injector.stop().then(() => s3.stop()));

  injector.inject('silent');
  await t.rejects(createPhotos(injector.client).read('cat'), { name: /Abort|Timeout/ });
  t.equal(injector.struck, 1, 'there was no time for a second attempt');
});
