import { randomBytes } from 'node:crypto';
import { startStore, userKeys, type Armed, type Arming, type KeyProvider } from '@gameday/injector';
import {
  BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Plan } from '../core/plan.ts';

/** An access key and its secret. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The S3 behind the injector: the embedded store, or endpoints that the user named. */
export interface S3Behind {
  readonly endpoints: ReadonlyMap<string, string>;
  /** What the app signs with. */
  readonly credentials: Credentials;
  /** What we sign our own requests to a region's endpoint with. */
  readonly own: (region: string) => Credentials | KeyProvider;
  /** What of a region's S3 may be touched; null where it is ours or on this machine. */
  readonly armed: (region: string) => Armed | null;
  /** Where no bucket may be made: whose it has to be, null for anybody's. Undefined where buckets are made. */
  readonly ownerOf: (region: string) => string | null | undefined;
  /**
   * Keeps what is written to these regions from being replicated, until the returned function is called. Null where a
   * region's S3 is not ours.
   */
  pauseReplication(regions: readonly string[]): (() => void) | null;
  stop(): Promise<void>;
}

/** Accepted by the embedded store; never a secret. */
export const EMBEDDED_CREDENTIALS: Credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };

/** Keys that open an armed endpoint: known to nobody else, for a page in a browser can reach a loopback port too. */
export const randomKeys = (): Credentials => ({
  accessKeyId: 'GAMEDAY',
  secretAccessKey: randomBytes(30).toString('base64url'),
});

export interface S3Options {
  /** Endpoints by region that stand in for the embedded store. */
  readonly upstreams: ReadonlyMap<string, string>;
  /** For those endpoints. */
  readonly credentials: Credentials | null;
  /** What of those endpoints may be touched, with the user's own keys; the app then never has these. */
  readonly arm: Arming | null;
  /** An injector in another process, by region: what no endpoint is named for is reached through it. */
  readonly through?: ReadonlyMap<string, { readonly endpoint: string; readonly armed: boolean }>;
}

/**
 * Makes an S3 ready for a plan: one endpoint a region, the target's buckets created. In an S3 that is armed nothing is
 * created: the buckets must be there.
 */
export async function prepareS3(plan: Plan, { upstreams, credentials, arm, through }: S3Options): Promise<S3Behind> {
  const embedded = plan.regions.filter((region) => !upstreams.has(region) && through?.has(region) !== true);
  const given = upstreams.size > 0 || through !== undefined ? credentials : null;
  // The keys that an injector elsewhere takes are its own affair.
  const appKeys = arm === null || through !== undefined ? (given ?? EMBEDDED_CREDENTIALS) : randomKeys();
  const keys = arm === null ? null : userKeys();
  await keys?.();
  const store = embedded.length === 0 ? null : await startStore({ regions: embedded, credentials: [appKeys] });
  const elsewhere = [...(through ?? [])].map(([region, { endpoint }]) => [region, endpoint] as const);
  const endpoints = new Map([...elsewhere, ...(store?.endpoints ?? []), ...upstreams]);
  const behind: S3Behind = {
    endpoints,
    credentials: appKeys,
    own: (region) => (keys !== null && upstreams.has(region) ? keys : appKeys),
    armed: (region) =>
      arm !== null && keys !== null && upstreams.has(region) ? { ...arm, keys, accepts: [appKeys] } : null,
    ownerOf: (region) => {
      if (upstreams.has(region)) return arm === null ? undefined : arm.account;
      return through?.get(region)?.armed === true ? null : undefined;
    },
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

/** Makes a bucket, or finds it made; in an S3 that is armed it must be there. @throws {Error} where S3 refuses it */
export async function createBucket(
  { endpoints, own, ownerOf }: Pick<S3Behind, 'endpoints' | 'own' | 'ownerOf'>,
  bucket: string,
  region: string,
): Promise<void> {
  const endpoint = endpoints.get(region);
  if (endpoint === undefined) throw new Error(`no S3 endpoint for region ${region}, where bucket ${bucket} should be`);
  const client = new S3Client({ endpoint, region, credentials: own(region), forcePathStyle: true, maxAttempts: 1 });
  const owner = ownerOf(region);
  try {
    if (owner !== undefined) {
      const expected = owner === null ? {} : { ExpectedBucketOwner: owner };
      await client.send(new HeadBucketCommand({ Bucket: bucket, ...expected }), {
        abortSignal: AbortSignal.timeout(10_000),
      });
      return;
    }
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
      throw new Error(
        `bucket ${bucket} could not be ${owner === undefined ? 'created' : 'found'} in ${region} at ${endpoint}: ${String(error)}`,
        {
          cause: error,
        },
      );
  } finally {
    client.destroy();
  }
}

function locationOf(region: string): BucketLocationConstraint {
  const location = Object.values(BucketLocationConstraint).find((known) => known === region);
  if (location === undefined) throw new Error(`S3 has no region ${region}`);
  return location;
}
