// The whole of the configuration: what has expired is served while S3 fails or hangs, one request at a time looks whether
// it is back, and S3 itself is the backup of the cache.
import { openBucket } from '../../shared/s3.mjs';
import { serveFiles, startCache } from '../files.mjs';

const endpoint = await startCache({
  cache: 'max_size=100m inactive=30d',
  location: `
    proxy_cache_valid 200 1s;
    proxy_cache_use_stale error timeout invalid_header updating http_500 http_502 http_503 http_504;
    proxy_cache_background_update on;
    proxy_cache_lock on;
    proxy_cache_lock_timeout 500ms;
    proxy_connect_timeout 300ms;
    proxy_read_timeout 1s;`,
  proxy: 'timeout connect 300ms\n timeout client 5s\n timeout server 2s\n option redispatch\n retries 1',
  // The backup is used only while the check says that nginx is down: after inter x fall.
  server: 'check inter 300ms fall 2 rise 2',
  backend: (s3) => `option httpchk GET /up\n server s3 ${s3} backup`,
});
const s3 = openBucket({ bucket: 'files-us-east-1', region: 'us-east-1', deadlineMs: 1_000 });
const cached = openBucket({ bucket: 'files-us-east-1', region: 'us-east-1', deadlineMs: 1_500, endpoint });

await serveFiles({ put: (key, file) => s3.put(key, file), get: (key) => cached.get(key) });
