import { deepStrictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { test, type Test } from 'tap';
import { readRequestHead, type OrdinaryHead } from './request-head.ts';

const seed = 20_170_228;

/** What node:http makes of the same bytes. */
interface Understood {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly keepAlive: boolean;
}

async function startNode(t: Test): Promise<(bytes: Buffer) => Promise<readonly Understood[]>> {
  const understood: Understood[] = [];
  const server = createServer((request, response) => {
    const { method, url: target, rawHeaders } = request;
    let body = '';
    request.setEncoding('latin1').on('data', (text: string) => (body += text));
    request.on('end', () => {
      understood.push({ method, target, rawHeaders, body, keepAlive: response.shouldKeepAlive });
      response.end();
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return async (bytes) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.resume().end(bytes);
    await once(socket, 'close');
    return understood.splice(0);
  };
}

/** One of the characters of a text. */
const oneOf = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(''));
const token = fc.string({ unit: oneOf('abcdefgXYZ019-_.!~'), minLength: 1, maxLength: 12 });
const value = fc.string({ unit: oneOf('abcXYZ019 \t,;=:/"\u00e9\u00ff'), maxLength: 24 });
const anyHeader = fc.tuple(fc.oneof(token, fc.constantFrom('Accept', 'X-Amz-Date', 'cookie', 'Content-Type')), value);
const target = fc
  .string({ unit: oneOf('abcXYZ019/?&=%-._~!$()*+,;:@[]{}|"<>^`\\'), maxLength: 24 })
  .map((text) => `/${text}`);
const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH');
const ofConnection = fc.constantFrom<readonly [string, string][]>(
  [],
  [['Connection', 'keep-alive']],
  [['connection', 'Keep-Alive']],
  [['Connection', 'close']],
);

interface Drawn {
  readonly head: string;
  readonly body: string;
}

/** Requests as clients send them: every one of them is ordinary. */
const ordinary: fc.Arbitrary<Drawn> = fc
  .record({
    method,
    target,
    headers: fc.array(anyHeader, { maxLength: 8 }),
    connection: ofConnection,
    body: fc.option(fc.string({ unit: oneOf('xyz\r\n:'), maxLength: 40 }), { nil: null }),
    blank: fc.constantFrom('', ' ', '\t ', '  '),
  })
  .map(({ headers, connection, body, blank, ...line }) => {
    const length: [string, string][] = body === null ? [] : [['Content-Length', String(body.length)]];
    const free = headers.map(([name, text]) => `${name}:${blank}${text}${blank}\r\n`);
    const ruling = [['Host', 'h:1'], ...connection, ...length].map(([name, text]) => `${name}: ${text}\r\n`);
    const head = `${line.method} ${line.target} HTTP/1.1\r\n${[...ruling, ...free].join('')}\r\n`;
    return { head, body: body ?? '' };
  });

/** Heads in which something was changed: most are unusual, and the others have to mean the same to node:http. */
const disturbed: fc.Arbitrary<Drawn> = fc
  .tuple(
    ordinary,
    fc.array(
      fc.tuple(
        fc.noBias(fc.nat(9999)),
        fc.constantFrom(0, 1, 1, 2),
        fc.oneof(
          { arbitrary: oneOf('abhKX19/,=;"%\x80 '), weight: 8 },
          oneOf('\r\n\t\0\x1f\x7f:#+'),
          fc.constantFrom('\r\nHost: b', '\r\nContent-Length: 3', '\r\nTransfer-Encoding: chunked', '\r\nX :y'),
          fc.constantFrom('\r\nConnection: upgrade', '\r\nUpgrade: x', '\r\nExpect: 100-continue', '\r\n folded'),
          fc.constantFrom('\r\nProxy-Connection: close', '\r\nConnection: close, x', '\r\nConnection: close\x20'),
        ),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([{ head, body }, changes]) => {
    let text = head;
    for (const [share, removed, added] of changes) {
      const at = Math.floor((share / 10_000) * text.length);
      text = text.slice(0, at) + added + text.slice(at + removed);
    }
    return { head: text, body };
  });

test('what is complete means the same to node:http', async (t) => {
  const askNode = await startNode(t);
  let complete = 0;
  const agree = async (drawn: Drawn, mustBeOrdinary: boolean): Promise<void> => {
    const bytes = Buffer.from(drawn.head + drawn.body, 'latin1');
    const head = readRequestHead(bytes);
    if (head.kind !== 'complete') {
      if (mustBeOrdinary) throw new Error(`${head.kind}, though ordinary`);
      return;
    }
    complete += 1;
    const length = head.contentLength ?? 0;
    const body = bytes.toString('latin1').slice(head.headLength).padEnd(length, '.').slice(0, length);
    const whole = Buffer.concat([bytes.subarray(0, head.headLength), Buffer.from(body, 'latin1')]);
    deepStrictEqual(await askNode(whole), [understoodAs(head, body)]);
  };
  await fc.assert(
    fc.asyncProperty(ordinary, (drawn) => agree(drawn, true)),
    { seed, numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(disturbed, (drawn) => agree(drawn, false)),
    { seed, numRuns: 2000 },
  );
  t.ok(complete > 500, `${complete} were complete`);
});

const understoodAs = (
  { method: sent, target: asked, rawHeaders, keepAlive }: OrdinaryHead,
  body: string,
): Understood => ({ method: sent, target: asked, rawHeaders, body, keepAlive });

test('a head is complete at its last byte, wherever it begins', async (t) => {
  fc.assert(
    fc.property(ordinary, fc.nat(20), ({ head }, before) => {
      const bytes = Buffer.from(`${'x'.repeat(before)}${head}rest`, 'latin1');
      const found = readRequestHead(bytes, before);
      if (found.kind !== 'complete') throw new Error(found.kind);
      deepStrictEqual(found.headLength, head.length);
      for (let length = 0; length < head.length; length += 1) {
        deepStrictEqual(readRequestHead(bytes.subarray(0, before + length), before).kind, 'incomplete');
      }
    }),
    { seed, numRuns: 100 },
  );
  t.end();
});

test('what is not plainly ordinary is unusual', async (t) => {
  const head = (...lines: readonly string[]): string =>
    `${['GET / HTTP/1.1', 'Host: h', ...lines].join('\r\n')}\r\n\r\n`;
  const unusual: readonly (readonly [why: string, text: string])[] = [
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['CONNECT', 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['lower case', 'get / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an absolute target', 'GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['no target', 'GET  HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a fragment', 'GET /#a HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: h\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01'],
    ['an empty line before it', '\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['lines that end in LF', 'GET / HTTP/1.1\nHost: h\n\n'],
    ['no Host', 'GET / HTTP/1.1\r\nAccept: x\r\n\r\n'],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
    ['two Hosts', head('Host: h')],
    ['two lengths', head('Content-Length: 1', 'content-length: 1')],
    ['a negative length', head('Content-Length: -1')],
    ['a list of lengths', head('Content-Length: 1, 1')],
    ['no length at all', head('Content-Length:')],
    ['a length beyond all measure', head('Content-Length: 9999999999999999')],
    ['Transfer-Encoding', head('Transfer-Encoding: chunked')],
    ['Expect', head('Expect: 100-continue')],
    ['Upgrade', head('Upgrade: websocket')],
    ['another Connection', head('Connection: upgrade')],
    ['a list of connection options', head('Connection: close, te')],
    ['two Connections', head('Connection: close', 'Connection: close')],
    ['a folded line', head('A: b', ' c')],
    ['a blank before the colon', head('A : b')],
    ['a header without a name', head(': b')],
    ['a control character', head('A: b\x01')],
    ['a lone CR', head('A: b\rc')],
    ['too many headers', head(...Array.from({ length: 101 }, () => 'A: b'))],
    ['too long', head(`A: ${'b'.repeat(8192)}`)],
    ['too long a target', `GET /${'b'.repeat(9000)}`],
  ];
  for (const [why, text] of unusual) t.equal(readRequestHead(Buffer.from(text, 'latin1')).kind, 'unusual', why);
});
