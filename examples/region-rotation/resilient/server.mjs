// Invoca's answer to the day: three regions in turn, a gauge for each, and prompts kept as files.
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { openBucket } from '../../shared/s3.mjs';
import { bucketOf, REGIONS, servePrompts } from '../prompts.mjs';
import { replicateToEachOther } from '../replicate.mjs';
import { regionGauges } from './gauges.mjs';
import { rotateOver } from './rotation.mjs';

/** Three of these, and the caller is still there. */
const DEADLINE_MS = 600;
const server = `server-${process.env.GAMEDAY_REPLICA ?? 1}`;

const buckets = new Map(
  REGIONS.map((region) => [region, openBucket({ bucket: bucketOf(region), region, deadlineMs: DEADLINE_MS, server })]),
);
const gauges = regionGauges(REGIONS, (region) =>
  buckets.get(region).send(new HeadBucketCommand({ Bucket: bucketOf(region) })),
);

await replicateToEachOther([...buckets.values()]).catch((error) => console.error(`not set up: ${error.name}`));
await servePrompts(rotateOver(buckets, gauges.report), { 'GET /metrics': gauges.metrics });
