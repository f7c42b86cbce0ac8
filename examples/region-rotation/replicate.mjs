// Once, by the deploy: each bucket copies what is written to it to all others, so a prompt may be written anywhere.
import { keepVersions, replicate } from '../shared/replication.mjs';

/** @param {readonly import('../shared/replication.mjs').Bucket[]} buckets */
export async function replicateToEachOther(buckets) {
  for (const one of buckets) await keepVersions(one);
  for (const one of buckets) {
    await replicate(
      one,
      buckets.filter((other) => other !== one),
    );
  }
}
