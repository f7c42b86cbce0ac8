import { GetBucketTaggingCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { startInjector, startStore, type Clock, type Distribution } from '@gameday/injector';
import { EMBEDDED_CREDENTIALS, type Credentials } from '../../adapters/s3-behind.ts';
import type { ObservedExchange } from '../core/local-guardrail.ts';
import type { Actuator, LocalBucket } from '../local/actuator.ts';

export interface EmbeddedS3 extends Actuator {
  /** Where apps find S3, per region. */
  readonly endpoints: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Region names with their upstreams; null is the embedded store. */
  readonly regions: ReadonlyMap<string, string | null>;
  readonly credentials: Credentials | null;
  /** First loopback port of S3; 0 takes free ones. */
  readonly port: number;
  readonly seed: string;
  readonly clock?: Clock;
  /** How long after a write its replica appears; the store's own default where left out. */
  readonly replicationLag?: Distribution;
}

/** Starts an S3 and the injector before it, both in this process: their faults cannot outlive it. */
export async function startEmbeddedS3(options: EmbeddedOptions): Promise<EmbeddedS3> {
  const { regions, seed, clock, replicationLag } = options;
  const credentials = options.credentials ?? EMBEDDED_CREDENTIALS;
  const own = [...regions].filter(([, upstream]) => upstream === null).map(([region]) => region);
  const store =
    own.length === 0
      ? null
      : await startStore({
          regions: own,
          credentials: [credentials],
          ...(replicationLag === undefined ? {} : { replicationLag }),
        });
  const listeners: ((event: ObservedExchange) => void)[] = [];
  const behind = [...regions].map(([region, upstream], index) => ({
    region,
    upstream: upstream ?? store?.endpoints.get(region) ?? '',
    port: options.port === 0 ? 0 : options.port + index,
  }));
  const injector = await startInjector({
    regions: behind,
    seed,
    ...(clock === undefined ? {} : { clock }),
    onExchange: (event) => {
      for (const listener of listeners) listener(event);
    },
  }).catch(async (error: unknown) => {
    await store?.stop();
    throw error;
  });
  return {
    endpoints: injector.endpoints,
    regions: [...regions.keys()],
    play: async (timeline) => {
      if (timeline.windows.length === 0) injector.heal();
      else injector.start(timeline);
    },
    async pauseReplication(scopes) {
      if (store === null) throw new Error('the S3 here is not Gameday’s own: its replication cannot be paused');
      const resumes = scopes.map((scope) => store.replication.pause(scope));
      return async () => {
        for (const resume of resumes) resume();
      };
    },
    buckets: async () =>
      (await Promise.all(behind.map(({ region, upstream }) => bucketsOf(region, upstream, credentials)))).flat(),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    stop: async () => {
      await injector.stop();
      await store?.stop();
    },
  };
}

/** The buckets of a region and their tags, asked of S3 itself, past the injector. */
export async function bucketsOf(region: string, endpoint: string, credentials: Credentials): Promise<LocalBucket[]> {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    const signal = { abortSignal: AbortSignal.timeout(5_000) };
    const { Buckets = [] } = await client.send(new ListBucketsCommand({ BucketRegion: region }), signal);
    return await Promise.all(
      Buckets.map(async ({ Name: name = '' }) => {
        const tagging = await client.send(new GetBucketTaggingCommand({ Bucket: name }), signal).catch(() => null);
        const tags = (tagging?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
        return { name, tags: Object.fromEntries(tags) };
      }),
    );
  } finally {
    client.destroy();
  }
}
