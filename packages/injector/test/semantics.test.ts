import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { test, type Test } from 'tap';
import { startStore, type Fault, type FaultWindow } from '../src/index.ts';
import { startHarness, startTinyS3, until, type Harness } from './harness.ts';
import { ask, rawClient } from './raw-client.ts';
import { codeOf, owner } from './store-kit.ts';

interface Setup extends Harness {
  readonly client: S3Client;
}

const Bucket = 'bucket';

/** The embedded store behind the injector, with a bucket. */
async function setUp(t: Test): Promise<Setup> {
  const store = await startStore({ regions: ['us-east-1'], credentials: [owner] });
  const harness = await startHarness(t, store.endpoints.get('us-east-1') ?? '');
  const client = new S3Client({ endpoint: harness.url, region: 'us-east-1', credentials: owner, maxAttempts: 1 });
  t.teardown(async () => {
    client.destroy();
    await store.stop();
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  return { ...harness, client };
}

const only = (operation: string, limit: number | null = null): Partial<FaultWindow> => ({
  where: {
    regions: ['us-east-1'],
    operations: [operation],
    ...(limit === null ? {} : { limit: { first: limit, per: 'window' } }),
  },
});
const internal = { kind: 'http-error', code: 'InternalError', applied: false } as const satisfies Fault;

test('a multipart upload of which one part, or only the completion, fails', async (t) => {
  const { client, inflict, injector, events } = await setUp(t);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'large' }));
  const upload = { Bucket, Key: 'large', UploadId };
  const bodies = ['a', 'b'].map((letter) => Buffer.alloc(5 * 1_048_576, letter));
  const part = (index: number): Promise<string> =>
    codeOf(client.send(new UploadPartCommand({ ...upload, PartNumber: index + 1, Body: bodies[index] ?? '' })));

  inflict(internal, only('UploadPart', 1));
  t.equal(await part(0), 'InternalError 500', 'one part');
  t.equal(await part(0), 'success', 'the same part again');
  t.equal(await part(1), 'success');
  t.same([...injector.fired()], [['w1', 1]]);
  const { Parts = [] } = await client.send(new ListPartsCommand(upload));
  const completion = new CompleteMultipartUploadCommand({
    ...upload,
    MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
  });

  inflict(internal, only('CompleteMultipartUpload'));
  t.equal(await codeOf(client.send(completion)), 'InternalError 500', 'the completion alone');
  const deceit = { kind: 'error-in-success', code: 'InternalError', body: 'error', drips: 0, dripEveryMs: 1 } as const;
  inflict({ ...deceit, applied: false });
  t.match(await codeOf(client.send(completion)), /^InternalError /, '200 OK, and the failure in its body');
  t.equal((await client.send(new ListPartsCommand(upload))).Parts?.length, 2, 'nothing of it took effect');
  inflict({ ...internal, applied: true }, only('CompleteMultipartUpload'));
  t.equal(await codeOf(client.send(completion)), 'InternalError 500', 'it took effect and says that it failed');
  injector.heal();
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
  t.ok(Buffer.concat(bodies).equals(await (got.Body?.transformToByteArray() ?? Buffer.alloc(0))));
  const completions = events.filter(({ exchange }) => exchange.operation === 'CompleteMultipartUpload');
  t.match(completions, [
    { status: 500, applied: false, fault: { kind: 'http-error' } },
    { status: 200, applied: false, fault: { kind: 'error-in-success' } },
    { status: 500, applied: true, fault: { kind: 'http-error' } },
  ]);
});

test('stale reads honour the version that is asked for', async (t) => {
  const { client, inflict, clock, injector } = await setUp(t);
  const versioned = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioned }));
  const write = async (Body: string): Promise<string> =>
    (await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))).VersionId ?? '';
  const read = async (VersionId?: string): Promise<string> => {
    const asked = client.send(
      new GetObjectCommand({ Bucket, Key: 'k', ...(VersionId === undefined ? {} : { VersionId }) }),
    );
    const code = await codeOf(asked);
    return code === 'success' ? ((await (await asked).Body?.transformToString()) ?? '') : code;
  };
  const first = await write('one');
  inflict({ kind: 'stale-read', withinMs: 500 });
  t.equal(await read(first), 'one', 'what is named is no view of the newest');
  clock.advance(1);
  const second = await write('two');
  t.equal(await read(), 'NoSuchKey 404', 'nobody had looked at the newest before the write');
  t.equal(await read(first), 'one');
  t.equal(await read(second), 'NoSuchVersion 404');
  t.same([...injector.fired()], [['w1', 2]]);
  clock.advance(500);
  t.equal(await read(second), 'two');
  t.equal(await read(), 'two');
  clock.advance(1);
  await write('three');
  t.equal(await read(), 'two', 'as it was seen before');
});

test('a blackout begins and ends at its time, for new exchanges and for those in flight', async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, clock, inFlight, eventCount } = await startHarness(t, s3.url);
  const open = Array.from({ length: 8 }, () => rawClient(port));
  for (const client of open) {
    client.write('GET /bucket/bytes/200000000 HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.until((text) => text.length > 1_000);
    client.socket.pause();
  }
  await inFlight(8);
  const after = { shape: 'constant', ms: 0 } as const;
  injector.start({
    windows: [
      {
        id: 'w1',
        startMs: 700,
        endMs: 900,
        where: { regions: ['us-east-1'] },
        share: { from: 1, to: 1 },
        fault: { kind: 'blackout', silent: 1, reset: 0, unavailable: 0, after },
        inFlight: 'cut',
      },
    ],
  });
  clock.advance(699);
  t.match((await ask(port, 'GET', '/bucket/key')).text, /hello$/, 'a millisecond before');
  t.equal(injector.inFlight, 8);
  clock.advance(1);
  t.match(
    (await eventCount(9)).slice(1).map(({ outcome, endedMs, fault }) => [outcome, endedMs, fault?.kind]),
    open.map(() => ['cut', 700, 'blackout']),
    'every exchange in flight, on the dot',
  );
  const held = ask(port, 'GET', '/bucket/key');
  await inFlight(1);
  clock.advance(199);
  t.equal(injector.inFlight, 1, 'a new one gets no answer');
  clock.advance(1);
  t.equal((await held).how, 'reset');
  t.match((await ask(port, 'GET', '/bucket/key')).text, /hello$/, 'at its end');
  for (const client of open) client.socket.destroy();
  await until(() => injector.inFlight === 0);
});
