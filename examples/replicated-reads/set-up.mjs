// Once, before there is a site: versioning on both sides, and the rule that makes S3 copy what is written to the first
// bucket. It copies nothing that was there before, so the old pages are brought over by hand.
import { keepVersions, replicate } from '../shared/replication.mjs';
import { openBucket } from '../shared/s3.mjs';
import { bucketOf, keyOf, REGIONS } from './regions.mjs';

export async function setUp() {
  const [home, copy] = REGIONS.map((region) => openBucket({ bucket: bucketOf(region), region, deadlineMs: 5_000 }));
  for (const one of [home, copy]) await keepVersions(one);
  await replicate(home, [copy]);
  for (const id of ['home', 'products', 'contact']) {
    for (const { put } of [home, copy]) await put(keyOf(id), `<h1>${id}</h1>\n`);
  }
}
