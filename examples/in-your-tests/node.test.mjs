import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { runScenario, startInjector, startS3 } from '@gameday/scenarios';
import { createPhotos } from './photos.mjs';

test('a photo that was seen before is served while S3 is silent', async (t) => {
  const s3 = await startS3({ buckets: ['photos'] });
  const injector = await startInjector({ s3 });
  t.after(() => injector.stop().then(() => s3.stop()));

  const photos = createPhotos(injector.client);
  await photos.client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'cat', Body: 'a cat' }));
  assert.equal(await photos.read('cat'), 'a cat');

  injector.inject('silent');
  assert.equal(await photos.read('cat'), 'a cat');
  assert.ok(injector.struck > 0, 'the fault was met');

  injector.heal();
  assert.equal(await photos.read('cat'), 'a cat');
});

test('a whole game day, as chaos run does it, with ./chaos.yaml or else the bundled app', async () => {
  const { report } = await runScenario('./drill.yaml');
  assert.ok(report.letter !== null, report.headline);
  assert.ok(report.ledger.acked > 0);
  assert.equal(report.ledger.lost, 0, 'no acknowledged write was lost');
});
