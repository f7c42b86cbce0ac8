import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Test } from 'tap';
import { startInjector, startStore, type Armed, type ExchangeEvent, type Injector } from '../src/index.ts';

/** The user's keys, which only the injector has, and the keys of an app, which the upstream does not know. */
export const user = {
  accessKeyId: 'USER',
  secretAccessKey: 'user-secret',
  sessionToken: 'a token',
  account: '111122223333',
};
export const app = { accessKeyId: 'APP', secretAccessKey: 'app-secret' };
export const stranger = { accessKeyId: 'STRANGER', secretAccessKey: 'stranger-secret' };

interface Setup {
  readonly injector: Injector;
  readonly events: ExchangeEvent[];
  readonly client: S3Client;
  /** Straight to the stand-in for AWS. */
  readonly direct: S3Client;
  readonly endpoint: string;
}

/** The embedded store stands in for AWS: it verifies every signature. */
export async function setUp(t: Test, arm: Partial<Armed>): Promise<Setup> {
  const store = await startStore({
    regions: ['us-east-1'],
    credentials: [user, { ...stranger, account: '999988887777' }],
  });
  const upstream = (store.endpoints.get('us-east-1') ?? '').replace('127.0.0.1', 'localhost');
  const direct = new S3Client({ endpoint: upstream, region: 'us-east-1', credentials: user, forcePathStyle: true });
  for (const Bucket of ['named', 'other']) await direct.send(new CreateBucketCommand({ Bucket }));
  const events: ExchangeEvent[] = [];
  const { account: _own, ...keys } = user;
  const injector = await startInjector({
    regions: [
      {
        region: 'us-east-1',
        upstream,
        arm: { buckets: ['named'], account: null, keys: () => Promise.resolve(keys), accepts: [app], ...arm },
      },
    ],
    seed: 'seed',
    proxyPort: 0,
    onExchange: (event) => events.push(event),
  });
  const endpoint = injector.endpoints.get('us-east-1') ?? '';
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: app, maxAttempts: 1 });
  t.teardown(async () => {
    client.destroy();
    direct.destroy();
    await injector.stop();
    await store.stop();
  });
  return { injector, events, client, direct, endpoint };
}
