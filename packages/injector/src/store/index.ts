import { randomBytes } from 'node:crypto';
import { systemClock, type Clock } from '../clock.ts';
import type { Distribution } from '../core/fault.ts';
import { accountOf, type Credential } from './auth/account.ts';
import type { Mutation } from './catalog/mutation.ts';
import { DigestThreads } from './hashing/digest-threads.ts';
import { openEndpoint, type Endpoint } from './http/endpoint.ts';
import { createIdentities } from './http/identity.ts';
import { openDataFolder, openTemporaryStorage, type Storage } from './persistence/data-folder.ts';
import { Replicator, type ReplicationBacklog, type ReplicationScope } from './replication/replicator.ts';
import type { Services } from './services.ts';

export type { ReplicationBacklog, ReplicationScope };

/** What an embedded S3 is to be like. */
export interface StoreOptions {
  /** Region names; each gets an endpoint of its own, in one namespace of buckets as in AWS. */
  readonly regions: readonly string[];
  /** First loopback port, the others follow it; 0 (the default) takes free ones. */
  readonly port?: number;
  /** Access keys accepted, with their secrets. */
  readonly credentials: readonly Credential[];
  /**
   * Where objects are kept, so that they outlive the process; made where it is missing. Without it everything goes with
   * the store: bodies up to 256 KiB are in memory, longer ones in temporary files.
   */
  readonly dataFolder?: string;
  /**
   * Whether what is acknowledged in the data folder survives a loss of power as well: every write is then answered once
   * the device has it, those that arrive together in one flush. False by default: it survives the process alone.
   */
  readonly durable?: boolean;
  /** How long after a write its replica appears. Default: uniform, 1 to 5 s; S3 promises seconds to minutes. */
  readonly replicationLag?: Distribution;
  /** Milliseconds since 1970, for dates and signatures; the machine's clock by default. */
  readonly now?: () => number;
  /** Runs replication; the machine's clock by default. */
  readonly clock?: Clock;
  /** Random bytes for ids and lags; the machine's own by default. A seeded source makes them repeat. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Told of failures that are the store's own; each answers 500 InternalError. Nothing by default. */
  readonly onFault?: (error: unknown) => void;
}

/** Cross-region replication, as far as one can steer it from outside. */
export interface ReplicationControl {
  /** Stops it as far as the scope reaches; the returned function lets it go on. What waits stays PENDING. */
  pause(scope: ReplicationScope): () => void;
  /** Sets the lag of what is written from now on. */
  setLag(lag: Distribution): void;
  /** What is not replicated yet, per pair of buckets. */
  backlog(): readonly ReplicationBacklog[];
}

/** An embedded S3 that runs. */
export interface Store {
  /** Endpoint URL per region name. */
  readonly endpoints: ReadonlyMap<string, string>;
  readonly replication: ReplicationControl;
  /** What was asked for and is not here, with how often: each such request was answered 501 NotImplemented. */
  notImplemented(): ReadonlyMap<string, number>;
  /** Ends it. Requests in flight are cut. */
  stop(): Promise<void>;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';
const DEFAULT_LAG: Distribution = { shape: 'uniform', fromMs: 1000, toMs: 5000 };

/**
 * Starts the embedded S3: one loopback endpoint per region.
 * @throws Error where no region is given, `durable` is asked for without a data folder, a port is taken, or the data folder is in use or damaged
 */
export async function startStore(options: StoreOptions): Promise<Store> {
  if (options.regions.length === 0) throw new Error('the store needs at least one region, e.g. us-east-1');
  if (options.durable === true && options.dataFolder === undefined) {
    throw new Error('the store can only be durable in a data folder; give one, or leave `durable` out');
  }
  const nowMs = options.now ?? Date.now;
  const storage =
    options.dataFolder === undefined
      ? await openTemporaryStorage()
      : await openDataFolder(options.dataFolder, nowMs(), options.durable);
  const onFault = options.onFault ?? (() => {});
  const { replicator, commit } = connectReplication(options, storage, onFault);
  const endpoints = new Map<string, string>();
  const services = createServices(options, storage, commit, endpoints);
  const counts = new Map<string, number>();
  const context = {
    services,
    nowMs,
    identify: createIdentities(services.newId),
    onNotImplemented: (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1),
    onFault,
  };
  const opened: Endpoint[] = [];
  const stop = async (): Promise<void> => {
    replicator.stop();
    await Promise.all(opened.map((one) => one.close()));
    await services.threads.stop();
    await storage.close();
  };
  try {
    for (const [index, region] of options.regions.entries()) {
      const port = options.port === undefined || options.port === 0 ? 0 : options.port + index;
      const one = await openEndpoint({ ...context, region }, port);
      opened.push(one);
      endpoints.set(region, `http://127.0.0.1:${one.port}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoints, replication: replicator, notImplemented: () => counts, stop };
}

/** Replication sees every change, and makes changes of its own. */
function connectReplication(
  options: StoreOptions,
  { catalog, blobs, keep }: Storage,
  onFault: (error: unknown) => void,
): { readonly replicator: Replicator; readonly commit: Services['commit'] } {
  const commit = (wanted: Mutation): Promise<void> | undefined => {
    const mutation = replicator.mark(wanted);
    const freed = catalog.apply(mutation);
    const kept = keep(mutation);
    replicator.observe(mutation);
    if (kept === undefined) {
      blobs.remove(freed);
      return undefined;
    }
    // Until the log says so, a restart would still look for them.
    return kept.then(() => blobs.remove(freed));
  };
  const random = options.random ?? randomBytes;
  const replicator = new Replicator({
    catalog,
    blobs,
    commit,
    onFault,
    clock: options.clock ?? systemClock,
    lag: options.replicationLag ?? DEFAULT_LAG,
    random: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
  });
  replicator.adopt();
  return { replicator, commit };
}

function createServices(
  { regions, credentials, random = randomBytes }: StoreOptions,
  { catalog, blobs }: Storage,
  commit: Services['commit'],
  endpoints: ReadonlyMap<string, string>,
): Services {
  const accounts = credentials.map((credential) => accountOf(credential.account ?? credential.accessKeyId));
  return {
    catalog,
    blobs,
    threads: new DigestThreads(),
    regions,
    credentials: new Map(credentials.map((credential) => [credential.accessKeyId, credential])),
    users: new Map(accounts.map((account) => [account.canonicalId, account])),
    endpoint: (region) => endpoints.get(region) ?? '',
    newId: (length) => Array.from(random(length), (byte) => ID_ALPHABET.charAt(byte % ID_ALPHABET.length)).join(''),
    commit,
  };
}
