// Objects of S3, and clients of one region that know when to give up.
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Where a region's S3 answers; undefined for AWS itself. @param {string} region */
export const endpointOf = (region) => process.env[`S3_ENDPOINT_${region.toUpperCase().replaceAll('-', '_')}`];

/** The object's bytes; null where there is no such object. @param {Pick<S3Client, 'send'>} s3 @param {string} Bucket @param {string} Key */
export async function readObject(s3, Bucket, Key) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}

/**
 * A bucket of a region, with a deadline for every call. What the SDK may try again is tried again within the deadline.
 * @param {{ bucket: string, region: string, deadlineMs: number, attempts?: number, endpoint?: string, server?: string }} options
 *   `endpoint`: where the region answers, by default as the environment says; `server`: who asks, for the User-Agent
 */
export function openBucket({ bucket, region, deadlineMs, attempts = 1, endpoint = endpointOf(region), server }) {
  const s3 = new S3Client({
    region,
    ...(server === undefined ? {} : { userAgentAppId: server }),
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: deadlineMs, requestTimeout: deadlineMs, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const send = (command) => s3.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) });
  return {
    bucket,
    region,
    send,
    /** @param {string} key @param {Uint8Array | string} body */
    put: (key, body) => send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
    /** @param {string} key */
    get: (key) => readObject({ send }, bucket, key),
  };
}
