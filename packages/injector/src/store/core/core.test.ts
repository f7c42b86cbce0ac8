import * as fc from 'fast-check';
import { test } from 'tap';
import { crc32 } from 'node:zlib';
import { createHasher } from '../../store/hashing/hasher.ts';
import { readAddress } from './address.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { isBucketName } from './bucket-name.ts';
import { readRange } from './byte-range.ts';
import { httpTime, isoTime, parseHttpTime, parseIsoTime } from './calendar.ts';
import { canonicalQuery } from './canonical-request.ts';
import { combineCrc, polynomials } from './crc-combine.ts';
import { routeRequest } from './operation.ts';
import { parseQuery } from './query.ts';
import { compareUtf8, prefixEnd } from './utf8-order.ts';
import { childRawText, parseXml } from './xml-read.ts';
import { element } from './xml-write.ts';

fc.configureGlobal({ seed: 20_170_228 });

const route = (method: string, level: 'service' | 'bucket' | 'object', query: string, copy = false): string => {
  const routing = routeRequest(method, level, parseQuery(query) ?? new Map(), copy);
  return routing.kind === 'operation' ? routing.operation : routing.kind;
};

test('routing: flags select, unknown flags never fall through', async (t) => {
  t.equal(route('GET', 'service', ''), 'ListBuckets');
  t.equal(route('GET', 'bucket', 'list-type=2&prefix=a'), 'ListObjectsV2');
  t.equal(route('GET', 'bucket', 'prefix=a&delimiter=/'), 'ListObjects');
  t.equal(route('PUT', 'object', 'partNumber=1&uploadId=x'), 'UploadPart');
  t.equal(route('PUT', 'object', 'partNumber=1&uploadId=x', true), 'UploadPartCopy');
  t.equal(route('PUT', 'object', '', true), 'CopyObject');
  t.equal(route('GET', 'object', 'cache-buster=1'), 'GetObject', 'other parameters are ignored');
  t.equal(route('PUT', 'bucket', 'website'), 'not-implemented');
  t.equal(route('GET', 'object', 'torrent'), 'not-implemented');
  t.equal(route('POST', 'object', 'restore'), 'not-implemented');
  t.equal(route('POST', 'object', ''), 'method-not-allowed');
});

const bucketAndKey = (host: string, path: string): readonly unknown[] => {
  const address = readAddress(host, path);
  return [address?.level, address?.bucket, address?.key, address?.reach];
};

test('addresses: path style and virtual-host style', async (t) => {
  t.same(bucketAndKey('127.0.0.1:9000', '/b/k/1%20%2B'), ['object', 'b', 'k/1 +', 'regional']);
  t.same(bucketAndKey('127.0.0.1:9000', '/b/'), ['bucket', 'b', '', 'regional']);
  t.same(bucketAndKey('localhost:9000', '/'), ['service', '', '', 'regional']);
  t.same(bucketAndKey('b.localhost:9000', '/k'), ['object', 'b', 'k', 'regional']);
  t.same(bucketAndKey('a.b.s3.us-east-1.amazonaws.com', '/k'), ['object', 'a.b', 'k', 'regional']);
  t.same(bucketAndKey('b.s3.dualstack.eu-west-1.amazonaws.com', '/'), ['bucket', 'b', '', 'regional']);
  t.same(bucketAndKey('b.s3.amazonaws.com', '/k'), ['object', 'b', 'k', 'global']);
  t.same(bucketAndKey('s3.us-west-2.amazonaws.com', '/b/k'), ['object', 'b', 'k', 'regional']);
  t.equal(readAddress('x', '/%E0%A4%A'), undefined);
});

const sign = (value: number): number => Math.sign(value);

test('order is that of UTF-8 bytes', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      return sign(compareUtf8(a, b)) === sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (prefix, tail) => {
      const end = prefixEnd(prefix);
      return end === undefined || compareUtf8(prefix + tail, end) < 0;
    }),
  );
  t.equal(prefixEnd('a/'), 'a0');
  t.equal(prefixEnd('\u{10FFFF}'), undefined);
});

test('dates agree with the platform', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
      const date = new Date(ms);
      const second = Math.floor(ms / 1000) * 1000;
      return (
        isoTime(ms) === new Date(second).toISOString() &&
        httpTime(ms) === date.toUTCString() &&
        parseIsoTime(date.toISOString()) === ms &&
        parseHttpTime(date.toUTCString()) === second
      );
    }),
  );
  t.equal(parseIsoTime('20170228T173700Z'), Date.parse('2017-02-28T17:37:00Z'));
  t.equal(parseHttpTime('yesterday'), undefined);
});

const decode = (text: string, cuts: readonly number[]): string => {
  let data = '';
  const seen: string[] = [];
  const decoder = new AwsChunkedDecoder({
    data: (bytes) => {
      data += Buffer.from(bytes).toString('latin1');
    },
    chunkEnd: (signature) => seen.push(signature ?? '-'),
    trailer: (name, value) => seen.push(`${name}=${value}`),
  });
  const places = [...new Set(cuts.map((cut) => cut % text.length))].toSorted((a, b) => a - b);
  for (const [index, at] of [0, ...places].entries()) {
    decoder.push(Buffer.from(text.slice(at, places[index] ?? text.length), 'latin1'));
  }
  decoder.end();
  return `${data} ${seen.join()}`;
};

test('aws-chunked: any cut of the stream decodes the same', async (t) => {
  const body =
    '5\r\nhello\r\nc;chunk-signature=' +
    'a'.repeat(64) +
    '\r\n wide\r\nworld\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
  const whole = decode(body, []);
  t.equal(whole, `hello wide\r\nworld -,${'a'.repeat(64)},-,x-amz-checksum-crc32=NhCmhg==`);
  fc.assert(fc.property(fc.array(fc.nat(body.length)), (cuts) => decode(body, cuts) === whole));
  t.throws(() => decode('5\r\nhel', []), { code: 'IncompleteBody' });
  t.throws(() => decode('zz\r\n', []), { code: 'IncompleteBody' });
});

const digest = async (algorithm: 'CRC32C' | 'CRC64NVME' | 'CRC32', bytes: Buffer): Promise<bigint> => {
  const hasher = await createHasher(algorithm);
  hasher.update(bytes);
  return BigInt(`0x${hasher.digest().toString('hex')}`);
};

test('checksums: known values, and CRCs of parts make the CRC of the whole', async (t) => {
  const check = Buffer.from('123456789');
  t.equal(await digest('CRC64NVME', check), 0xae8b14860a799888n);
  t.equal(await digest('CRC32C', check), 0xe3069283n);
  t.equal(await digest('CRC32', check), BigInt(crc32(check)));
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('CRC32', 'CRC32C', 'CRC64NVME'),
      async (a, b, algorithm) => {
        const whole = await digest(algorithm, Buffer.concat([a, b]));
        const parts = [await digest(algorithm, Buffer.from(a)), await digest(algorithm, Buffer.from(b))] as const;
        return combineCrc(algorithm, parts[0], parts[1], b.length) === whole;
      },
    ),
  );
});

/** Bit by bit, as CRCs are defined. */
function definedCrc(polynomial: bigint, width: number, bytes: Uint8Array): bigint {
  const ones = (1n << BigInt(width)) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ones;
}

test('checksums: CRCs of any length, however the bytes come, several at a time', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * index * 31 + index) & 0xff));
  for (const algorithm of ['CRC32C', 'CRC64NVME'] as const) {
    const { polynomial, width } = polynomials[algorithm];
    const hexOf = (length: number): string =>
      definedCrc(polynomial, width, bytes.subarray(0, length))
        .toString(16)
        .padStart(width / 4, '0');
    for (let length = 0; length <= 140; length += 1) {
      const [whole, cut] = [await createHasher(algorithm), await createHasher(algorithm)];
      whole.update(bytes.subarray(0, length));
      cut.update(bytes.subarray(0, length >> 1));
      const early = cut.digest().toString('hex');
      t.equal(whole.digest().toString('hex'), hexOf(length), `${algorithm} of ${length} bytes`);
      t.equal(early, hexOf(length >> 1));
    }
    const hasher = await createHasher(algorithm);
    for (const [from, to] of [
      [0, 1],
      [1, 70],
      [70, 16_384],
      [16_384, 40_000],
    ] as const) {
      hasher.update(bytes.subarray(from, to));
    }
    t.equal(hasher.digest().toString('hex'), hexOf(40_000), `${algorithm} of more than one reading`);
  }
});

test('small readers', async (t) => {
  t.same(readRange('bytes=0-0', 10), { kind: 'part', range: { start: 0, end: 0 } });
  t.same(readRange('bytes=5-2', 10), { kind: 'whole' }, 'a backward range is no range');
  t.same(readRange('bytes=-0', 10), { kind: 'unsatisfiable' });
  t.same(readRange('bytes=0-', 0), { kind: 'unsatisfiable' });
  t.equal(canonicalQuery('b=2&a=%7e&a=1&X-Amz-Signature=s&flag'), 'a=1&a=~&b=2&flag=');
  for (const good of ['abc', 'a.b-c9', '9'.repeat(63)]) t.ok(isBucketName(good), good);
  for (const bad of ['ab', 'Abc', 'a..b', '-ab', '1.2.3.4', 'xn--a', 'a_b', '9'.repeat(64)])
    t.notOk(isBucketName(bad), bad);
  const parsed = parseXml('<a:T xmlns:a="x"><Key>&#34; &lt;&amp;&#x41; </Key><N>007</N></a:T>', 'T');
  t.equal(childRawText(parsed, 'Key'), '" <&A ');
  t.equal(childRawText(parsed, 'N'), '007');
  t.throws(() => parseXml('<T><Key></T>', 'T'), { code: 'MalformedXML' });
  t.equal(element('Key', 'a\u0001<&>"\r'), '<Key>a&#x1;&lt;&amp;&gt;&quot;&#xd;</Key>');
});
