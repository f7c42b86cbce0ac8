import type { Acl } from '../core/acl.ts';
import type { UploadedPart, UploadTerms, Version } from './object-version.ts';
import { SortedMap } from './sorted-map.ts';

export type VersioningState = 'never' | 'Enabled' | 'Suspended';

export interface BucketTerms {
  readonly name: string;
  readonly region: string;
  /** Account. */
  readonly owner: string;
  readonly createdMs: number;
}

export interface Upload {
  readonly terms: UploadTerms;
  readonly parts: Map<number, UploadedPart>;
}

/** A multipart upload that was completed: repeating the request answers the same again. */
export interface CompletedUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly versionId: string;
}

/** One bucket and all it holds. Changed by the catalog alone. */
export class Bucket {
  readonly terms: BucketTerms;
  versioning: VersioningState = 'never';
  /** Private where undefined. */
  acl: Acl | undefined;
  /** Sub-resources as the client put them, by name: `cors`, `policy`, `replication`... */
  readonly configurations = new Map<string, string>();
  /** Versions of each key, newest first. */
  readonly objects = new SortedMap<readonly Version[]>();
  readonly uploads = new Map<string, Upload>();
  readonly completedUploads = new Map<string, CompletedUpload>();

  constructor(terms: BucketTerms) {
    this.terms = terms;
  }

  /** The newest version of a key, be it an object or a delete marker. */
  newest(key: string): Version | undefined {
    return this.objects.get(key)?.[0];
  }

  version(key: string, versionId: string): Version | undefined {
    return this.objects.get(key)?.find((version) => version.versionId === versionId);
  }
}
