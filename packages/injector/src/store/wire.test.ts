import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { test } from 'tap';
import { AMZ_DATE, hmac, key, NOW, SCOPE, sha256, signedHead } from '../../test/signed-head.ts';
import { clientOf, endpointOf, exchangeRaw, paths, startTestStore } from '../../test/store-kit.ts';

function abandonUpload(endpoint: string, head: string): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on('close', () => resolve());
    socket.write(head);
    socket.write(Buffer.alloc(400_000), () => socket.destroy());
  });
}

/** Sends a request by one of the paths. */
const sender =
  (endpoint: string, lead: string) =>
  (bytes: string | readonly (string | Buffer)[], until?: (received: string) => boolean): Promise<string> =>
    exchangeRaw(endpoint, typeof bytes === 'string' ? lead + bytes : [lead, ...bytes], until);

for (const { path, lead } of paths) {
  test(`${path} path: the wire: headers, error bodies, HEAD, and what is not there`, async (t) => {
    const store = await startTestStore({ now: () => NOW });
    t.teardown(() => store.stop());
    const endpoint = endpointOf(store);
    const send = sender(endpoint, lead);
    const ask = (method: string, path: string, extra: Record<string, string> = {}): Promise<string> =>
      send(signedHead(method, path, { ...extra, connection: 'close' }).head);

    const created = await ask('PUT', '/wire/', { 'content-length': '0' });
    t.match(created, /^HTTP\/1.1 200 OK\r\n/);
    t.match(created, /\r\nlocation: \/wire\r\n/i);
    t.match(created, /\r\nx-amz-request-id: [0-9A-Z]{16}\r\n/);
    t.match(created, /\r\nx-amz-id-2: [A-Za-z0-9+/=]{76}\r\n/);
    t.match(created, /\r\nserver: AmazonS3\r\n/);
    t.match(created, /\r\nDate: /);

    const missing = await ask('GET', '/wire/a%20key%3Cx%3E');
    t.match(missing, /^HTTP\/1.1 404 Not Found\r\n/);
    const id = /x-amz-request-id: (\w+)/.exec(missing)?.[1] ?? 'none';
    t.match(missing, /content-type: application\/xml\r\n/);
    t.ok(
      missing.includes(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a key&lt;x&gt;</Key><Resource>/wire/a%20key%3Cx%3E</Resource><RequestId>${id}</RequestId><HostId>`,
      ),
    );
    t.ok(missing.endsWith('</HostId></Error>'), 'no newline at the end');
    const head = await ask('HEAD', '/wire/absent');
    t.match(head, /^HTTP\/1.1 404 Not Found\r\n/);
    t.ok(head.endsWith('\r\n\r\n'), 'HEAD has no body');
    t.match(await ask('PATCH', '/wire/k'), /405 Method Not Allowed[^]*<Code>MethodNotAllowed</);
    t.match(await ask('DELETE', '/wire/%E0%A4%A'), /400 Bad Request[^]*<Code>InvalidURI</);
    t.match(await send('GET /wire HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /403[^]*AccessDenied/);
    const virtual = await send(
      signedHead('GET', '/', { connection: 'close' }, { host: 'wire.s3.us-east-1.amazonaws.com' }).head,
    );
    t.match(virtual, /200 OK[^]*<Name>wire</, 'virtual-host style');
    const put = signedHead('PUT', '/wire/k', { connection: 'close' }).head;
    t.match(await send(put), /411 [^]*<Code>MissingContentLength</);
  });

  test(`${path} path: authentication: skew, keys, signatures`, async (t) => {
    const store = await startTestStore({ now: () => NOW });
    t.teardown(() => store.stop());
    const endpoint = endpointOf(store);
    const send = sender(endpoint, lead);
    const close = { connection: 'close' };
    t.match(await send(signedHead('GET', '/', close).head), /200 OK[^]*ListAllMyBucketsResult/);
    const skewed = signedHead('GET', '/', close, { amzDate: '20170228T180000Z' }).head;
    t.match(await send(skewed), /403 [^]*<Code>RequestTimeTooSkewed<[^]*<ServerTime>2017-02-28T17:37:00.000Z</);
    const unknown = signedHead('GET', '/', close, { accessKeyId: 'NOBODY' }).head;
    t.match(await send(unknown), /403 [^]*<Code>InvalidAccessKeyId<[^]*<AWSAccessKeyId>NOBODY</);
    const forged = signedHead('GET', '/', close).head.replace(/Signature=..../, 'Signature=0000');
    t.match(await send(forged), /403 [^]*<Code>SignatureDoesNotMatch<[^]*<StringToSign>AWS4-HMAC-SHA256\n/);
    const half = 'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 nonsense\r\nConnection: close\r\n\r\n';
    t.match(await send(half), /400 [^]*<Code>AuthorizationHeaderMalformed</);
  });

  test(`${path} path: Expect: 100-continue is answered after authorisation`, async (t) => {
    const store = await startTestStore({ now: () => NOW });
    t.teardown(() => store.stop());
    const endpoint = endpointOf(store);
    const send = sender(endpoint, lead);
    await send(signedHead('PUT', '/expecting', { 'content-length': '0', connection: 'close' }).head);
    const expecting = { expect: '100-continue', 'content-length': '5' };
    const { head } = signedHead('PUT', '/expecting/k', expecting);
    const goOn = await send(head, (received) => received.includes('\r\n\r\n'));
    t.match(goOn, /^HTTP\/1.1 100 Continue\r\n/);
    const forged = head.replace(/Signature=..../, 'Signature=0000');
    const refused = await send(forged);
    t.match(refused, /^HTTP\/1.1 403 Forbidden\r\n/, 'no 100 comes first');
    t.match(refused, /connection: close/i);
    const elsewhere = signedHead('PUT', '/no-such-bucket/k', expecting).head;
    t.match(await send(elsewhere), /^HTTP\/1.1 404 Not Found\r\n/);

    // A client that goes away in the middle of its body leaves no object.
    await abandonUpload(endpoint, signedHead('PUT', '/expecting/torn', { 'content-length': '1000000' }).head);
    const torn = signedHead('HEAD', '/expecting/torn', { connection: 'close' }).head;
    t.match(await send(torn), /^HTTP\/1.1 404 Not Found\r\n/);
  });

  test(`${path} path: aws-chunked, signed chunk by chunk`, async (t) => {
    const store = await startTestStore({ now: () => NOW });
    t.teardown(() => store.stop());
    const endpoint = endpointOf(store);
    const send = sender(endpoint, lead);
    await send(signedHead('PUT', '/chunked', { 'content-length': '0', connection: 'close' }).head);
    const chunks = ['a'.repeat(8192), 'tail', ''];

    const upload = (name: string, options: { trailer?: string; forge?: boolean; cut?: boolean }): Promise<string> => {
      const form = options.trailer === undefined ? '' : '-TRAILER';
      const { head, signature } = signedHead('PUT', `/chunked/${name}`, {
        'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${form}`,
        'x-amz-decoded-content-length': options.cut === true ? '9000' : '8196',
        ...(options.trailer !== undefined && { 'x-amz-trailer': 'x-amz-checksum-crc32c' }),
        'content-encoding': 'aws-chunked',
        'transfer-encoding': 'chunked',
        connection: 'close',
      });
      let previous = signature;
      const signNext = (algorithm: string, rest: string): string => {
        previous = hmac(key, [algorithm, AMZ_DATE, SCOPE, previous, rest].join('\n')).toString('hex');
        return previous;
      };
      let body = '';
      for (const chunk of chunks) {
        const mark = signNext('AWS4-HMAC-SHA256-PAYLOAD', `${sha256('')}\n${sha256(chunk)}`);
        const shown = options.forge === true && chunk === 'tail' ? mark.replace(/..../, '0000') : mark;
        body += `${chunk.length.toString(16)};chunk-signature=${shown}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
      }
      if (options.trailer !== undefined) {
        const line = `x-amz-checksum-crc32c:${options.trailer}\n`;
        body += `${line.trim()}\r\nx-amz-trailer-signature:${signNext('AWS4-HMAC-SHA256-TRAILER', sha256(line))}\r\n`;
      }
      body += '\r\n';
      // Pieces of an awkward size: framing and network reads do not agree.
      const pieces = body.match(/[^]{1,1000}/g) ?? [];
      const framed = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
      return send([head, ...framed, '0\r\n\r\n']);
    };

    t.match(await upload('plain', {}), /^HTTP\/1.1 200 OK/);
    const stored = await send(signedHead('GET', '/chunked/plain', { connection: 'close' }).head);
    t.ok(stored.endsWith(`\r\n\r\n${chunks.join('')}`));
    t.match(await upload('trailer', { trailer: 'Zm9vIQ==' }), /400 [^]*<Code>BadDigest</);
    t.match(await upload('forged', { forge: true }), /403 [^]*<Code>SignatureDoesNotMatch</);
    t.match(await upload('cut', { cut: true }), /400 [^]*<Code>IncompleteBody</);
    const absent = await send(signedHead('HEAD', '/chunked/forged', { connection: 'close' }).head);
    t.match(absent, /^HTTP\/1.1 404/);
  });
}

test('presigned URLs', async (t) => {
  let offsetMs = 0;
  const store = await startTestStore({ now: () => Date.now() + offsetMs });
  t.teardown(() => store.stop());
  const client = clientOf(store);
  await client.send(new CreateBucketCommand({ Bucket: 'presigned' }));
  const target = { Bucket: 'presigned', Key: 'a b/ü+?&' };
  const putUrl = await getSignedUrl(client, new PutObjectCommand({ ...target, ContentType: 'text/x' }), {
    expiresIn: 60,
  });
  t.equal((await fetch(putUrl, { method: 'PUT', body: 'by URL', headers: { 'content-type': 'text/x' } })).status, 200);
  const getUrl = await getSignedUrl(
    client,
    new GetObjectCommand({
      ...target,
      ResponseContentType: 'text/y',
      ResponseContentDisposition: 'inline; filename="a b"',
    }),
    { expiresIn: 60 },
  );
  const got = await fetch(getUrl);
  t.equal(await got.text(), 'by URL');
  t.equal(got.headers.get('content-type'), 'text/y');
  t.equal(got.headers.get('content-disposition'), 'inline; filename="a b"');
  t.equal((await fetch(getUrl, { method: 'DELETE' })).status, 403, 'another method');
  t.equal((await fetch(getUrl.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'))).status, 403, 'a longer life');
  offsetMs = 61_000;
  const expired = await (await fetch(getUrl)).text();
  t.match(expired, /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><X-Amz-Expires>60</);
  offsetMs = -16 * 60_000;
  t.match(await (await fetch(getUrl)).text(), /Request is not yet valid/);
});

test('bodies: large ones go through files and leave nothing behind', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'large';
  await client.send(new CreateBucketCommand({ Bucket }));
  const MIB = 1024 * 1024;
  const size = 100 * MIB;
  const block = Buffer.alloc(MIB, 'gameday!');
  const stream = (): Readable => Readable.from(Array.from({ length: size / MIB }, () => block));
  await client.send(new PutObjectCommand({ Bucket, Key: 'one', Body: stream(), ContentLength: size }));
  t.ok(process.memoryUsage().external < 80 * MIB, 'the body is not in memory');
  t.equal(await digestOf(client, Bucket, 'one'), digestOfBlocks(block, size / MIB));
  const upload = new Upload({ client, params: { Bucket, Key: 'parts', Body: stream() }, queueSize: 2 });
  await upload.done();
  t.equal(await digestOf(client, Bucket, 'parts'), digestOfBlocks(block, size / MIB));
  t.match((await client.send(new HeadObjectCommand({ Bucket, Key: 'parts' }))).ETag, /-20"$/);

  // A reader that has begun goes on with the version that it began.
  const begun = await client.send(new GetObjectCommand({ Bucket, Key: 'one' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'one', Body: 'other' }));
  let read = 0;
  if (begun.Body instanceof Readable) for await (const piece of begun.Body) read += Buffer.from(piece).length;
  t.equal(read, size);
});

async function digestOf(client: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const hash = createHash('sha256');
  if (Body instanceof Readable) for await (const piece of Body) hash.update(piece);
  return hash.digest('hex');
}

function digestOfBlocks(block: Buffer, count: number): string {
  const hash = createHash('sha256');
  for (let index = 0; index < count; index += 1) hash.update(block);
  return hash.digest('hex');
}
