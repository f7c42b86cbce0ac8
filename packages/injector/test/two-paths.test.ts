import { deepStrictEqual } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import tap, { test } from 'tap';
import { answersIn, type Understood } from './fuzz/answers.ts';
import { startEcho } from './fuzz/exchange.ts';
import { bytesOf, fuzzedRequest, ordinaryRequest, type FuzzedRequest } from './fuzz/requests.ts';
import { until } from './harness.ts';
import { ask, rawClient, requestText } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';
import { gist, openPath, type Path } from './two-paths-kit.ts';

/** `GAMEDAY_FUZZ=50` makes it fifty times as long, `GAMEDAY_FUZZ_SEED=7` draws others. */
const LONGER = Number(process.env['GAMEDAY_FUZZ'] ?? 1);
const seed = Number(process.env['GAMEDAY_FUZZ_SEED'] ?? 20_170_228);
tap.comment(`seed ${seed}`);
tap.setTimeout(600_000 * LONGER);

const check = <Value>(property: fc.IAsyncProperty<Value>, runs: number): Promise<void> =>
  fc.assert(property, { seed, numRuns: runs * LONGER, interruptAfterTimeLimit: 50_000 * LONGER });

interface Seen {
  readonly answers: readonly Understood[];
  readonly how: 'end' | 'reset' | 'refused';
  readonly events: readonly unknown[];
}

/** Sends batches of pieces over one connection, the next batch when all before it are answered. */
async function converse(
  path: Path,
  batches: readonly (readonly Buffer[])[],
  methods: readonly string[],
  perBatch: number,
): Promise<Seen> {
  path.events.length = 0;
  const client = rawClient(path.port);
  client.socket.setNoDelay(true);
  for (const [index, pieces] of batches.entries()) {
    await until(() => path.events.length >= index * perBatch || client.socket.destroyed);
    for (const piece of pieces) {
      if (client.socket.destroyed) break;
      client.socket.write(piece);
      await setImmediate();
    }
  }
  const { text, how } = await client.over();
  await until(() => path.registry.size === 0);
  const events = path.events.map((event) => JSON.stringify(gist(event))).toSorted();
  return { answers: answersIn(text, methods), how, events };
}

const keptAlive = (pieces: readonly Buffer[]): Buffer =>
  Buffer.from(Buffer.concat(pieces).toString('latin1').replace('Connection: close\r\n', ''), 'latin1');

function cutUp(bytes: Buffer, shares: readonly number[]): readonly Buffer[] {
  const at = [0, ...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const share = fc.noBias(fc.double({ min: 0, max: 1, noNaN: true }));

test('one request: S3 hears the same and the client the same, by the fast path and by node:http', async (t) => {
  const echo = await startEcho(t);
  const [fast, slow] = [await openPath(t, echo.url, true), await openPath(t, echo.url, false)];
  await check(
    fc.asyncProperty(fc.oneof(fuzzedRequest, ordinaryRequest), async (request) => {
      const [a, heardFast] = [await converse(fast, [bytesOf(request)], [request.method], 1), echo.heard.splice(0)];
      const [b, heardSlow] = [await converse(slow, [bytesOf(request)], [request.method], 1), echo.heard.splice(0)];
      deepStrictEqual(heardFast, heardSlow);
      deepStrictEqual(a, b);
    }),
    250,
  );
  const [read, all] = [fast.readByNode(), slow.readByNode()];
  t.ok(read < all * 0.7, `node:http read ${read} of ${all} requests`);
});

/** Requests that any server takes, so that what follows them on the connection is read. */
const sound = fc
  .oneof({ arbitrary: ordinaryRequest, weight: 4 }, fuzzedRequest)
  .filter(
    ({ host, target, headers, method }) =>
      /^[\w.:[\]-]+$/.test(host) &&
      /^[!-~]+$/.test(target) &&
      method !== 'PROPFIND' &&
      headers.every(([name]) => !/^(?:expect|proxy-connection)$/i.test(name)),
  );

test('several requests on a connection, one after the other or at once', async (t) => {
  const echo = await startEcho(t);
  const [fast, slow] = [await openPath(t, echo.url, true), await openPath(t, echo.url, false)];
  const session = fc.tuple(
    fc.array(sound, { minLength: 2, maxLength: 4 }),
    fc.boolean(),
    fc.array(share, { maxLength: 6 }),
  );
  await check(
    fc.asyncProperty(session, async ([requests, atOnce, cuts]) => {
      const bytes = requests.map((request, index) =>
        index === requests.length - 1 ? Buffer.concat(bytesOf(request)) : keptAlive(bytesOf(request)),
      );
      const batches = atOnce
        ? [cutUp(Buffer.concat(bytes), cuts)]
        : bytes.map((one, index) => cutUp(one, index > 1 ? cuts : []));
      const methods = requests.map(({ method }: FuzzedRequest) => method);
      const inTurn = (): readonly string[] =>
        echo.heard
          .splice(0)
          .map((one) => JSON.stringify(one))
          .toSorted();
      const [a, heardFast] = [await converse(fast, batches, methods, 1), inTurn()];
      const [b, heardSlow] = [await converse(slow, batches, methods, 1), inTurn()];
      deepStrictEqual(heardFast, heardSlow);
      deepStrictEqual(a, b);
      deepStrictEqual(a.answers.length, requests.length);
    }),
    80,
  );
  const [read, all] = [fast.readByNode(), slow.readByNode()];
  t.ok(read < all * 0.7, `node:http read ${read} of ${all} requests`);
});

const UPLOAD = 'the body of a write';
const field = fc.constantFrom(
  'ETag: "x"',
  'x-amz-meta-a:   b  ',
  'X-Empty:',
  'x-latin: \u00fc',
  'Connection: keep-alive',
  'Keep-Alive: timeout=5, max=100',
  'Connection: close',
  'Connection: close, x-own',
  'Connection: x-own',
  'Proxy-Connection: x',
  'Content-Type: text/plain',
  'X-Folded: a\r\n b',
);
const body = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', '\u00ff', ':', ' '), maxLength: 300 });
const framed = fc.oneof(
  body.map((text) => ({ fields: [`Content-Length: ${text.length}`], bytes: text })),
  fc
    .record({
      chunks: fc.array(
        body.filter((text) => text !== ''),
        { maxLength: 4 },
      ),
      trailer: fc.boolean(),
      coding: fc.constantFrom('chunked', 'chunked', 'chunked', 'gzip, chunked'),
    })
    .map(({ chunks, trailer, coding }) => ({
      fields: [`Transfer-Encoding: ${coding}`],
      bytes: `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n${trailer ? 'X-Sum: 1\r\n' : ''}\r\n`,
    })),
  body.map((text) => ({ fields: [], bytes: text })),
);
const answer = fc
  .record({
    version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
    status: fc.constantFrom(
      '200 OK',
      '206 Partial Content',
      '404 Not Found',
      '204 No Content',
      '304 Not Modified',
      '500 ',
    ),
    interim: fc.constantFrom('', '', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 102 Processing\r\nA: b\r\n\r\n'),
    fields: fc.uniqueArray(field, { maxLength: 5 }),
    framed,
  })
  .map(({ version, status, interim, fields, framed: { fields: framing, bytes } }) => {
    const bodiless = /^[23]04/.test(status);
    const head = [`HTTP/${version} ${status}`, ...fields, ...(bodiless ? [] : framing), '', ''].join('\r\n');
    return `${interim}${head}${bodiless ? '' : bytes}`;
  });
/** Bytes that stand for others, most of which make an answer that is none. */
const spoilt = fc
  .tuple(answer, fc.array(fc.tuple(share, fc.constantFrom(...'\r\n\t\0 :;,aG0x\x7f\x80'.split(''))), { maxLength: 2 }))
  .map(([text, spots]) => {
    let changed = text;
    for (const [where, character] of spots) {
      const at = Math.floor(where * (text.length - 1));
      changed = changed.slice(0, at) + character + changed.slice(at + 1);
    }
    return changed;
  });

test('whatever S3 answers, the client sees the same by the fast path and by node:http', async (t) => {
  let text = '';
  let cuts: readonly number[] = [];
  const server = await startRawServer(t, (socket, heard) => {
    if (!heard.endsWith(UPLOAD) && !(heard.endsWith('\r\n\r\n') && !heard.includes('Content-Length'))) return;
    void (async () => {
      for (const piece of cutUp(Buffer.from(text, 'latin1'), cuts)) {
        socket.write(piece);
        await setImmediate();
      }
      socket.end();
    })();
  });
  let whole = 0;
  let fastReads = 0;
  const drawn = fc.tuple(
    fc.oneof(answer, spoilt),
    fc.array(share, { maxLength: 3 }),
    fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'DELETE', 'PUT'),
  );
  await check(
    fc.asyncProperty(drawn, async ([bytes, at, method]) => {
      // Each its own: an unusual answer closes the fast path to its upstream for good.
      const [fast, slow] = [await openPath(t, server.url, true), await openPath(t, server.url, false)];
      [text, cuts] = [bytes, at];
      const request = [[Buffer.from(requestText(method, '/b/k', [], method === 'PUT' ? UPLOAD : ''))]];
      const a = await converse(fast, request, [method], 1);
      const b = await converse(slow, request, [method], 1);
      if (fast.readByNode() === 0) fastReads += 1;
      deepStrictEqual(a.how, b.how);
      // Of what was broken off, as much may have come as had been read.
      if (a.how === 'end') {
        whole += 1;
        deepStrictEqual(a, b);
      }
    }),
    300,
  );
  t.ok(whole > 100 * LONGER, `${whole} whole answers`);
  t.ok(fastReads > 120 * LONGER, `${fastReads} of them read on the fast path`);
});

const bothPaths = [
  ['the fast path', true],
  ['node:http', false],
] as const;
for (const [name, isFast] of bothPaths) {
  test(`${name}: what is lost with an idle connection is asked again, but for what does more each time`, async (t) => {
    const server = await startRawServer(t, (socket, heard) => {
      if (!heard.endsWith('\r\n\r\n')) return;
      // The second request of a connection is its last, and gets no answer.
      if (heard.split('HTTP/1.1').length > 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const path = await openPath(t, server.url, isFast);
    for (const [method, how] of [
      ['GET', 'end'],
      ['DELETE', 'end'],
      ['PUT', 'end'],
      ['POST', 'reset'],
    ] as const) {
      t.equal((await ask(path.port, 'GET', '/b/first')).how, 'end', 'one that waits for its next request');
      const framing = method === 'PUT' || method === 'POST' ? ['Content-Length: 0'] : [];
      t.equal((await ask(path.port, method, '/b/k', framing)).how, how, method);
      const asked = server.heard.join('').split(`${method} /b/k `).length - 1;
      t.equal(asked, how === 'end' ? 2 : 1, `${method}, asked so often`);
    }
  });

  test(`${name}: a no-break space is none around a length`, async (t) => {
    let field = '';
    const server = await startRawServer(t, (socket) => socket.end(`HTTP/1.1 200 OK\r\n${field}\r\n\r\nbody`, 'latin1'));
    const path = await openPath(t, server.url, isFast);
    field = 'Content-Length:   4  ';
    t.match(await ask(path.port, 'GET', '/b/k'), { how: 'end', text: /body$/ });
    field = 'Content-Length: 4\xa0';
    t.equal((await ask(path.port, 'GET', '/b/k')).how, 'reset');
  });

  test(`${name}: who says close closes, whatever else it says of its connection`, async (t) => {
    const lines = 'Connection: close\r\nConnection: x-own';
    const server = await startRawServer(t, (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${lines}\r\nContent-Length: 4\r\n\r\nbody`),
    );
    const path = await openPath(t, server.url, isFast);
    const client = rawClient(path.port);
    client.write('GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n');
    const { text, how } = await client.over();
    t.equal(how, 'end');
    t.match(text, /\r\nConnection: close\r\n/);
    t.notMatch(text, /x-own/);
  });
}
