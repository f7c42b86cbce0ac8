// Where files go: one sink at a time, of several providers. All of them speak S3's API, as Google Cloud Storage does too.

/** @param {readonly ReturnType<import('../shared/s3.mjs').openBucket>[]} buckets */
export function openSinks(buckets) {
  let current = 0;
  return {
    current: () => current,
    /** The last one stays: there is nowhere to go from it but back, and back is for people to decide. */
    next: () => (current = Math.min(current + 1, buckets.length - 1)),
    at: (sink) => buckets[sink],
    put: (sink, name, file) => buckets[sink].put(name, file),
  };
}
