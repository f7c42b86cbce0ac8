import { Bucket } from './bucket.ts';
import type { Mutation } from './mutation.ts';
import type { Segment, Version } from './object-version.ts';

/** Which blobs a change let go of: nothing in the catalog refers to them any more. */
export type Freed = readonly Segment[];

const nothing: Freed = [];
const COMPLETED_UPLOADS_MAX = 1000;

/**
 * Everything that the store knows, of all regions: one namespace of buckets. It changes only through `apply`, at once and
 * as a whole, so whoever reads between two awaits sees a consistent state.
 */
export class Catalog {
  readonly #buckets = new Map<string, Bucket>();

  bucket(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  buckets(): Iterable<Bucket> {
    return this.#buckets.values();
  }

  /** Makes a change. Unknown buckets or uploads are passed over: whoever asked has checked, a log may be older. */
  apply(mutation: Mutation): Freed {
    if (mutation.type === 'bucket.created') {
      this.#buckets.set(mutation.terms.name, new Bucket(mutation.terms));
      return nothing;
    }
    const bucket = this.#buckets.get(mutation.bucket);
    if (bucket === undefined) return nothing;
    switch (mutation.type) {
      case 'bucket.deleted':
        this.#buckets.delete(mutation.bucket);
        return [...bucket.uploads.keys()].flatMap((uploadId) => dropUpload(bucket, uploadId));
      case 'bucket.versioned':
        bucket.versioning = mutation.versioning;
        return nothing;
      case 'bucket.acl':
        bucket.acl = mutation.acl;
        return nothing;
      case 'bucket.configured':
        if (mutation.value === null) bucket.configurations.delete(mutation.name);
        else bucket.configurations.set(mutation.name, mutation.value);
        return nothing;
      case 'version.put':
        return putVersion(bucket, mutation.version);
      case 'version.removed':
        return removeVersion(bucket, mutation.key, mutation.versionId);
      case 'version.amended':
        amendVersion(bucket, mutation);
        return nothing;
      case 'upload.created':
        bucket.uploads.set(mutation.terms.uploadId, { terms: mutation.terms, parts: new Map() });
        return nothing;
      case 'part.put': {
        const upload = bucket.uploads.get(mutation.uploadId);
        if (upload === undefined) return mutation.part.contents;
        const replaced = upload.parts.get(mutation.part.partNumber);
        upload.parts.set(mutation.part.partNumber, mutation.part);
        return replaced?.contents ?? nothing;
      }
      case 'upload.completed': {
        const dropped = dropUpload(bucket, mutation.uploadId);
        const { key, versionId, contents } = mutation.version;
        rememberCompleted(bucket, { uploadId: mutation.uploadId, key, versionId });
        return [...without(dropped, contents), ...putVersion(bucket, mutation.version)];
      }
      case 'upload.aborted':
        return dropUpload(bucket, mutation.uploadId);
    }
  }
}

const contentsOf = (version: Version): Freed => (version.kind === 'object' ? version.contents : nothing);

/** Adds a version in its place: newest first, one per version id. */
function putVersion(bucket: Bucket, version: Version): Freed {
  const versions = bucket.objects.get(version.key);
  if (versions === undefined) {
    bucket.objects.set(version.key, [version]);
    return nothing;
  }
  const replaced = versions.find((other) => other.versionId === version.versionId);
  const others = replaced === undefined ? versions : versions.filter((other) => other !== replaced);
  bucket.objects.set(version.key, others.toSpliced(placeOf(version, others), 0, version));
  return replaced === undefined ? nothing : contentsOf(replaced);
}

/** What clients write is the newest at once; a replica takes the place that its time at the source gives it. */
function placeOf(version: Version, others: readonly Version[]): number {
  if (version.replication !== 'REPLICA') return 0;
  const place = others.findIndex((other) => other.lastModifiedMs <= version.lastModifiedMs);
  return place === -1 ? others.length : place;
}

function removeVersion(bucket: Bucket, key: string, versionId: string): Freed {
  const versions = bucket.objects.get(key) ?? [];
  const removed = versions.find((version) => version.versionId === versionId);
  if (removed === undefined) return nothing;
  if (versions.length === 1) bucket.objects.delete(key);
  else
    bucket.objects.set(
      key,
      versions.filter((version) => version !== removed),
    );
  return contentsOf(removed);
}

function amendVersion(bucket: Bucket, change: Extract<Mutation, { type: 'version.amended' }>): void {
  const versions = bucket.objects.get(change.key) ?? [];
  const amend = (version: Version): Version => {
    if (version.versionId !== change.versionId) return version;
    const replication = change.replication ?? version.replication;
    if (version.kind === 'delete-marker') return { ...version, replication };
    return { ...version, replication, tags: change.tags ?? version.tags, acl: change.acl ?? version.acl };
  };
  if (versions.length > 0) bucket.objects.set(change.key, versions.map(amend));
}

function dropUpload(bucket: Bucket, uploadId: string): Freed {
  const upload = bucket.uploads.get(uploadId);
  bucket.uploads.delete(uploadId);
  return upload === undefined ? nothing : [...upload.parts.values()].flatMap((part) => part.contents);
}

/** What of `all` is not in `kept`; a blob may stand several times in both, once for each of its owners. */
function without(all: Freed, kept: Freed): Freed {
  const left = new Map<string, number>();
  for (const { blob } of kept) left.set(blob, (left.get(blob) ?? 0) + 1);
  return all.filter(({ blob }) => {
    const count = left.get(blob) ?? 0;
    left.set(blob, count - 1);
    return count <= 0;
  });
}

function rememberCompleted(bucket: Bucket, completed: { uploadId: string; key: string; versionId: string }): void {
  bucket.completedUploads.set(completed.uploadId, completed);
  if (bucket.completedUploads.size <= COMPLETED_UPLOADS_MAX) return;
  const [oldest] = bucket.completedUploads.keys();
  if (oldest !== undefined) bucket.completedUploads.delete(oldest);
}
