import { equal } from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { test, type Test } from 'tap';
import { converse } from '../../../test/fuzz/exchange.ts';
import { bytesOf, fuzzedRequest } from '../../../test/fuzz/requests.ts';
import { NOW, signedHead } from '../../../test/signed-head.ts';
import { endpointOf, exchangeRaw, paths, startTestStore } from '../../../test/store-kit.ts';

const seed = 20_170_228;

/** Random bytes that are the same in every store that is given a source of its own. */
function repeatedBytes(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    count += 1;
    const digest = createHash('sha512').update(String(count)).digest();
    return Uint8Array.from({ length }, (_, index) => digest[index % digest.length] ?? 0);
  };
}

/** Two stores that are told the same, one by each path: they answer byte for byte the same, request ids and all. */
async function startTwins(t: Test): Promise<(pieces: readonly Buffer[]) => Promise<string>> {
  const ports: number[] = [];
  for (const _ of paths) {
    const store = await startTestStore({ now: () => NOW, random: repeatedBytes(), regions: ['us-east-1'] });
    t.teardown(() => store.stop());
    ports.push(Number(new URL(endpointOf(store)).port));
  }
  return async (pieces) => {
    const [fast = '', nodes = ''] = await Promise.all(
      paths.map(({ lead }, index) => {
        const [first = Buffer.alloc(0), ...rest] = pieces;
        return converse(ports[index] ?? 0, [Buffer.concat([Buffer.from(lead), first]), ...rest]);
      }),
    );
    equal(fast, nodes);
    return fast;
  };
}

/** Counts the requests that node:http has read in this process. */
function countNodes(t: Test): () => number {
  let count = 0;
  const onStart = (): void => void (count += 1);
  subscribe('http.server.request.start', onStart);
  t.teardown(() => unsubscribe('http.server.request.start', onStart));
  return () => count;
}

const signed = (method: string, target: string, extra: Readonly<Record<string, string>> = {}, body = ''): Buffer => {
  const length: Record<string, string> =
    body === '' && method !== 'PUT' ? {} : { 'content-length': String(body.length) };
  return Buffer.from(signedHead(method, target, { ...extra, ...length }).head + body, 'latin1');
};
const last = { connection: 'close' };
/** Chunks of HTTP around those of S3: nothing for the fast path. */
const inChunks = {
  'transfer-encoding': 'chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
};

test('both paths answer the same, byte for byte', async (t) => {
  const askTwins = await startTwins(t);
  const nodes = countNodes(t);
  const md5 = createHash('md5').update('x').digest('base64');
  const cases: readonly (readonly [what: string, status: number, request: Buffer])[] = [
    ['a bucket', 200, signed('PUT', '/twins', last)],
    ['a listing of buckets', 200, signed('GET', '/', last)],
    ['an object', 200, signed('PUT', '/twins/k', { ...last, 'x-amz-meta-a': 'b' }, 'body')],
    ['an object in one piece of 60 kB', 200, signed('PUT', '/twins/large', last, 'y'.repeat(60_000))],
    ['an empty object', 200, signed('PUT', '/twins/empty', last)],
    ['a wrong digest', 400, signed('PUT', '/twins/bad', { ...last, 'content-md5': md5 }, 'y')],
    ['no bucket', 404, signed('PUT', '/nowhere/k', last, 'body')],
    ['reading', 200, signed('GET', '/twins/k', last)],
    ['reading more', 200, signed('GET', '/twins/large', last)],
    ['reading nothing', 200, signed('GET', '/twins/empty', last)],
    ['reading with a body', 200, signed('GET', '/twins/k', last, 'why')],
    ['a range', 206, signed('GET', '/twins/k', { ...last, range: 'bytes=1-2' })],
    ['a header that would end its line', 400, signed('GET', '/twins/k?response-expires=a%0D%0Ab', last)],
    ['no range', 416, signed('GET', '/twins/k', { ...last, range: 'bytes=9-' })],
    ['HEAD', 200, signed('HEAD', '/twins/k', last)],
    ['HEAD of nothing', 404, signed('HEAD', '/twins/no', last)],
    ['not modified', 304, signed('GET', '/twins/k', { ...last, 'if-none-match': '*' })],
    ['a failed condition', 412, signed('PUT', '/twins/k', { ...last, 'if-none-match': '*' }, 'body')],
    ['a listing', 200, signed('GET', '/twins?list-type=2', last).subarray(0)],
    ['an upload', 200, signed('POST', '/twins/m?uploads=', last)],
    ['deleting', 204, signed('DELETE', '/twins/k', last)],
    ['what is not there', 501, signed('GET', '/twins?inventory=', last)],
    ['another method', 405, signed('PATCH', '/twins/k', last)],
    [
      'a preflight',
      403,
      signed('OPTIONS', '/twins/k', { ...last, origin: 'http://a', 'access-control-request-method': 'PUT' }),
    ],
    ['an origin', 200, signed('GET', '/twins/large', { ...last, origin: 'http://a' })],
    ['a stranger', 403, Buffer.from('GET /twins/large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')],
    ['a bad escape', 400, signed('GET', '/twins/%E0%A4%A', last)],
    ['a name twice', 200, signed('GET', '/twins/large', { ...last, accept: 'a\r\naccept: b' })],
    ['a form', 412, signed('POST', '/twins', last, 'field=value')],
    ['a document', 400, signed('POST', '/twins?delete=', last, '<Delete><Quiet/>')],
  ];
  for (const [what, status, request] of cases) {
    t.match(await askTwins([request]), new RegExp(`^HTTP/1.1 ${status} `), what);
  }
  // Names that occur twice go to node:http by either path.
  t.equal(nodes(), cases.length + 1, 'the fast path read all others');
  const many = ['/twins/large', '/twins/empty', '/twins/no', '/'].map((target) => signed('GET', target));
  const answers = await askTwins([Buffer.concat([...many, signed('HEAD', '/twins', last)])]);
  t.equal(answers.match(/HTTP\/1.1 \d/g)?.length, 5, 'one connection, many requests');
  t.equal(answers.match(/^Connection: keep-alive\r\nKeep-Alive: timeout=90\r\n/gm)?.length, 4);
});

test('whatever is sent, both paths answer the same', async (t) => {
  const askTwins = await startTwins(t);
  const open = { ...last, 'x-amz-acl': 'public-read-write', 'x-amz-object-ownership': 'ObjectWriter' };
  t.match(await askTwins([signed('PUT', '/bucket', open)]), /^HTTP\/1.1 200 /);
  let succeeded = 0;
  await fc.assert(
    fc.asyncProperty(fuzzedRequest, fc.boolean(), async (drawn, inBucket) => {
      const target = inBucket ? `/bucket${drawn.target}` : drawn.target;
      const whole = Buffer.concat(bytesOf({ ...drawn, target }));
      // More than one read of the socket would make it a matter of luck how much of a body had come when it was refused.
      if (whole.length > 16_000) return;
      if (/^HTTP\/1.1 2/.test(await askTwins([whole]))) succeeded += 1;
    }),
    { seed, numRuns: 400 },
  );
  t.ok(succeeded > 5, `${succeeded} were done`);
});

test('the fast path: one after the other, in pieces, and over to node:http', async (t) => {
  const store = await startTestStore({ now: () => NOW });
  t.teardown(() => store.stop());
  const endpoint = endpointOf(store);
  const port = Number(new URL(endpoint).port);
  const nodes = countNodes(t);
  const large = 'z'.repeat(700_000);
  const answers = await converse(port, [
    Buffer.concat([
      signed('PUT', '/fast'),
      signed('PUT', '/fast/k', {}, 'first'),
      signed('GET', '/fast/k'),
      signed('PUT', '/fast/large', {}, large),
      signed('GET', '/fast/large'),
      signed('DELETE', '/fast/k'),
      signed('GET', '/fast/k', last),
      signed('DELETE', '/fast/large'),
    ]),
  ]);
  const statuses = answers
    .match(/^HTTP\/1.1 \d+|HTTP\/1.1 \d+ [A-Z][^<>]*?(?=\r\n)/gm)
    ?.map((line) => line.slice(9, 12));
  t.same(statuses, ['200', '200', '200', '200', '200', '204', '404'], 'in order; nothing after the last');
  t.ok(answers.includes('\r\n\r\nfirst'));
  t.ok(answers.includes(`\r\n\r\n${large}`));

  const body = signed('PUT', '/fast/pieces', last, large);
  const at = [0, 1200, 1300, 200_000, 400_001, body.length];
  const pieces = at.slice(1).map((end, index) => body.subarray(at[index], end));
  t.match(await converse(port, pieces), /^HTTP\/1.1 200 OK/);
  t.ok((await converse(port, [signed('GET', '/fast/pieces', last)])).endsWith(`\r\n\r\n${large}`));
  t.equal(nodes(), 0, 'all that was ordinary');

  const chunked = signedHead('PUT', '/fast/chunked', inChunks).head;
  const mixed = [signed('GET', '/fast/pieces'), Buffer.from(`${chunked}f\r\n5\r\nhello\r\n0\r\n\r\n\r\n0\r\n\r\n`)];
  const both = await exchangeRaw(endpoint, [Buffer.concat(mixed), signed('GET', '/fast/nothing', last)]);
  t.match(both, /^HTTP\/1.1 200 [^]*z{9}HTTP\/1.1 200 OK\r\n[^]*HTTP\/1.1 404 /);
  t.equal(nodes(), 2, 'the others on that connection');
  t.match(await exchangeRaw(endpoint, 'no HTTP at all\r\n\r\n'), /^HTTP\/1.1 400 /);
});

test('the fast path: clients that stop sending, do not read, or go away', async (t) => {
  const store = await startTestStore({ now: () => NOW });
  t.teardown(() => store.stop());
  const endpoint = endpointOf(store);
  const port = Number(new URL(endpoint).port);
  const size = 200_000;
  await converse(port, [Buffer.concat([signed('PUT', '/slow'), signed('PUT', '/slow/k', last, 'x'.repeat(size))])]);

  // A refused body is taken in for a while, so that the answer arrives.
  const forged = signed('PUT', '/slow/no', {}, 'x'.repeat(3_000_000))
    .toString('latin1')
    .replace(/Signature=..../, 'Signature=0000');
  const refused = await exchangeRaw(endpoint, [Buffer.from(forged, 'latin1')]);
  t.match(refused, /^HTTP\/1.1 403 [^]*\r\nConnection: close\r\n[^]*<\/Error>$/);

  // The end of the requests is not the end of the answers.
  const halfClosed = (...requests: readonly Buffer[]): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
      socket.on('close', () => resolve(text)).on('error', reject);
      socket.on('end', () => socket.end());
      socket.end(Buffer.concat(requests));
    });
  const both = await halfClosed(signed('PUT', '/slow/half', {}, 'half'), signed('GET', '/slow/half'));
  t.match(both, /^HTTP\/1.1 200 [^]*HTTP\/1.1 200 [^]*\r\n\r\nhalf$/);
  t.match(await halfClosed(signed('GET', '/slow/half')), /\r\n\r\nhalf$/);

  const chunked = signedHead('PUT', '/slow/chunked', inChunks).head;
  const odd = await halfClosed(signed('PUT', '/slow/half', {}, 'half'), Buffer.from(`${chunked}0\r\n\r\n`));
  t.match(odd, /^HTTP\/1.1 200 /, 'what node:http has to do is put back before the end is read');

  // Whoever does not read gets no further answers until they do.
  const COUNT = 100;
  const unread = await new Promise<number>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }).on('error', reject);
    let bytes = 0;
    socket.pause();
    const requests = Array.from({ length: COUNT - 1 }, () => signed('GET', '/slow/k'));
    socket.write(Buffer.concat([...requests, signed('GET', '/slow/k', last)]), () => socket.resume());
    socket.on('data', (piece: Buffer) => (bytes += piece.length)).on('close', () => resolve(bytes));
  });
  t.ok(unread > COUNT * size, 'all of them in the end');

  await new Promise<void>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(signed('PUT', '/slow/gone', {}, 'x'.repeat(2_000_000)).subarray(0, 1_000_000), () => socket.destroy());
    socket.on('close', () => resolve());
  });
  t.match(await converse(port, [signed('HEAD', '/slow/gone', last)]), /^HTTP\/1.1 404 /, 'half a body is no object');
});

test('the fast path: uploads in pieces, at the same time, each keep their own bytes', async (t) => {
  const store = await startTestStore({ now: () => NOW });
  t.teardown(() => store.stop());
  const endpoint = endpointOf(store);
  const nodes = countNodes(t);
  const slow = 'z'.repeat(400_000);
  await exchangeRaw(endpoint, [signed('PUT', '/many'), signed('PUT', '/many/slow', last, slow)]);
  // In memory, in a file, in blocks that other threads hash; framed, so that they are not read straight into those.
  const sizes = [900, 50_000, 70_000, 400_000, 2_500_000];
  const bodyOf = (client: number, size: number): string => {
    const line = createHash('sha512').update(`${client} ${size}`).digest('hex');
    return line.repeat(Math.ceil(size / line.length)).slice(0, size);
  };
  const framed = (target: string, body: string): Buffer =>
    signed(
      'PUT',
      target,
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': `${body.length}`,
      },
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
  const upload = async (client: number): Promise<void> => {
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
    let answers = '';
    socket.setEncoding('latin1').on('data', (text: string) => (answers += text));
    const pieceBytes = 1_200 + 31_007 * client;
    // What comes behind a GET that takes a while has to wait.
    let pending: Buffer = signed('GET', '/many/slow');
    const send = async (bytes: Buffer): Promise<void> => {
      socket.write(bytes);
      await setImmediate();
    };
    for (const size of sizes) {
      const [target, body] = [`/many/${client}-${size}`, bodyOf(client, size)];
      const put = client % 2 === 0 ? signed('PUT', target, {}, body) : framed(target, body);
      // Heads come whole, and with some of their body; some take the end of the body before theirs along.
      let at = put.length - body.length + Math.min(size, 100);
      await send(Buffer.concat([pending, put.subarray(0, at)]));
      for (; at + pieceBytes < put.length; at += pieceBytes) await send(put.subarray(at, at + pieceBytes));
      pending = put.subarray(at);
      if (client < 3) {
        await send(pending);
        pending = Buffer.alloc(0);
      }
    }
    socket.write(Buffer.concat([pending, signed('GET', '/many/none', last)]));
    await once(socket, 'close');
    t.equal(answers.match(/HTTP\/1.1 200 OK/g)?.length, 1 + sizes.length, `client ${client}`);
  };
  const clients = [0, 1, 2, 3, 4, 5];
  await Promise.all(clients.map(upload));
  t.equal(nodes(), 0, 'all on the fast path');
  for (const client of clients) {
    for (const size of sizes) {
      const got = await exchangeRaw(endpoint, [signed('GET', `/many/${client}-${size}`, last)]);
      t.ok(got.endsWith(`\r\n\r\n${bodyOf(client, size)}`), `what client ${client} put of ${size} bytes`);
    }
  }
});
