// A router, and behind it the API on a platform that is trusted to stay.
import { join } from 'node:path';
import { freePort } from '../../shared/servers.mjs';
import { runOnPlatform } from '../platform.mjs';
import { startRouter } from '../router.mjs';

const api = await freePort();
await runOnPlatform(join(import.meta.dirname, 'api.mjs'), [String(api)]);
await startRouter(Number(process.env.PORT), [api]);
