// S3's own replication: what is written to a bucket from now on is copied to others.
import { PutBucketReplicationCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';

/** @typedef {{ bucket: string, send: (command: unknown) => Promise<unknown> }} Bucket */

/** Replication asks for it, on both sides. @param {Bucket} bucket */
export const keepVersions = ({ bucket, send }) =>
  send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));

/** @param {Bucket} from @param {readonly Bucket[]} others */
export const replicate = (from, others) =>
  from.send(
    new PutBucketReplicationCommand({
      Bucket: from.bucket,
      ReplicationConfiguration: { Role: 'arn:aws:iam::000000000000:role/replication', Rules: others.map(ruleTo) },
    }),
  );

const ruleTo = ({ bucket }, index) => ({
  ID: `to-${bucket}`,
  Status: 'Enabled',
  Priority: index + 1,
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Enabled' },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
});
