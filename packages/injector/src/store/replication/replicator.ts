import type { Clock } from '../../clock.ts';
import { quantile } from '../../core/distribution.ts';
import type { Distribution } from '../../core/fault.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { Bucket } from '../catalog/bucket.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Mutation } from '../catalog/mutation.ts';
import type { Version } from '../catalog/object-version.ts';
import { destinationsOf, readReplication, type ReplicationRule } from '../core/replication.ts';

/** Which replication is meant; what is left out means any. */
export interface ReplicationScope {
  readonly sourceBucket?: string | undefined;
  readonly sourceRegion?: string | undefined;
  readonly destinationBucket?: string | undefined;
  readonly destinationRegion?: string | undefined;
}

/** What waits to be replicated between two buckets. */
export interface ReplicationBacklog {
  readonly sourceBucket: string;
  readonly destinationBucket: string;
  /** Versions that are not at the destination yet. */
  readonly versions: number;
  /** When the oldest of them was written, in milliseconds since 1970: the recovery point. */
  readonly oldestMs: number;
}

interface Task {
  readonly sourceBucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly writtenMs: number;
  readonly rule: ReplicationRule;
  /** Stops the timer; undefined while the task is held by a pause. */
  cancel: (() => void) | undefined;
}

export interface ReplicatorOptions {
  readonly catalog: Catalog;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly lag: Distribution;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly commit: (mutation: Mutation) => Promise<void> | undefined;
  readonly onFault: (error: unknown) => void;
}

/**
 * Copies new versions to other buckets, some time after they were written. While a link is paused, and so in an outage of
 * the destination's region, what it should carry stays PENDING; it is carried when the pause ends. FAILED is for a
 * destination that cannot take anything: gone, or no longer versioned.
 */
export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #tasks = new Set<Task>();
  readonly #pauses = new Set<ReplicationScope>();
  /** How many copies of a version are still to be made, and whether one could not be. */
  readonly #open = new Map<string, { readonly left: number; readonly failed: boolean }>();
  readonly #rules = new Map<string, readonly ReplicationRule[]>();
  #lag: Distribution;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.#lag = options.lag;
  }

  /** Marks what is to be replicated as PENDING before it is committed. */
  mark(mutation: Mutation): Mutation {
    if (mutation.type === 'version.put') {
      return this.#travels(mutation.bucket, mutation.version)
        ? { ...mutation, version: { ...mutation.version, replication: 'PENDING' } }
        : mutation;
    }
    if (mutation.type === 'upload.completed') {
      return this.#travels(mutation.bucket, mutation.version)
        ? { ...mutation, version: { ...mutation.version, replication: 'PENDING' } }
        : mutation;
    }
    if (mutation.type !== 'version.amended' || mutation.replication !== undefined) return mutation;
    const version = this.#options.catalog.bucket(mutation.bucket)?.version(mutation.key, mutation.versionId);
    return version?.replication === 'COMPLETED' ? { ...mutation, replication: 'PENDING' } : mutation;
  }

  /** Takes note of a change that was made. */
  observe(mutation: Mutation): void {
    if (mutation.type === 'version.put' || mutation.type === 'upload.completed') {
      if (mutation.version.replication === 'PENDING') this.#enqueue(mutation.bucket, mutation.version);
    } else if (mutation.type === 'version.amended' && mutation.replication === 'PENDING') {
      const version = this.#options.catalog.bucket(mutation.bucket)?.version(mutation.key, mutation.versionId);
      if (version !== undefined) this.#enqueue(mutation.bucket, version);
    }
  }

  /** Takes up what was pending when the store last ended. */
  adopt(): void {
    for (const bucket of this.#options.catalog.buckets()) {
      if (!bucket.configurations.has('replication')) continue;
      for (const versions of bucket.objects.values()) {
        for (const version of versions) {
          if (version.replication === 'PENDING') this.#enqueue(bucket.terms.name, version);
        }
      }
    }
  }

  /** Stops replication as far as the scope reaches, until the returned function is called. */
  pause(scope: ReplicationScope): () => void {
    const held: ReplicationScope = { ...scope };
    this.#pauses.add(held);
    return () => {
      if (!this.#pauses.delete(held)) return;
      for (const task of this.#tasks) {
        if (task.cancel === undefined && !this.#isPaused(task)) this.#schedule(task);
      }
    };
  }

  /** Sets the delay of what is written from now on. */
  setLag(lag: Distribution): void {
    this.#lag = lag;
  }

  backlog(): readonly ReplicationBacklog[] {
    const links = new Map<string, ReplicationBacklog>();
    for (const { sourceBucket, rule, writtenMs } of this.#tasks) {
      const name = `${sourceBucket} ${rule.destination}`;
      const link = links.get(name);
      const versions = (link?.versions ?? 0) + 1;
      const oldestMs = Math.min(link?.oldestMs ?? writtenMs, writtenMs);
      links.set(name, { sourceBucket, destinationBucket: rule.destination, versions, oldestMs });
    }
    return [...links.values()];
  }

  stop(): void {
    for (const task of this.#tasks) task.cancel?.();
    this.#tasks.clear();
  }

  #rulesOf(bucket: Bucket | undefined): readonly ReplicationRule[] {
    const document = bucket?.configurations.get('replication');
    if (document === undefined) return [];
    const known = this.#rules.get(document);
    if (known !== undefined) return known;
    const rules = readReplication(document);
    this.#rules.set(document, rules);
    return rules;
  }

  /** Replicas do not travel on: that would go round in circles. */
  #travels(name: string, version: Version): boolean {
    if (version.replication !== undefined) return false;
    const bucket = this.#options.catalog.bucket(name);
    return bucket?.versioning === 'Enabled' && destinationsOf(this.#rulesOf(bucket), version).length > 0;
  }

  #enqueue(sourceBucket: string, version: Version): void {
    const bucket = this.#options.catalog.bucket(sourceBucket);
    const { key, versionId, lastModifiedMs: writtenMs } = version;
    for (const rule of destinationsOf(this.#rulesOf(bucket), version)) {
      const task: Task = { sourceBucket, key, versionId, writtenMs, rule, cancel: undefined };
      const open = this.#open.get(identityOf(task));
      this.#open.set(identityOf(task), { left: (open?.left ?? 0) + 1, failed: open?.failed ?? false });
      this.#tasks.add(task);
      this.#schedule(task);
    }
  }

  #schedule(task: Task): void {
    const delayMs = quantile(this.#lag, this.#options.random());
    task.cancel = this.#options.clock.schedule(delayMs, () => {
      task.cancel = undefined;
      if (!this.#isPaused(task)) void this.#perform(task).catch(this.#options.onFault);
    });
  }

  #isPaused({ sourceBucket, rule }: Task): boolean {
    const { catalog } = this.#options;
    const sourceRegion = catalog.bucket(sourceBucket)?.terms.region;
    const destinationRegion = catalog.bucket(rule.destination)?.terms.region;
    return [...this.#pauses].some(
      (scope) =>
        meets(scope.sourceBucket, sourceBucket) &&
        meets(scope.sourceRegion, sourceRegion) &&
        meets(scope.destinationBucket, rule.destination) &&
        meets(scope.destinationRegion, destinationRegion),
    );
  }

  async #perform(task: Task): Promise<void> {
    this.#tasks.delete(task);
    const { catalog, blobs, commit } = this.#options;
    const { sourceBucket, key, versionId, rule } = task;
    const destination = catalog.bucket(rule.destination);
    const failed = destination?.versioning !== 'Enabled';
    const outcome = this.#close(task, failed);
    const version = catalog.bucket(sourceBucket)?.version(key, versionId);
    // Deleted meanwhile: there is nothing to copy, and S3 does not carry the deletion of a version.
    if (version === undefined) return;
    if (!failed) {
      if (version.kind === 'object') blobs.share(version.contents);
      await commit({ type: 'version.put', bucket: rule.destination, version: replicaOf(version, destination, rule) });
    }
    if (outcome === undefined) return;
    await commit({ type: 'version.amended', bucket: sourceBucket, key, versionId, replication: outcome });
  }

  /** Counts a copy as done; what the version's status is to be, once all its copies are. */
  #close(task: Task, failed: boolean): 'COMPLETED' | 'FAILED' | undefined {
    const identity = identityOf(task);
    const open = this.#open.get(identity) ?? { left: 1, failed: false };
    const now = { left: open.left - 1, failed: open.failed || failed };
    if (now.left > 0) {
      this.#open.set(identity, now);
      return undefined;
    }
    this.#open.delete(identity);
    return now.failed ? 'FAILED' : 'COMPLETED';
  }
}

const identityOf = ({ sourceBucket, key, versionId }: Task): string => `${sourceBucket}/${key}/${versionId}`;

const meets = (wanted: string | undefined, is: string | undefined): boolean => wanted === undefined || wanted === is;

/** A replica keeps key, version id, time, metadata and tags of its source; owner is that of the destination bucket. */
function replicaOf(version: Version, destination: Bucket, rule: ReplicationRule): Version {
  const { owner } = destination.terms;
  if (version.kind === 'delete-marker') return { ...version, owner, replication: 'REPLICA' };
  return { ...version, owner, replication: 'REPLICA', storageClass: rule.storageClass ?? version.storageClass };
}
