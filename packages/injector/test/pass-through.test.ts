import { createHash } from 'node:crypto';
import { request } from 'node:http';
import * as fc from 'fast-check';
import { test } from 'tap';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient, requestText } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

test('heads pass byte for byte, but for the headers of the connection', async (t) => {
  const answer = [
    'HTTP/1.1 206 Some Of It',
    'x-amz-id-2: AbC/+=',
    'X-Amz-Meta-Odd:   spaced  ',
    'set-thing: a',
    'Set-Thing: b',
    'ETag: "x"',
    'Keep-Alive: timeout=5',
    'Connection: keep-alive',
    'Content-Length: 3',
  ];
  const server = await startRawServer(t, (socket) => socket.write(`${answer.join('\r\n')}\r\n\r\nabc`));
  const { port, events, eventCount } = await startHarness(t, server.url);
  const headers = ['X-AMZ-Date: 1', 'x-amz-date: 2', 'aUtHoRiZaTiOn: secret', 'Accept:', 'X-Name: caf\u{e9}'];
  const { text } = await ask(port, 'GET', "/b/a/../%2e%2e/./c//d%20e|'f?x-id=GetObject&y", headers);
  await eventCount(1);
  t.equal(
    server.heard[0],
    [
      "GET /b/a/../%2e%2e/./c//d%20e|'f?x-id=GetObject&y HTTP/1.1",
      'Host: h',
      ...headers.map((header) => header.replace(/:$/, ': ')),
      'Connection: keep-alive',
      '',
      '',
    ].join('\r\n'),
  );
  t.equal(
    text,
    [
      'HTTP/1.1 206 Some Of It',
      'x-amz-id-2: AbC/+=',
      'X-Amz-Meta-Odd:   spaced  ',
      'set-thing: a',
      'Set-Thing: b',
      'ETag: "x"',
      'Content-Length: 3',
      'Connection: close',
      '',
      'abc',
    ].join('\r\n'),
  );
  t.match(events, [
    {
      exchange: { id: 1, region: 'us-east-1', operation: 'GetObject', bucket: 'b', key: "a/../.././c//d e|'f" },
      status: 206,
      requestBytes: 0,
      responseBytes: 3,
      outcome: 'answered',
      fault: null,
      applied: true,
    },
  ]);
});

test('answers without a body, and with a body of unknown length', async (t) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', ''],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 123456\r\n\r\n', ''],
    ['HEAD', 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n', ''],
    ['DELETE', 'HTTP/1.1 204 No Content\r\nx-amz-id-2: a\r\n\r\n', ''],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n'],
    [
      'GET',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n',
      '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n',
    ],
  ];
  for (const [method, answer, body] of cases) {
    const server = await startRawServer(t, (socket) => socket.write(answer));
    const { port } = await startHarness(t, server.url);
    const { text, how } = await ask(port, method, '/b/k');
    const [head = ''] = answer.split('\r\n\r\n');
    t.equal(text, `${head}\r\nConnection: close\r\n\r\n${body}`, `${method} ${head.slice(9, 12)}`);
    t.equal(how, 'end');
  }
  const closing = await startRawServer(t, (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'));
  const { port } = await startHarness(t, closing.url);
  t.match((await ask(port, 'GET', '/b/k')).text, /\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\n$/);
});

test('request bodies pass with their framing and trailers', async (t) => {
  const server = await startRawServer(t, (socket, heard) => {
    if (/(0\r\nx-amz-checksum-crc32: AAAA==\r\n\r\n|\r\n\r\n)$/.test(heard)) socket.write(OK);
  });
  const { port } = await startHarness(t, server.url);
  const client = rawClient(port);
  client.write(
    'PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n' +
      'Connection: close\r\n\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32: AAAA==\r\n\r\n',
  );
  await client.over();
  t.match(server.heard[0], /Transfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n/);
  t.match(server.heard[0], /\r\n\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32: AAAA==\r\n\r\n$/);
  await ask(port, 'POST', '/b/k?uploads');
  t.match(server.heard.at(-1), /Content-Length: 0\r\n/, 'a POST without a body is not made a chunked one');
});

test('100 Continue goes from end to end', async (t) => {
  const server = await startRawServer(t, (socket, heard) => {
    if (heard.includes('/b/forbidden')) socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    else if (heard.endsWith('the body')) socket.write(OK);
  });
  const harness = await startHarness(t, server.url);
  const client = rawClient(harness.port);
  client.write(requestText('PUT', '/b/k', ['Expect: 100-continue', 'Content-Length: 8']));
  await until(() => server.heard.length === 1 && server.heard[0]?.includes('Expect: 100-continue') === true);
  t.equal(client.socket.bytesRead, 0, 'nobody but the upstream says to continue');

  const early = await ask(harness.port, 'PUT', '/b/forbidden', ['Expect: 100-continue', 'Content-Length: 8']);
  t.match(early.text, /^HTTP\/1\.1 403 Forbidden\r\n/, 'an early refusal costs no byte of the body');
  t.match(await harness.eventCount(1), [{ status: 403, requestBytes: 0, applied: false }]);
});

test('100 Continue is passed on when the upstream says it', async (t) => {
  const server = await startRawServer(t, (socket, heard) => {
    if (heard.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    if (heard.endsWith('the body')) socket.write(OK);
  });
  const { port, eventCount } = await startHarness(t, server.url);
  const client = rawClient(port);
  client.write(requestText('PUT', '/b/k', ['Expect: 100-continue', 'Content-Length: 8']));
  t.equal(await client.until((text) => text.endsWith('\r\n\r\n')), 'HTTP/1.1 100 Continue\r\n\r\n');
  client.write('the body');
  t.match((await client.over()).text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  t.match(await eventCount(1), [{ status: 200, requestBytes: 8, applied: true }]);
});

test('when the upstream fails, the client sees a reset and no invented answer', async (t) => {
  const nobody = await startHarness(t, 'http://127.0.0.1:1');
  t.same(await ask(nobody.port, 'GET', '/b/k'), { text: '', how: 'reset' });
  t.match(await nobody.eventCount(1), [{ outcome: 'upstream-failed', status: null, upstreamMs: null, fault: null }]);

  const garbage = await startRawServer(t, (socket) => socket.write('SMTP ready\r\n\r\n'));
  const first = await startHarness(t, garbage.url);
  t.same(await ask(first.port, 'GET', '/b/k'), { text: '', how: 'reset' });
  t.match(await first.eventCount(1), [{ outcome: 'upstream-failed' }]);

  const odd = await startRawServer(t, (socket) => socket.write('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'));
  const third = await startHarness(t, odd.url);
  t.same(await ask(third.port, 'GET', '/b/k'), { text: '', how: 'reset' }, 'a status that nobody may send');

  const broken = await startRawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () => setImmediate(() => socket.destroy()));
  });
  const second = await startHarness(t, broken.url);
  const { text } = await ask(second.port, 'GET', '/b/k');
  t.ok(text === '' || text.endsWith('half'), 'what came is passed on as far as it came');
  t.match(await second.eventCount(1), [{ outcome: 'upstream-failed', status: 200, applied: true }]);
});

test('an idle connection that the upstream closes is no fault of anybody', async (t) => {
  const server = await startRawServer(t, (socket, heard, connection) => {
    // The first connection serves one request, and is closed at the very moment of the second.
    if (connection === 0 && heard.split('\r\n\r\n').length > 2) socket.destroy();
    else socket.write(OK);
  });
  const { port, eventCount } = await startHarness(t, server.url);
  await ask(port, 'GET', '/b/k');
  t.match((await ask(port, 'GET', '/b/k')).text, /^HTTP\/1\.1 200 OK/);
  t.equal(server.heard.length, 2);
  t.match(await eventCount(2), [{ outcome: 'answered' }, { outcome: 'answered' }]);
});

test('any request passes through byte for byte where no fault touches it', async (t) => {
  const s3 = await startTinyS3(t);
  const { port } = await startHarness(t, s3.url);
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~\da-zA-Z-]{1,20}$/);
  const value = fc.stringMatching(/^[\x21-\x7e\xa0-\xff]([\x20-\x7e\xa0-\xff]{0,40}[\x21-\x7e\xa0-\xff])?$/);
  const target = fc.stringMatching(/^\/[\x21\x22\x24-\x7e]{0,60}$/);
  const reserved =
    /^(host|connection|content-length|transfer-encoding|expect|keep-alive|upgrade|trailer|te|proxy-.*)$/i;
  const headers = fc.array(
    fc.tuple(
      token.filter((name) => !reserved.test(name)),
      value,
    ),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      target,
      headers,
      fc.uint8Array({ maxLength: 5_000 }),
      fc.boolean(),
      async (path, pairs, body, chunked) => {
        const before = s3.received.length;
        const raw = ['Host', 'any.host', ...pairs.flat()];
        const framing = chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(body.length)];
        const status = await new Promise((resolve, reject) => {
          const sent = request(
            { port, host: '127.0.0.1', method: 'PUT', path, headers: [...raw, ...framing] },
            (answer) => {
              answer.resume().once('end', () => resolve(answer.statusCode));
            },
          );
          sent.on('error', reject).end(body);
        });
        const received = s3.received[before];
        const sha256 = createHash('sha256').update(body).digest('hex');
        t.equal(status, 200);
        t.match(received, { method: 'PUT', target: path, bytes: body.length, sha256 });
        t.same(received?.rawHeaders.slice(0, raw.length + 2), [...raw, ...framing]);
      },
    ),
    { numRuns: 60, seed: 20_170_228 },
  );
});
