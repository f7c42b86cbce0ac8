// The morning's code: no write to the cache without S3.
import { diskOf, freePort, startRedis } from '../../shared/servers.mjs';
import { serveBots } from '../bots.mjs';
import { firstS3 } from '../first-s3.mjs';

// The platform's cache is memory, and begins empty.
const redis = await startRedis({
  disk: await diskOf('platform-cache'),
  port: await freePort(),
  options: { appendonly: 'no' },
});
await serveBots(Number(process.argv[2]), firstS3(redis.port, { cacheWithoutS3: false }));
