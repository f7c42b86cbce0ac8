import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { test } from 'tap';
import { Sha256 } from '../src/plane/resign.ts';
import { ChunkSigner } from '../src/store/auth/chunk-signer.ts';
import { signingKey } from '../src/store/auth/signing-key.ts';
import { app, setUp } from './armed-kit.ts';

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
