import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Arming } from '../core/arming.ts';
import { proxyEnvironment } from '../ways-in/proxy-environment.ts';
import { makeTemporaryFolder } from '../store/persistence/temporary-folder.ts';
import { childReadySchema, type ChildReady, type ChildStart } from './child-messages.ts';

/** What a supervised injector is to be like. */
export interface SuperviseOptions {
  /** Region names with their upstreams; null is the embedded store. */
  readonly regions: ReadonlyMap<string, string | null>;
  readonly seed: string;
  /** First loopback port for the endpoints, the others follow it; 0 (the default) takes free ones. */
  readonly port?: number;
  /** Port of the intercepting proxy; 0 takes a free one. Left out, there is none. */
  readonly proxyPort?: number;
  /** Loopback port of the control API; 0 (the default) takes a free one. */
  readonly controlPort?: number;
  /** Its bearer token; random by default. */
  readonly token?: string;
  /** How long faults last without a renewal, in milliseconds. Default 10,000. */
  readonly leaseMs?: number;
  /** What may be touched of the upstreams that are named. Needed where one is not on this machine. */
  readonly arm?: Arming;
  /** Accepted by the embedded store, and by the endpoints of regions that are armed. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Told when the data plane has crashed and is back, in pass-through. */
  readonly onRestart?: (why: string) => void;
}

/** An injector in a process of its own, which is started again on the same ports when it crashes. */
export interface Supervised {
  readonly endpoints: ReadonlyMap<string, string>;
  readonly proxy: ChildReady['proxy'];
  /** What leads an app through the proxy (see `proxyEnvironment`); its files last until `stop`. Null without a proxy. */
  readonly proxyEnvironment: Readonly<Record<string, string>> | null;
  readonly control: { readonly url: string; readonly token: string };
  /** The data plane's process, another after a restart. */
  readonly pid: number | undefined;
  /** Heals, and ends the child. */
  stop(): Promise<void>;
}

const childFile = fileURLToPath(new URL('injector-child.js', import.meta.url));
/** A data plane that crashes again at once is not started for ever. */
const RESTART_DELAY_MS = 50;

const portOf = (url: string | undefined): number => (url === undefined ? 0 : Number(new URL(url).port));

async function startChild(start: ChildStart): Promise<{ readonly child: ChildProcess; readonly ready: ChildReady }> {
  const child = fork(childFile, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(start);
  const said = once(child, 'message').then(([message]: unknown[]) => childReadySchema.parse(message));
  const gone = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the injector's process ended with ${String(code)} before it was ready`);
  });
  const answer = await Promise.race([said, gone]);
  gone.catch(() => {});
  if (answer.kind === 'failed') throw new Error(answer.message);
  return { child, ready: answer };
}

/** Starts an injector in a process of its own, in pass-through. @throws {Error} where it cannot start */
export async function superviseInjector(options: SuperviseOptions): Promise<Supervised> {
  const { regions, seed, port = 0, proxyPort, leaseMs = 10_000, credentials, arm, onRestart } = options;
  const dataFolder = await makeTemporaryFolder();
  const first: ChildStart = {
    regions: [...regions].map(([region, upstream], index) => ({
      region,
      upstream,
      port: port === 0 ? 0 : port + index,
      arm: upstream === null ? null : (arm ?? null),
    })),
    seed,
    proxyPort: proxyPort ?? null,
    authority: null,
    controlPort: options.controlPort ?? 0,
    token: options.token ?? randomBytes(24).toString('base64url'),
    leaseMs,
    dataFolder,
    credentials,
  };
  let stopped = false;
  const started = await startChild(first).catch(async (error: unknown) => {
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  });
  const { ready } = started;
  let { child } = started;
  const again: ChildStart = {
    ...first,
    regions: first.regions.map((one) => ({ ...one, port: portOf(ready.endpoints[one.region]) })),
    proxyPort: ready.proxy === null ? null : portOf(ready.proxy.url),
    authority: ready.authority,
    controlPort: portOf(ready.control),
  };

  function watch(): void {
    child.once('exit', (code, signal) => {
      if (!stopped) restart(`it ended with ${signal ?? String(code)}`);
    });
  }
  function restart(why: string): void {
    setTimeout(() => {
      if (stopped) return;
      startChild(again).then(
        (next) => {
          child = next.child;
          if (stopped) child.kill('SIGKILL');
          watch();
          onRestart?.(why);
          return null;
        },
        (error: unknown) => restart(String(error)),
      );
    }, RESTART_DELAY_MS);
  }
  watch();

  async function stop(): Promise<void> {
    stopped = true;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL'); // Faults end with it; the store's folder goes with it.
      await ended;
    }
    await rm(dataFolder, { recursive: true, force: true });
  }

  try {
    return {
      endpoints: new Map(Object.entries(ready.endpoints)),
      proxy: ready.proxy,
      proxyEnvironment: ready.proxy === null ? null : await proxyEnvironment(ready.proxy, dataFolder),
      control: { url: ready.control, token: first.token },
      get pid() {
        return child.pid;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
