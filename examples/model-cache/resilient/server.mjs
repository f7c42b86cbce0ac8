// The router, the API on the platform, and the API in hot standby on a host of one's own. When the health check of the
// platform's fails, the router is switched for good and the standby's cold cache filled; when it is well again, it is switched back.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { diskOf, freePort, startRedis } from '../../shared/servers.mjs';
import { runOnPlatform, runWhile } from '../platform.mjs';
import { startRouter } from '../router.mjs';
import { alert, checkHealth } from './health-checks.mjs';

const file = (name) => join(import.meta.dirname, name);
const data = await diskOf('training-data');
const startCache = async (name) => (await startRedis({ disk: await diskOf(name), port: await freePort() })).port;

const platform = { port: await freePort(), cache: await startCache('platform-cache') };
const standby = { port: await freePort(), cache: await startCache('standby-cache') };
const argsOf = ({ port, cache }) => [String(port), String(cache), data];
await runOnPlatform(file('api.mjs'), argsOf(platform));
await runWhile(async () => true, file('api.mjs'), argsOf(standby));
const leadTo = await startRouter(Number(process.env.PORT), [platform.port, standby.port]);

checkHealth(`http://127.0.0.1:${platform.port}/status`, (healthy) => {
  void leadTo(healthy ? [platform.port, standby.port] : [standby.port]);
  void alert('PlatformDown', !healthy);
  if (!healthy)
    execFile(
      process.execPath,
      [file('retrain-all.mjs'), String(standby.port)],
      (error) => error && console.error(error),
    );
});
