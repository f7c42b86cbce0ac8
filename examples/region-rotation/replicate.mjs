// Once, by the deploy: each bucket copies what is written to it to all others, so a prompt may be written anywhere.
import { PutBucketReplicationCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';

const VersioningConfiguration = { Status: 'Enabled' };

const ruleTo = (bucket, index) => ({
  ID: `to-${bucket}`,
  Status: 'Enabled',
  Priority: index + 1,
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Enabled' },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
});

/** @param {readonly { bucket: string, send: (command: unknown) => Promise<unknown> }[]} buckets */
export async function replicateToEachOther(buckets) {
  for (const { bucket, send } of buckets) {
    await send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  for (const { bucket, send } of buckets) {
    const ReplicationConfiguration = {
      Role: 'arn:aws:iam::000000000000:role/replicate-prompts',
      Rules: buckets.filter((other) => other.bucket !== bucket).map((other, index) => ruleTo(other.bucket, index)),
    };
    await send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration }));
  }
}
