/**
 * The data plane as a process of its own: an injector, its control API, and the embedded store where a region has no
 * other upstream. It begins in pass-through. When its supervisor is gone it heals at once, goes on in pass-through so
 * that the app keeps its S3, and ends when nobody has used it for a while.
 */
import type { ExchangeEvent } from '../core/event.ts';
import { startInjector } from '../injector.ts';
import { startStore } from '../store/index.ts';
import { userKeys } from '../ways-in/user-keys.ts';
import { childStartSchema, type ChildStart } from './child-messages.ts';
import { startControl } from './control.ts';

/** How long an orphan waits for another request, in milliseconds. */
const ORPHAN_IDLE_MS = 60_000;

const tell = (message: object): void => {
  process.send?.(message, undefined, undefined, () => {});
};

async function serve(start: ChildStart): Promise<void> {
  const without = start.regions.filter(({ upstream }) => upstream === null).map(({ region }) => region);
  const { credentials, dataFolder } = start;
  const store =
    without.length === 0 ? null : await startStore({ regions: without, credentials: [credentials], dataFolder });
  const keys = start.regions.some(({ arm }) => arm !== null) ? userKeys() : null;
  await keys?.(); // Said now where there are none, not at the first request.
  let observe: ((event: ExchangeEvent) => void) | null = null;
  let lastMs = performance.now();
  const injector = await startInjector({
    regions: start.regions.map(({ region, upstream, port, arm }) => ({
      region,
      port,
      upstream: upstream ?? store?.endpoints.get(region) ?? '',
      ...(arm === null || keys === null ? {} : { arm: { ...arm, keys, accepts: [credentials] } }),
    })),
    seed: start.seed,
    ...(start.proxyPort === null ? {} : { proxyPort: start.proxyPort }),
    onExchange: (event) => {
      lastMs = performance.now();
      observe?.(event);
    },
  });
  const { controlPort: port, token, leaseMs } = start;
  const control = await startControl(injector, { port, token, leaseMs });
  observe = (event) => control.observe(event);
  process.on('disconnect', () => {
    injector.heal();
    setInterval(() => {
      if (performance.now() - lastMs > ORPHAN_IDLE_MS && injector.inFlight === 0) process.exit();
    }, 1_000);
  });
  tell({
    kind: 'ready',
    endpoints: Object.fromEntries(injector.endpoints),
    proxy: injector.proxy,
    control: control.url,
  });
}

// Ctrl-C reaches the whole terminal group; the supervisor decides when this ends.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

process.once('message', (message) => {
  serve(childStartSchema.parse(message)).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  });
});
