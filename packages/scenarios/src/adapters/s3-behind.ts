import { startStore } from '@gameday/injector';
import { BucketLocationConstraint, CreateBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Plan } from '../core/plan.ts';

/** An access key and its secret. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The S3 behind the injector: the embedded store, or endpoints that the user named. */
export interface S3Behind {
  readonly endpoints: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
  /**
   * Keeps what is written to these regions from being replicated, until the returned function is called. Null where a
   * region's S3 is not ours.
   */
  pauseReplication(regions: readonly string[]): (() => void) | null;
  stop(): Promise<void>;
}

/** Accepted by the embedded store; never a secret. */
export const EMBEDDED_CREDENTIALS: Credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };

/**
 * Makes an S3 ready for a plan: one endpoint a region, the target's buckets created.
 * @param upstreams endpoints by region that stand in for the embedded store
 * @param credentials for those endpoints
 */
export async function prepareS3(
  plan: Plan,
  upstreams: ReadonlyMap<string, string>,
  credentials: Credentials | null,
): Promise<S3Behind> {
  const embedded = plan.regions.filter((region) => !upstreams.has(region));
  const store =
    embedded.length === 0 ? null : await startStore({ regions: embedded, credentials: [EMBEDDED_CREDENTIALS] });
  const endpoints = new Map([...(store?.endpoints ?? []), ...upstreams]);
  const behind: S3Behind = {
    endpoints,
    credentials: upstreams.size > 0 && credentials !== null ? credentials : EMBEDDED_CREDENTIALS,
    pauseReplication(regions) {
      if (store === null || regions.some((region) => upstreams.has(region))) return null;
      const resumes = regions.map((sourceRegion) => store.replication.pause({ sourceRegion }));
      return () => {
        for (const resume of resumes) resume();
      };
    },
    stop: async () => store?.stop(),
  };
  try {
    for (const { name, region } of plan.target.buckets) await createBucket(behind, name, region);
  } catch (error) {
    await behind.stop();
    throw error;
  }
  return behind;
}

/** Makes a bucket, or finds it made. @throws {Error} where S3 refuses it */
export async function createBucket(
  { endpoints, credentials }: Pick<S3Behind, 'endpoints' | 'credentials'>,
  bucket: string,
  region: string,
): Promise<void> {
  const endpoint = endpoints.get(region);
  if (endpoint === undefined) throw new Error(`no S3 endpoint for region ${region}, where bucket ${bucket} should be`);
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    await client.send(
      new CreateBucketCommand({
        Bucket: bucket,
        ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: locationOf(region) } }),
      }),
      { abortSignal: AbortSignal.timeout(10_000) },
    );
  } catch (error) {
    const owned = error instanceof S3ServiceException && error.name === 'BucketAlreadyOwnedByYou';
    if (!owned)
      throw new Error(`bucket ${bucket} could not be created in ${region} at ${endpoint}: ${String(error)}`, {
        cause: error,
      });
  } finally {
    client.destroy();
  }
}

function locationOf(region: string): BucketLocationConstraint {
  const location = Object.values(BucketLocationConstraint).find((known) => known === region);
  if (location === undefined) throw new Error(`S3 has no region ${region}`);
  return location;
}
