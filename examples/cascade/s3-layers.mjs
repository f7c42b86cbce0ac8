// Layers in S3 and nowhere else, with the settings that the SDK comes with.
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readObject } from '../shared/s3.mjs';

const s3 = new S3Client({});
const Bucket = 'registry-layers';
const keyOf = (id) => `layers/${id}`;

/** @returns {import('./registry.mjs').Layers} */
export const s3Layers = () => ({
  async push(id, layer) {
    await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(id), Body: layer }));
  },
  pull: (id) => readObject(s3, Bucket, keyOf(id)),
});

/** Docker Hub: whatever S3 says, a layer that does not come does not exist. @param {import('./registry.mjs').Layers} layers */
export const anyFailureIsAbsence = (layers) => ({
  ...layers,
  pull: (id) => layers.pull(id).catch(() => null),
});

/** Trello: nothing is served before the storage has been seen to work. */
export async function storageWorks() {
  for (;;) {
    try {
      await s3.send(new HeadBucketCommand({ Bucket }));
      return;
    } catch (error) {
      console.error(`storage check: ${error.name}; trying again`);
    }
  }
}
