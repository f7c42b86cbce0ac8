import { request } from 'node:http';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { test } from 'tap';
import { startInjector } from '../src/index.ts';
import { app, setUp, stranger, user } from './armed-kit.ts';

async function failure(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'success';
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return `${error.$metadata.httpStatusCode} ${error.name}: ${error.message}`;
  }
}

test('requests to the endpoint are signed anew with the keys of the user', async (t) => {
  const { client, events, endpoint } = await setUp(t, {});
  const Bucket = 'named';
  const body = Buffer.alloc(6 * 1_048_576, 'x');
  for (const Key of ["a b+c&ü/'(x)!*~", 'a/../b', 'plain']) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'small', Metadata: { note: 'two  spaces' } }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=1-3' }));
    t.equal(await got.Body?.transformToString(), 'mal', Key);
  }
  await new Upload({ client, params: { Bucket, Key: 'large', Body: body }, partSize: 5 * 1_048_576 }).done();
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: '/named/large' }));
  const copied = await client.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
  t.ok(body.equals(await (copied.Body?.transformToByteArray() ?? Buffer.alloc(0))));
  const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a', Delimiter: '/' }));
  t.same(
    listed.CommonPrefixes?.map(({ Prefix }) => Prefix),
    ['a b+c&ü/', 'a/'],
  );
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'plain' }), { expiresIn: 60 });
  t.equal(await (await fetch(url)).text(), 'small', 'a presigned URL');
  t.same(
    events.filter(({ status, refused }) => refused !== null || (status ?? 500) >= 300),
    [],
  );

  // Virtual-host style: the bucket stands before the upstream's own name, as it would before AWS's.
  const { port } = new URL(endpoint);
  const hosted = new S3Client({ endpoint: `http://localhost:${port}`, region: 'us-east-1', credentials: app });
  const signed = await getSignedUrl(hosted, new GetObjectCommand({ Bucket, Key: 'plain' }), { expiresIn: 60 });
  const { host, pathname, search } = new URL(signed);
  t.equal(host, `named.localhost:${port}`);
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: `${pathname}${search}`, headers: { host } }, (answer) => {
      let heard = '';
      answer.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      answer.once('end', () => resolve(heard));
    });
    sent.once('error', reject).end();
  });
  t.equal(text, 'small');
  hosted.destroy();
});

test('through the proxy the client’s own signature goes on', async (t) => {
  const { injector, events, direct } = await setUp(t, {});
  await direct.send(new PutObjectCommand({ Bucket: 'named', Key: 'k', Body: 'small' }));
  const proxy = new URL(injector.proxy?.url ?? '');
  const own = { region: 'us-east-1', credentials: user };
  const aws = new S3Client({ endpoint: 'http://s3.us-east-1.amazonaws.com', ...own });
  const through = async (Bucket: string): Promise<number> => {
    const url = await getSignedUrl(aws, new GetObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 60 });
    return new Promise((resolve, reject) => {
      const to = { host: proxy.hostname, port: proxy.port, path: url, headers: { host: new URL(url).host } };
      request(to, (answer) => resolve(answer.resume().statusCode ?? 0))
        .once('error', reject)
        .end();
    });
  };
  t.equal(await through('named'), 200);
  t.equal(await through('other'), 403);
  aws.destroy();
  t.match(events, [
    { refused: null, exchange: { bucket: 'named' } },
    { refused: /not armed for bucket other/, upstreamMs: null },
  ]);
});

test('nothing outside of the named buckets is touched', async (t) => {
  const { client, direct, events, injector } = await setUp(t, {});
  injector.start({
    windows: [
      {
        id: 'w',
        startMs: 0,
        endMs: 60_000,
        where: { regions: ['us-east-1'], buckets: ['other'] },
        share: { from: 1, to: 1 },
        fault: { kind: 'silent' },
        inFlight: 'spare',
      },
    ],
  });
  await direct.send(new PutObjectCommand({ Bucket: 'other', Key: 'k', Body: 'precious' }));
  const not = /^403 AccessDenied: Gameday is not armed for bucket other, only for named$/;
  t.match(await failure(client.send(new PutObjectCommand({ Bucket: 'other', Key: 'k', Body: 'x' }))), not);
  t.match(await failure(client.send(new DeleteObjectCommand({ Bucket: 'other', Key: 'k' }))), not);
  t.match(await failure(client.send(new GetObjectCommand({ Bucket: 'other', Key: 'k' }))), not);
  for (const CopySource of ['other/k', '/other/k', '%2Fother%2Fk', 'other%2Fk?versionId=1']) {
    t.match(await failure(client.send(new CopyObjectCommand({ Bucket: 'named', Key: 'k', CopySource }))), not);
  }
  t.match(await failure(client.send(new ListBucketsCommand({}))), /this request names none$/);
  t.equal(
    await (await direct.send(new GetObjectCommand({ Bucket: 'other', Key: 'k' }))).Body?.transformToString(),
    'precious',
  );
  t.equal(events.length, 8);
  for (const event of events) t.match(event, { status: 403, refused: /Gameday/, applied: false, upstreamMs: null });
  t.same([...injector.fired()], [['w', 0]], 'what is refused meets no fault');
});

test('who does not hold accepted keys is not signed for', async (t) => {
  const { endpoint, direct } = await setUp(t, {});
  await direct.send(new PutObjectCommand({ Bucket: 'named', Key: 'k', Body: 'x' }));
  const get = new GetObjectCommand({ Bucket: 'named', Key: 'k' });
  const as = (credentials: typeof app): Promise<string> =>
    failure(new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }).send(get));
  t.equal(await as(app), 'success');
  t.match(await as({ ...app, secretAccessKey: 'guessed' }), /^403 SignatureDoesNotMatch/);
  t.match(await as(stranger), /^403 InvalidAccessKeyId/, 'the upstream would take them, the injector does not');
  t.equal((await fetch(`${endpoint}/named/k`)).status, 403, 'what is not signed goes out unsigned');
});

test('armed for an account, S3 itself is asked whose bucket it is', async (t) => {
  const { client, events } = await setUp(t, { buckets: null, account: user.account });
  await client.send(new PutObjectCommand({ Bucket: 'other', Key: 'k', Body: 'x' }));
  t.match(
    await failure(client.send(new PutObjectCommand({ Bucket: 'missing', Key: 'k', Body: 'x' }))),
    /^403 AccessDenied: Gameday is armed for account 111122223333, and S3 does not say that bucket missing is its own/,
  );
  const foreign = await setUp(t, { buckets: null, account: '999988887777' });
  t.match(await failure(foreign.client.send(new HeadObjectCommand({ Bucket: 'named', Key: 'k' }))), /^403 /);
  t.match(
    events.map(({ refused }) => refused),
    [null, /account/],
  );
});

test('an S3 that is not on this machine is refused unless the injector is armed', async (t) => {
  const keys = (): Promise<typeof app> => Promise.resolve(app);
  for (const upstream of ['https://s3.us-east-1.amazonaws.com', 'http://10.1.2.3:9000', 'http://127.0.0.1.example']) {
    const regions = [{ region: 'us-east-1', upstream }];
    await t.rejects(startInjector({ regions, seed: 's' }), { message: /is not on this machine; arm the injector/ });
    const nothing = { buckets: null, account: null, keys };
    await t.rejects(startInjector({ regions: [{ region: 'us-east-1', upstream, arm: nothing }], seed: 's' }), {
      message: /is not on this machine/,
    });
    const arm = { buckets: ['named'], account: null, keys };
    const injector = await startInjector({ regions: [{ region: 'us-east-1', upstream, arm }], seed: 's' });
    await injector.stop();
  }
});
