// Layers on the registry's own disk first, and in S3 as soon as S3 takes them. Layers never change, so a copy is never
// stale.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import pLimit from 'p-limit';
import { writeWhole } from '../shared/whole-file.mjs';

const DEADLINE_MS = 400;
const UPLOADS = 4;

/** The SDK takes half a second to load, and a start needs no S3. */
const openedBucket = once(async () => {
  const { openBucket } = await import('../shared/s3.mjs');
  return openBucket({ bucket: 'registry-layers', region: 'us-east-1', deadlineMs: DEADLINE_MS });
});

/** @param {string} disk @returns {Promise<import('./registry.mjs').Layers>} */
export async function keepLayers(disk) {
  // After a few failures in a row S3 is asked now and then, whatever the users do.
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 250, breaker: new ConsecutiveBreaker(5) });
  const uploads = pLimit(UPLOADS);
  const layers = join(disk, 'layers');
  const owed = join(disk, 'owed-to-s3');
  for (const folder of [layers, owed]) await mkdir(folder, { recursive: true });

  const upload = (id) =>
    uploads(async () => {
      const layer = await readFile(join(layers, id));
      const bucket = await openedBucket();
      await breaker.execute(() => bucket.put(`layers/${id}`, layer));
      await rm(join(owed, id), { force: true });
    });
  /** Brings what S3 missed, a restart of the registry or not. */
  async function settle() {
    const ids = (await readdir(owed)).filter((name) => !name.startsWith('.'));
    await Promise.allSettled(ids.map(upload));
    setTimeout(() => void settle(), 100);
  }
  void settle();

  return {
    async push(id, layer) {
      await writeWhole(layers, id, layer);
      await writeWhole(owed, id, '');
    },
    async pull(id) {
      const kept = await readFile(join(layers, id)).catch(() => null);
      if (kept !== null) return kept;
      const bucket = await openedBucket();
      return breaker.execute(() => bucket.get(`layers/${id}`));
    },
  };
}

/** @template T @param {() => Promise<T>} make @returns {() => Promise<T>} */
function once(make) {
  let made = null;
  return () => (made ??= make());
}
