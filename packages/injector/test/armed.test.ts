import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import {
  CopyObjectCommand,
  CreateBucketCommand,
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
import { SignatureV4 } from '@smithy/signature-v4';
import { test, type Test } from 'tap';
import { startInjector, startStore, type Armed, type ExchangeEvent, type Injector } from '../src/index.ts';
import { Sha256 } from '../src/plane/resign.ts';
import { ChunkSigner } from '../src/store/auth/chunk-signer.ts';
import { signingKey } from '../src/store/auth/signing-key.ts';

/** The user's keys, which only the injector has, and the keys of an app, which the upstream does not know. */
const user = { accessKeyId: 'USER', secretAccessKey: 'user-secret', sessionToken: 'a token', account: '111122223333' };
const app = { accessKeyId: 'APP', secretAccessKey: 'app-secret' };
const stranger = { accessKeyId: 'STRANGER', secretAccessKey: 'stranger-secret' };

interface Setup {
  readonly injector: Injector;
  readonly events: ExchangeEvent[];
  readonly client: S3Client;
  /** Straight to the stand-in for AWS. */
  readonly direct: S3Client;
  readonly endpoint: string;
}

/** The embedded store stands in for AWS: it verifies every signature. */
async function setUp(t: Test, arm: Partial<Armed>): Promise<Setup> {
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

/** Signs and sends a body in chunks that are signed one by one, as the Java SDK does. */
async function putSigned(
  endpoint: string,
  Key: string,
  chunks: readonly Buffer[],
  { trailer = false, spoil = false, cuts = 1 } = {},
): Promise<string> {
  const host = new URL(endpoint).host;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(Buffer.concat(chunks)));
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: app,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const { headers } = await signer.sign({
    method: 'PUT',
    protocol: 'http:',
    hostname: host,
    path: `/named/${Key}`,
    query: {},
    headers: {
      host,
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
      'x-amz-decoded-content-length': String(length),
      ...(trailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {}),
    },
  });
  const [, scope = '', seed = ''] =
    /Credential=APP\/([^,]+),.*Signature=(\w+)$/.exec(headers['authorization'] ?? '') ?? [];
  const key = signingKey(app.secretAccessKey, { date: scope.slice(0, 8), region: 'us-east-1' });
  const chain = new ChunkSigner(key, headers['x-amz-date'] ?? '', scope, seed);
  const framed = [...chunks, Buffer.alloc(0)].flatMap((chunk) => {
    chain.update(chunk);
    const end = Buffer.from(chunk.length === 0 ? '' : '\r\n');
    return [Buffer.from(`${chunk.length.toString(16)};chunk-signature=${chain.signChunk()}\r\n`), chunk, end];
  });
  const sum = `x-amz-checksum-crc32:${crc.toString('base64')}`;
  const signature = chain.signTrailer(`${sum}\n`);
  framed.push(Buffer.from(trailer ? `${sum}\r\nx-amz-trailer-signature:${signature}\r\n\r\n` : '\r\n'));
  const body = Buffer.concat(framed);
  const middle = Math.floor(body.length / 2);
  if (spoil) body[middle] = (body[middle] ?? 0) ^ 1;
  const sent = request(`${endpoint}/named/${Key}`, {
    method: 'PUT',
    headers: { ...headers, 'content-length': body.length },
  });
  for (let cut = 0; cut < cuts; cut += 1) {
    sent.write(body.subarray(Math.floor((cut * body.length) / cuts), Math.floor(((cut + 1) * body.length) / cuts)));
    await setImmediate();
  }
  sent.end();
  const [answer]: unknown[] = await once(sent, 'response');
  if (!(answer instanceof IncomingMessage)) throw new Error('no answer');
  return `${answer.statusCode} ${await textOf(answer)}`;
}

test('chunks that are signed one by one are signed anew, one by one', async (t) => {
  const { endpoint, direct, events } = await setUp(t, {});
  const chunks = [65_536, 65_536, 70_001, 9].map((bytes, index) => Buffer.alloc(bytes, `${index}`));
  const whole = Buffer.concat(chunks);
  const forms = [{}, { trailer: true }, { cuts: 500 }, { trailer: true, cuts: 977 }];
  for (const [index, form] of forms.entries()) {
    t.equal(await putSigned(endpoint, `k${index}`, chunks, form), '200 ');
    const { Body } = await direct.send(new GetObjectCommand({ Bucket: 'named', Key: `k${index}` }));
    t.ok(whole.equals(await (Body?.transformToByteArray() ?? Buffer.alloc(0))), JSON.stringify(form));
  }
  t.equal(await putSigned(endpoint, 'empty', []), '200 ');
  for (const trailer of [false, true]) {
    t.match(await putSigned(endpoint, 'spoilt', chunks, { trailer, spoil: true }), /^403 .*SignatureDoesNotMatch/s);
  }
  t.match(await putSigned(endpoint, 'long', [Buffer.alloc(17 * 1_048_576)]), /^501 .*longer than 16777216 bytes/s);
  const { Contents = [] } = await direct.send(new ListObjectsV2Command({ Bucket: 'named' }));
  t.same(
    Contents.map(({ Key }) => Key),
    ['empty', 'k0', 'k1', 'k2', 'k3'],
    'what is wrong has no effect',
  );
  t.match(events.slice(-3), [{ refused: String }, { refused: String }, { refused: /longer/, applied: false }]);
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
