import type { Bucket } from './bucket.ts';
import type { Catalog } from './catalog.ts';
import type { Mutation } from './mutation.ts';

/** The changes that lead from nothing to the catalog as it is. */
export function* snapshotOf(catalog: Catalog): Generator<Mutation> {
  for (const bucket of catalog.buckets()) yield* snapshotOfBucket(bucket);
}

function* snapshotOfBucket(bucket: Bucket): Generator<Mutation> {
  const { name } = bucket.terms;
  yield { type: 'bucket.created', terms: bucket.terms };
  if (bucket.versioning !== 'never') yield { type: 'bucket.versioned', bucket: name, versioning: bucket.versioning };
  if (bucket.acl !== undefined) yield { type: 'bucket.acl', bucket: name, acl: bucket.acl };
  for (const [configuration, value] of bucket.configurations) {
    yield { type: 'bucket.configured', bucket: name, name: configuration, value };
  }
  for (const versions of bucket.objects.values()) {
    for (const version of versions.toReversed()) yield { type: 'version.put', bucket: name, version };
  }
  for (const { terms, parts } of bucket.uploads.values()) {
    yield { type: 'upload.created', bucket: name, terms };
    for (const part of parts.values()) yield { type: 'part.put', bucket: name, uploadId: terms.uploadId, part };
  }
}
