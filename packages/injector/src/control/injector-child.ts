/**
 * The data plane as a process of its own: an injector, its control API, and the embedded store where a region has no
 * other upstream. It begins in pass-through. When its supervisor is gone it heals at once, lets what is in flight end,
 * and ends with its data soon after.
 */
import { rmSync } from 'node:fs';
import { startInjector } from '../injector.ts';
import type { Authority } from '../plane/authority.ts';
import { startStore } from '../store/index.ts';
import { userKeys } from '../ways-in/user-keys.ts';
import { childStartSchema, type ChildStart } from './child-messages.ts';
import { startControl, type Control } from './control.ts';

/** How long an orphan goes on in pass-through, in milliseconds, so that what is in flight can end. */
const ORPHAN_MS = 1_000;

/** Loaded only where it is asked for: it takes a third of a second. */
const newAuthority = async (): Promise<Authority> => {
  const { createAuthority } = await import('../plane/authority.ts');
  return createAuthority();
};

const tell = (message: object): void => {
  process.send?.(message, undefined, undefined, () => {});
};

let orphaned = false;
let whenOrphaned = (): void => {};

/** Calls when the supervisor is gone; at once where it is already. */
function onOrphaned(heal: () => void): void {
  whenOrphaned = heal;
  if (orphaned) heal();
}

async function serve(start: ChildStart): Promise<void> {
  const without = start.regions.filter(({ upstream }) => upstream === null).map(({ region }) => region);
  const { credentials, dataFolder } = start;
  const store =
    without.length === 0 ? null : await startStore({ regions: without, credentials: [credentials], dataFolder });
  const keys = start.regions.some(({ arm }) => arm !== null) ? userKeys() : null;
  await keys?.(); // Said now where there are none, not at the first request.
  const authority = start.proxyPort === null ? null : (start.authority ?? (await newAuthority()));
  let control: Control | null = null;
  const injector = await startInjector({
    regions: start.regions.map(({ region, upstream, port, arm }) => ({
      region,
      port,
      upstream: upstream ?? store?.endpoints.get(region) ?? '',
      ...(arm === null || keys === null ? {} : { arm: { ...arm, keys, accepts: [credentials] } }),
    })),
    seed: start.seed,
    ...(start.proxyPort === null || authority === null ? {} : { proxyPort: start.proxyPort, authority }),
    onExchange: (event) => control?.observe(event),
    onUnanswered: (event) => control?.observeUnanswered(event),
  });
  const { controlPort: port, token, leaseMs } = start;
  const { accessKeyId } = credentials;
  control = await startControl(injector, { port, token, leaseMs, accessKeyId, store: store ?? undefined });
  onOrphaned(() => injector.heal());
  tell({
    kind: 'ready',
    endpoints: Object.fromEntries(injector.endpoints),
    proxy: injector.proxy,
    authority,
    control: control.url,
  });
}

// Ctrl-C reaches the whole terminal group; the supervisor decides when this ends.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

process.once('message', (message) => {
  const start = childStartSchema.parse(message);
  process.once('disconnect', () => {
    orphaned = true;
    setTimeout(() => {
      rmSync(start.dataFolder, { recursive: true, force: true, maxRetries: 5 });
      process.exit();
    }, ORPHAN_MS);
    whenOrphaned();
  });
  serve(start).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  });
});
