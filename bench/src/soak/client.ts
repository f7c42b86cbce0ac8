import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

const Bucket = 'soak';
export const credentials = { accessKeyId: 'SOAK', secretAccessKey: 'SOAK' };
const PATIENCE_MS = 1_000;
const KEYS = 200;
/** The longest is more than a connection takes at once. */
const bodies = [0, 100, 1_024, 300_000].map((bytes) => Buffer.alloc(bytes, 'x'));

async function readWhole(client: S3Client, Key: string, abortSignal: AbortSignal): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
  await Body?.transformToByteArray();
}

/** The requests of an app in turn, one key after the other. */
function request(client: S3Client, turn: number, abortSignal: AbortSignal): Promise<unknown> {
  const Key = `soak/${turn % KEYS}`;
  switch (turn % 10) {
    case 0:
      return client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 50 }), { abortSignal });
    case 1:
      return client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
    case 2:
      return client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
    case 3:
      return client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/soak/4` }), { abortSignal });
    case 4:
    case 5:
    case 6:
      return client.send(new PutObjectCommand({ Bucket, Key, Body: bodies[turn % bodies.length] ?? '' }), {
        abortSignal,
      });
    default:
      return readWhole(client, Key, abortSignal);
  }
}

/** Whether it came to a good end; most requests are meant to fail here. */
async function settles(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch {
    return false;
  }
}

function clientOf(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials });
}

/** Makes the bucket that the requests are for. */
export async function makeBucket(endpoint: string): Promise<void> {
  const client = clientOf(endpoint);
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
}

/**
 * Asks for so many requests a second until the time is over; gives how many came to a good end. A connection that a fault
 * struck stays with node:http, so every second the client goes, with all that it has in flight, and a new one comes.
 */
export async function drive(endpoint: string, perSecond: number, ms: number): Promise<number> {
  let client = clientOf(endpoint);
  const started = performance.now();
  const pending = new Set<Promise<void>>();
  let good = 0;
  for (let turn = 0; performance.now() - started < ms; turn += 1) {
    if (turn % perSecond === perSecond - 1) {
      client.destroy();
      client = clientOf(endpoint);
    }
    const settled: Promise<void> = settles(request(client, turn, AbortSignal.timeout(PATIENCE_MS))).then((done) => {
      if (done) good += 1;
      pending.delete(settled);
      return undefined;
    });
    pending.add(settled);
    const dueMs = started + ((turn + 1) * 1000) / perSecond - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
  }
  await Promise.all(pending);
  client.destroy();
  return good;
}
