import { deepStrictEqual } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import tap, { test } from 'tap';
import { answersIn, type Understood } from './fuzz/answers.ts';
import { startEcho } from './fuzz/exchange.ts';
import { bytesOf, fuzzedRequest, ordinaryRequest, type FuzzedRequest } from './fuzz/requests.ts';
import { until } from './harness.ts';
import { rawClient } from './raw-client.ts';
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
    })
    .map(({ chunks, trailer }) => ({
      fields: ['Transfer-Encoding: chunked'],
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
    if (!heard.endsWith('\r\n\r\n')) return;
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
    fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'DELETE'),
  );
  await check(
    fc.asyncProperty(drawn, async ([bytes, at, method]) => {
      // Each its own: an unusual answer closes the fast path to its upstream for good.
      const [fast, slow] = [await openPath(t, server.url, true), await openPath(t, server.url, false)];
      [text, cuts] = [bytes, at];
      const request = [[Buffer.from(`${method} /b/k HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)]];
      const a = await converse(fast, request, [method], 1);
      const b = await converse(slow, request, [method], 1);
      const isUnread = method === 'DELETE' && b.how !== a.how; // An unusual answer to what may not be asked twice.
      if (fast.readByNode() === 0) fastReads += 1;
      if (isUnread) deepStrictEqual(a.how, 'reset');
      else {
        deepStrictEqual(a.how, b.how);
        // Of what was broken off, as much may have come as had been read.
        if (a.how === 'end') {
          whole += 1;
          deepStrictEqual(a, b);
        }
      }
    }),
    300,
  );
  t.ok(whole > 100 * LONGER, `${whole} whole answers`);
  t.ok(fastReads > 120 * LONGER, `${fastReads} of them read on the fast path`);
});
