import { startStore } from '@gameday/injector';
import { createBucket, EMBEDDED_CREDENTIALS } from '../adapters/s3-behind.ts';
import { s3Access, type S3Access } from './s3-access.ts';

/** What an embedded S3 is to be like. */
export interface S3Options {
  /** AWS regions, the home region first. Default: us-east-1 alone. */
  readonly regions?: readonly string[];
  /** Buckets to create in the home region. Default: none. */
  readonly buckets?: readonly string[];
  /** Where objects are kept beyond the process. Default: nowhere. */
  readonly dataFolder?: string;
}

/** An embedded S3 that runs. */
export interface S3 extends S3Access {
  /** Ends it; requests in flight are cut. */
  stop(): Promise<void>;
}

/**
 * Starts an S3 for a test, on free ports of loopback.
 * @throws {Error} where a bucket has a name, or a region is one, that S3 does not know
 */
export async function startS3(options: S3Options = {}): Promise<S3> {
  const { regions = ['us-east-1'], buckets = [], dataFolder } = options;
  const store = await startStore({
    regions,
    credentials: [EMBEDDED_CREDENTIALS],
    // Whoever tests must not take a failure of ours for one of the app's.
    onFault: (error) => process.emitWarning(`the embedded S3 failed by itself: ${String(error)}`),
    ...(dataFolder === undefined ? {} : { dataFolder }),
  });
  try {
    const access = s3Access(store.endpoints, EMBEDDED_CREDENTIALS);
    const behind = { endpoints: store.endpoints, own: () => EMBEDDED_CREDENTIALS, ownerOf: () => undefined };
    for (const bucket of buckets) await createBucket(behind, bucket, access.region);
    return { ...access, stop: () => store.stop() };
  } catch (error) {
    await store.stop();
    throw error;
  }
}
