import type { Acl } from '../core/acl.ts';
import type { Checksum } from '../core/checksum.ts';
import type { Metadata } from '../core/metadata.ts';
import type { Tag } from '../core/tags.ts';

/** A run of bytes in the blob storage. */
export interface Segment {
  readonly blob: string;
  /** First byte within the blob; 0 where absent. */
  readonly offset?: number | undefined;
  readonly size: number;
}

/** One part of a multipart object, kept for GET with a part number. */
interface PartSummary {
  readonly partNumber: number;
  readonly size: number;
  readonly checksum?: Checksum | undefined;
}

export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

interface Stored {
  readonly key: string;
  /** `null` in S3's sense where the bucket was not versioned. */
  readonly versionId: string;
  readonly lastModifiedMs: number;
  /** Account. */
  readonly owner: string;
  readonly replication?: ReplicationStatus | undefined;
}

export interface ObjectVersion extends Stored {
  readonly kind: 'object';
  readonly size: number;
  /** Without its quotes. */
  readonly etag: string;
  /** One segment, or one per part. */
  readonly contents: readonly Segment[];
  readonly metadata: Metadata;
  readonly storageClass: string;
  readonly encryption?: string | undefined;
  readonly checksum?: Checksum | undefined;
  readonly parts?: readonly PartSummary[] | undefined;
  readonly tags?: readonly Tag[] | undefined;
  /** Private where absent. */
  readonly acl?: Acl | undefined;
}

interface DeleteMarker extends Stored {
  readonly kind: 'delete-marker';
}

export type Version = ObjectVersion | DeleteMarker;

/** A part that was uploaded and awaits the upload's completion. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly size: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly contents: readonly Segment[];
  readonly checksum?: Checksum | undefined;
}

/** Everything about a multipart upload that was fixed when it was created. */
export interface UploadTerms {
  readonly uploadId: string;
  readonly key: string;
  /** Account of the object to be. */
  readonly owner: string;
  /** Account that began the upload. */
  readonly initiator: string;
  readonly initiatedMs: number;
  readonly metadata: Metadata;
  readonly storageClass: string;
  readonly encryption?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly acl?: Acl | undefined;
  /** What the client chose; absent, S3 computes a full CRC64NVME. */
  readonly checksum?: Pick<Checksum, 'algorithm' | 'type'> | undefined;
}
