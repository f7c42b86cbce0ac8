import * as sdk from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { test } from 'tap';
import { recognise, type IncomingRequest } from './recognise.ts';
import { hostAddress, objectAddress, signedRegion, splitTarget } from './s3-address.ts';
import { withoutKeys } from './listing.ts';
import { answerIds, errorAnswer, errorCodes, s3Error, type ErrorContext } from './s3-error.ts';
import { operationNames, operationOf } from './s3-operation.ts';
import type { RawHeaders } from './headers.ts';

fc.configureGlobal({ seed: 20_170_228 });

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: RawHeaders;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What the SDK would put on the wire for a command, as captured by a request handler that never sends. */
async function sentBy(Command: new (input: object) => object, input: object): Promise<Sent> {
  let sent: Sent | undefined;
  const client = new sdk.S3Client({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: unknown) => {
        await Promise.resolve();
        if (!isRecord(request) || !isRecord(request['query']) || !isRecord(request['headers']))
          throw new Error('shape');
        const query = Object.entries(request['query']).map(
          ([name, value]) => `${name}=${typeof value === 'string' ? value : ''}`,
        );
        sent = {
          method: String(request['method']),
          path: String(request['path']),
          query: query.join('&').replaceAll(/=(?=&|$)/g, ''),
          headers: Object.entries(request['headers']).flatMap(([name, value]) => [name, String(value)]),
        };
        throw new Error('captured');
      },
    },
  });
  const send: unknown = Reflect.get(client, 'send');
  if (typeof send !== 'function') throw new Error('no send');
  await Promise.resolve(Reflect.apply(send, client, [new Command(input)])).catch((error: unknown) => {
    if (sent === undefined) throw error;
  });
  if (sent === undefined) throw new Error('nothing was sent');
  return sent;
}

/** A value for every required member of an operation's input, by the SDK's schema. */
function inputFor(name: string): object {
  const schema: unknown = Reflect.get(sdk, `${name}$`);
  const inputOf: unknown = Array.isArray(schema) ? schema[4] : undefined;
  const input: unknown = typeof inputOf === 'function' ? inputOf() : undefined;
  if (!Array.isArray(input)) throw new Error(`no schema for ${name}`);
  const names: unknown[] = Array.isArray(input[4]) ? input[4] : [];
  const schemas: unknown[] = Array.isArray(input[5]) ? input[5] : [];
  const entries = names.slice(0, Number(input[6] ?? 0)).map((member, index) => {
    const type: unknown = schemas[index];
    const base: unknown = Array.isArray(type) ? type[0] : type;
    if (base === 1) return [member, 1];
    const named: unknown = typeof base === 'function' ? base() : undefined;
    if (Array.isArray(named) && named[0] === 0) return [member, 'text']; // a simple type with a name: a stream, a secret
    return [member, typeof base === 'function' || (Array.isArray(base) && typeof base !== 'string') ? {} : 'value'];
  });
  return Object.fromEntries([...entries, ...(names.includes('Bucket') ? [['Bucket', 'bucket']] : [])]);
}

const isCommand = (value: unknown): value is new (input: object) => object => typeof value === 'function';

const place = (path: string): 'service' | 'bucket' | 'object' => {
  const { bucket, key } = objectAddress(path, null);
  return bucket === null ? 'service' : key === null ? 'bucket' : 'object';
};

test('every operation of the SDK is recognised, with and without its x-id', async (t) => {
  t.equal(operationNames.length, 112);
  // They live on hosts of their own, which path style does not have.
  const elsewhere = new Set(['WriteGetObjectResponse', 'ListDirectoryBuckets', 'CreateSession']);
  for (const name of operationNames) {
    if (elsewhere.has(name)) continue;
    const Command: unknown = Reflect.get(sdk, `${name}Command`);
    if (!isCommand(Command)) throw new Error(`no command ${name}`);
    const { method, path, query, headers } = await sentBy(Command, inputFor(name));
    t.equal(operationOf(method, place(path), query, headers).name, name, `${method} ${path}?${query}`);
    const bare = query.split('&').filter((part) => !part.startsWith('x-id='));
    t.equal(operationOf(method, place(path), bare.join('&'), headers).name, name, `${name} as other SDKs send it`);
  }
});

const classOf = (method: string, level: 'service' | 'bucket' | 'object', query: string): string =>
  operationOf(method, level, query, []).class;

test('operations have the class of what they do to the data', (t) => {
  t.equal(classOf('GET', 'bucket', 'list-type=2&prefix=a'), 'read');
  t.equal(classOf('HEAD', 'object', ''), 'read');
  t.equal(classOf('POST', 'bucket', 'delete'), 'delete');
  t.equal(classOf('POST', 'object', 'uploads'), 'write');
  t.equal(classOf('DELETE', 'object', 'uploadId=1'), 'write', 'aborting an upload belongs to multipart');
  t.same(operationOf('OPTIONS', 'object', '', []), { name: 'Unknown', class: 'read' });
  t.same(operationOf('POST', 'bucket', '', []), { name: 'Unknown', class: 'write' }, 'a form upload from a browser');
  t.equal(
    operationOf('PUT', 'object', 'x-id=GetObject', []).name,
    'PutObject',
    'an x-id that cannot be is not believed',
  );
  t.end();
});

const amazon = (region: string | null, bucket: string | null): object => ({ region, bucket, amazon: true });

const local = (region: string | null, bucket: string | null): object => ({ region, bucket, amazon: false });

test('hosts name regions and buckets', (t) => {
  const cases: readonly (readonly [string, object])[] = [
    ['photos.s3.us-west-2.amazonaws.com', amazon('us-west-2', 'photos')],
    ['photos.with.dots.s3.us-west-2.amazonaws.com:443', amazon('us-west-2', 'photos.with.dots')],
    ['s3.eu-west-1.amazonaws.com', amazon('eu-west-1', null)],
    ['photos.s3.dualstack.eu-west-1.amazonaws.com', amazon('eu-west-1', 'photos')],
    ['photos.s3-fips.us-gov-west-1.amazonaws.com', amazon('us-gov-west-1', 'photos')],
    ['s3-us-west-2.amazonaws.com', amazon('us-west-2', null)],
    ['photos.s3.cn-north-1.amazonaws.com.cn', amazon('cn-north-1', 'photos')],
    ['photos.s3.amazonaws.com', amazon('us-east-1', 'photos')],
    ['S3.amazonaws.com', amazon('us-east-1', null)],
    ['s3-external-1.amazonaws.com', amazon('us-east-1', null)],
    ['photos.s3-accelerate.amazonaws.com', amazon(null, 'photos')],
    ['ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com', amazon('us-east-1', 'ap-123456789012')],
    ['b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com', amazon('us-east-1', 'b--use1-az4--x-s3')],
    ['127.0.0.1:9000', local(null, null)],
    ['localhost:9000', local(null, null)],
    ['photos.localhost:9000', local(null, 'photos')],
    ['photos.s3.us-east-1.localhost', local('us-east-1', 'photos')],
    ['s3.us-east-1.localhost', local('us-east-1', null)],
    ['example.com', local(null, null)],
    ['evil-s3.us-east-1.amazonaws.com.example.com', local(null, null)],
  ];
  for (const [host, expected] of cases) t.same(hostAddress(host), expected, host);
  t.end();
});

test('paths name buckets and keys', (t) => {
  t.same(objectAddress('/', null), { bucket: null, key: null });
  t.same(objectAddress('/b', null), { bucket: 'b', key: null });
  t.same(objectAddress('/b/', null), { bucket: 'b', key: null });
  t.same(objectAddress('/b/a/../c%20d', null), { bucket: 'b', key: 'a/../c d' }, 'dot segments stay');
  t.same(objectAddress('/b//k', null), { bucket: 'b', key: '/k' });
  t.same(objectAddress('/k/l', 'b'), { bucket: 'b', key: 'k/l' });
  t.same(objectAddress('/', 'b'), { bucket: 'b', key: null });
  t.same(objectAddress('/b/%ff', null), { bucket: 'b', key: '%ff' }, 'what is not UTF-8 stays as sent');
  t.same(splitTarget('http://photos.s3.amazonaws.com/k?a=b'), { path: '/k', query: 'a=b' });
  t.same(splitTarget('http://photos.s3.amazonaws.com'), { path: '/', query: '' });
  t.end();
});

test('any key comes back from the path an SDK would send', (t) => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
      const sent = key.split('/').map(encodeURIComponent).join('/');
      return objectAddress(`/bucket/${sent}`, null).key === key && objectAddress(`/${sent}`, 'bucket').key === key;
    }),
  );
  t.end();
});

test('the region a request is signed for', (t) => {
  const header = 'AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0';
  t.equal(signedRegion(header, ''), 'eu-west-1');
  t.equal(signedRegion(undefined, 'X-Amz-Credential=AKID%2F20261121%2Fus-west-2%2Fs3%2Faws4_request&x=1'), 'us-west-2');
  t.equal(signedRegion('AWS AKID:sig', ''), null, 'signature version 2 names none');
  t.equal(signedRegion(undefined, ''), null);
  t.end();
});

const request = (headers: RawHeaders, target = '/photos/a%2Fb.jpg?x-id=GetObject'): IncomingRequest => ({
  id: 7,
  method: 'GET',
  target,
  headers,
  host: hostAddress('127.0.0.1:9000'),
  region: 'us-east-1',
});

test('a request becomes an exchange', (t) => {
  const signed = 'AWS4-HMAC-SHA256 Credential=AKID/20261121/us-west-2/s3/aws4_request, Signature=0';
  const fromSdk = ['Host', '127.0.0.1:9000', 'amz-sdk-invocation-id', 'i-1', 'amz-sdk-request', 'attempt=2; max=3'];
  t.same(recognise(request([...fromSdk, 'Authorization', signed])), {
    id: 7,
    region: 'us-east-1',
    operation: 'GetObject',
    class: 'read',
    method: 'GET',
    bucket: 'photos',
    key: 'a/b.jpg',
    invocation: 'i-1',
    attempt: 2,
    attemptsMax: 3,
    signedFor: 'us-west-2',
  });
  const plain = recognise(request(['Host', 'h']));
  t.match(plain, { invocation: /^[\da-f]{16}$/, attempt: 1, attemptsMax: null });
  t.notOk(plain !== null && 'signedFor' in plain);
  t.equal(recognise(request(['Host', 'h']))?.invocation, plain?.invocation, 'the same request, the same invocation');
  t.not(recognise(request(['Host', 'h'], '/photos/b'))?.invocation, plain?.invocation);
  t.equal(
    recognise({ ...request(['Authorization', signed]), region: null })?.region,
    'us-west-2',
    'the signature tells',
  );
  t.equal(recognise({ ...request([]), region: null }), null, 'nothing tells');
  t.end();
});

const context: ErrorContext = {
  method: 'GET',
  bucket: 'photos',
  key: 'a&b',
  requestId: '5WYFY5P28HFWHTHX',
  hostId: 'id2=',
  date: 'Tue, 28 Feb 2017 17:37:00 GMT',
};

test('errors are as S3 sends them', (t) => {
  const slowDown = s3Error('SlowDown');
  if (slowDown === undefined) throw new Error('no SlowDown');
  t.same(errorAnswer(slowDown, context), {
    status: 503,
    reason: 'Slow Down',
    headers: [
      ['x-amz-request-id', '5WYFY5P28HFWHTHX'],
      ['x-amz-id-2', 'id2='],
      ['Content-Type', 'application/xml'],
      ['Transfer-Encoding', 'chunked'],
      ['Date', 'Tue, 28 Feb 2017 17:37:00 GMT'],
      ['Connection', 'close'],
      ['Server', 'AmazonS3'],
    ].flat(),
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.' +
      '</Message><RequestId>5WYFY5P28HFWHTHX</RequestId><HostId>id2=</HostId></Error>',
  });
  const noSuchKey = s3Error('NoSuchKey');
  if (noSuchKey === undefined) throw new Error('no NoSuchKey');
  const missing = errorAnswer(noSuchKey, context);
  t.match(missing.body, '<Message>The specified key does not exist.</Message><Key>a&amp;b</Key><RequestId>');
  t.notOk(missing.headers.includes('close'), 'a client error keeps the connection');
  t.equal(errorAnswer(slowDown, { ...context, method: 'HEAD' }).body, '');
  t.equal(s3Error('Nonsense'), undefined);
  const moved = s3Error('TemporaryRedirect');
  if (moved === undefined) throw new Error('no TemporaryRedirect');
  const redirect = { toRegion: 'eu-west-1', target: '/a\u007F\u00E9?x' };
  const { headers } = errorAnswer(moved, { ...context, bucket: '\r\n\u2603', redirect });
  t.equal(
    headers[headers.indexOf('Location') + 1],
    'https://%0D%0A%E2%98%83.s3.eu-west-1.amazonaws.com/a%7F%E9?x',
    'whatever a request holds, its answer can be written',
  );
  t.end();
});

test('the catalogue is whole and its retryable codes are the SDKs’', (t) => {
  t.equal(errorCodes.length, 78);
  const retryable = errorCodes.filter((code) => s3Error(code)?.retryable);
  t.same(retryable, ['InternalError', 'RequestTimeout', 'RequestTimeTooSkewed', 'ServiceUnavailable', 'SlowDown']);
  for (const code of errorCodes) {
    const error = s3Error(code);
    t.ok(error !== undefined && error.status >= 300 && error.status < 600 && error.message.length > 5, code);
  }
  t.end();
});

test('answer ids have the service’s shape', (t) => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true })), (stream) => {
      const drawn = [...stream.take(91)];
      const { requestId, hostId } = answerIds((index) => drawn[index] ?? 0);
      const bytes = Buffer.from(hostId, 'base64');
      return /^[\dA-Z]{16}$/.test(requestId) && bytes.length === 56 && bytes.toString('base64') === hostId;
    }),
  );
  t.end();
});

test('a listing may refer to characters that there are not', (t) => {
  const entry = (key: string): string => `<Contents><Key>${key}</Key></Contents>`;
  const odd = 'a&#x110000;&#99999999999;&#ff;&#x;';
  const seen: string[] = [];
  const hidden = (key: string): boolean => seen.push(key) > 0 && key === 'b&';
  t.equal(withoutKeys(entry(odd) + entry('b&#38;') + entry('c&#x26;'), hidden), entry(odd) + entry('c&#x26;'));
  t.same(seen, [odd, 'b&', 'c&']);
  t.end();
});
