// Once, before there is a site: versioning on both sides, and the rule that makes S3 copy what is written to the first
// bucket. It copies nothing that was there before, so the old pages are brought over by hand.
import { PutBucketReplicationCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { openBucket } from '../shared/s3.mjs';
import { bucketOf, keyOf, REGIONS } from './regions.mjs';

const VersioningConfiguration = { Status: 'Enabled' };
const ReplicationConfiguration = {
  Role: 'arn:aws:iam::000000000000:role/replicate-pages',
  Rules: [
    {
      ID: 'all-pages',
      Status: 'Enabled',
      Priority: 1,
      Filter: { Prefix: '' },
      DeleteMarkerReplication: { Status: 'Enabled' },
      Destination: { Bucket: `arn:aws:s3:::${bucketOf(REGIONS[1])}` },
    },
  ],
};

export async function setUp() {
  const [home, copy] = REGIONS.map((region) => openBucket({ bucket: bucketOf(region), region, deadlineMs: 5_000 }));
  for (const { bucket, send } of [home, copy]) {
    await send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  await home.send(new PutBucketReplicationCommand({ Bucket: home.bucket, ReplicationConfiguration }));
  for (const id of ['home', 'products', 'contact']) {
    for (const { put } of [home, copy]) await put(keyOf(id), `<h1>${id}</h1>\n`);
  }
}
