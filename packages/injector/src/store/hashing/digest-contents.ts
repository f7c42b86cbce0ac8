import type { BlobStore } from '../blobs/blob-store.ts';
import type { Segment } from '../catalog/object-version.ts';
import type { Checksum, ChecksumAlgorithm } from '../core/checksum.ts';
import { createHasher, nodeHash } from './hasher.ts';

/** Reads stored bytes for their MD5 and a checksum; the caller holds the blobs. */
export async function digestContents(
  blobs: BlobStore,
  segments: readonly Segment[],
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly md5: string; readonly checksum: Checksum }> {
  const md5 = nodeHash('MD5');
  const hasher = await createHasher(algorithm);
  const size = segments.reduce((sum, segment) => sum + segment.size, 0);
  for await (const bytes of blobs.read(segments, { start: 0, end: size - 1 })) {
    md5.update(bytes);
    hasher.update(bytes);
  }
  return {
    md5: md5.digest().toString('hex'),
    checksum: { algorithm, value: hasher.digest().toString('base64'), type: 'FULL_OBJECT' },
  };
}
