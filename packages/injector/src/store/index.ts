import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from './auth/account.ts';
import { BlobStore } from './blobs/blob-store.ts';
import { Catalog } from './catalog/catalog.ts';
import { openEndpoint, type Endpoint } from './http/endpoint.ts';
import { createIdentities } from './http/identity.ts';
import type { Services } from './services.ts';

export interface StoreOptions {
  /** Region names; each gets an endpoint of its own, in one namespace of buckets as in AWS. */
  readonly regions: readonly string[];
  /** First loopback port, the others follow it; 0 (the default) takes free ones. */
  readonly port?: number;
  /** Access keys accepted, with their secrets. */
  readonly credentials: readonly Credential[];
  /** Milliseconds since 1970; the machine's clock by default. */
  readonly clock?: () => number;
  /** Random bytes for ids; the machine's own by default. A seeded source makes ids repeat. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Told of failures that are the store's own; each answers 500 InternalError. Printed by default: nothing. */
  readonly onFault?: (error: unknown) => void;
}

export interface Store {
  /** Endpoint URL per region name. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** What was asked for and is not here, with how often: each such request was answered 501 NotImplemented. */
  notImplemented(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

/**
 * Starts the embedded S3: one loopback endpoint per region. Bodies up to 256 KiB are kept in memory, longer ones in
 * temporary files that `stop` removes.
 * @throws Error where no region is given, or a port is taken
 */
export async function startStore(options: StoreOptions): Promise<Store> {
  if (options.regions.length === 0) throw new Error('the store needs at least one region, e.g. us-east-1');
  const folder = await mkdtemp(join(tmpdir(), 'gameday-store-'));
  const catalog = new Catalog();
  const blobs = new BlobStore(folder);
  const random = options.random ?? randomBytes;
  const newId = (length: number): string =>
    Array.from(random(length), (byte) => ID_ALPHABET.charAt(byte % ID_ALPHABET.length)).join('');
  const endpoints = new Map<string, string>();
  const services: Services = {
    catalog,
    blobs,
    regions: options.regions,
    endpoint: (region) => endpoints.get(region) ?? '',
    newId,
    commit: (mutation) => {
      blobs.remove(catalog.apply(mutation));
      return undefined;
    },
  };
  const counts = new Map<string, number>();
  const shared = {
    services,
    credentials: new Map(options.credentials.map((credential) => [credential.accessKeyId, credential])),
    nowMs: options.clock ?? Date.now,
    identify: createIdentities(newId),
    onNotImplemented: (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1),
    onFault: options.onFault ?? (() => {}),
  };
  const opened: Endpoint[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((endpoint) => endpoint.close()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const [index, region] of options.regions.entries()) {
      const port = options.port === undefined || options.port === 0 ? 0 : options.port + index;
      const endpoint = await openEndpoint({ ...shared, region }, port);
      opened.push(endpoint);
      endpoints.set(region, `http://127.0.0.1:${endpoint.port}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoints, notImplemented: () => counts, stop };
}
