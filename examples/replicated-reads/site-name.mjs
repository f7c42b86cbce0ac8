// Looks the site's name up with a real resolver, and keeps the answer for as long as its TTL says and no longer. What is
// sent goes over connections of that answer: an old connection must not outlive a changed name.
import { Resolver } from 'node:dns/promises';
import { openBucket } from '../shared/s3.mjs';
import { bucketOf, regionOf, SITE_NAME } from './regions.mjs';

/** @param {{ nameServerPort: number, deadlineMs: number }} options */
export function openSiteName({ nameServerPort, deadlineMs }) {
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  resolver.setServers([`127.0.0.1:${nameServerPort}`]);
  let known = null;

  async function lookUp() {
    const [{ name, port }] = await resolver.resolveSrv(SITE_NAME);
    const [{ address, ttl }] = await resolver.resolve4(name, { ttl: true });
    const until = Date.now() + ttl * 1_000;
    const endpoint = `http://${address}:${port}`;
    if (known?.endpoint === endpoint) return { ...known, until };
    const region = regionOf(name);
    return { endpoint, region, until, bucket: openBucket({ bucket: bucketOf(region), region, endpoint, deadlineMs }) };
  }
  return {
    /** Where the name leads now. @returns {Promise<{ region: string, bucket: ReturnType<typeof openBucket> }>} */
    async resolve() {
      if (known === null || Date.now() >= known.until) known = await lookUp();
      return known;
    },
    /** What it led to does not answer: ask the name server again, whatever the TTL says. */
    forget() {
      if (known !== null) known.until = 0;
    },
  };
}
