import type { Acl } from '../core/acl.ts';
import type { Tag } from '../core/tags.ts';
import type { BucketTerms, VersioningState } from './bucket.ts';
import type { ObjectVersion, ReplicationStatus, UploadedPart, UploadTerms, Version } from './object-version.ts';

/** One change of what the store knows, as plain data: applied in memory, and written to the log where there is a disk. */
export type Mutation =
  | { readonly type: 'bucket.created'; readonly terms: BucketTerms }
  | { readonly type: 'bucket.deleted'; readonly bucket: string }
  | { readonly type: 'bucket.versioned'; readonly bucket: string; readonly versioning: VersioningState }
  | { readonly type: 'bucket.acl'; readonly bucket: string; readonly acl: Acl }
  /** A null value removes the sub-resource. */
  | {
      readonly type: 'bucket.configured';
      readonly bucket: string;
      readonly name: string;
      readonly value: string | null;
    }
  | { readonly type: 'version.put'; readonly bucket: string; readonly version: Version }
  | {
      readonly type: 'version.removed';
      readonly bucket: string;
      readonly key: string;
      readonly versionId: string;
    }
  | {
      readonly type: 'version.amended';
      readonly bucket: string;
      readonly key: string;
      readonly versionId: string;
      readonly tags?: readonly Tag[];
      readonly acl?: Acl;
      readonly replication?: ReplicationStatus;
    }
  | { readonly type: 'upload.created'; readonly bucket: string; readonly terms: UploadTerms }
  | {
      readonly type: 'part.put';
      readonly bucket: string;
      readonly uploadId: string;
      readonly part: UploadedPart;
    }
  | {
      readonly type: 'upload.completed';
      readonly bucket: string;
      readonly uploadId: string;
      readonly version: ObjectVersion;
    }
  | { readonly type: 'upload.aborted'; readonly bucket: string; readonly uploadId: string };
