// The edge serves the last good copy of an asset while the origin fails or hangs, and never keeps an error. What it never
// had it cannot give: those requests fail, and fast.
import { openBucket } from '../../shared/s3.mjs';
import { deploy, startEdge, startOrigin } from '../origin.mjs';

const bucket = openBucket({ bucket: 'site-assets', region: 'us-east-1', deadlineMs: 900 });

// A deploy has more time than a user; and a site that is started again in an outage has been deployed before.
await deploy(openBucket({ bucket: 'site-assets', region: 'us-east-1', deadlineMs: 5_000 })).catch((error) =>
  console.error(`not deployed: ${error.name}`),
);
const origin = await startOrigin((key) => bucket.get(key));
await startEdge(
  origin,
  `proxy_cache_valid 200 1s;
   proxy_cache_use_stale error timeout invalid_header updating http_500 http_502 http_503 http_504;
   proxy_cache_background_update on;
   proxy_cache_lock on;
   proxy_cache_lock_timeout 500ms;
   proxy_read_timeout 1200ms;`,
);
