import { HELLO, isReset, put, type Cases } from './case.ts';

/** Faults of connections. */
export const connectionCases: Cases<'refuse' | 'silent' | 'half-head' | 'reset' | 'close-after' | 'blackout'> = {
  refuse: [
    {
      name: 'a new connection is refused',
      fault: { kind: 'refuse' },
      seen: ({ how }, t) => t.equal(how, 'refused'),
      event: null,
      upstreamRequests: 0,
      endpointOnly: 'a shared port cannot refuse connections for one region',
    },
  ],
  silent: [
    {
      name: 'nothing comes until the window ends, then the connection is reset',
      fault: { kind: 'silent' },
      request: put,
      advanceMs: 1_000,
      seen: isReset,
      event: { outcome: 'cut', status: null, headMs: null, endedMs: 1_000, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
  ],
  reset: [
    {
      name: 'before a byte of the answer',
      fault: { kind: 'reset', stage: 'head', afterBytes: 0 },
      request: put,
      seen: isReset,
      event: { outcome: 'cut', status: null, headMs: null, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'in the middle of the body',
      fault: { kind: 'reset', stage: 'body', afterBytes: 70_000 },
      request: ['GET', '/bucket/bytes/200000'],
      seen: ({ text, how }, t) => {
        t.equal(text.length - text.indexOf('\r\n\r\n') - 4, 70_000);
        t.match(text, 'Content-Length: 200000');
        t.ok(how === 'reset' || how === 'end', 'Node reports an end where data and reset come in one poll');
      },
      event: { outcome: 'cut', status: 200, responseBytes: 70_000, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'in a body that is shorter than that: its last byte is missing',
      fault: { kind: 'reset', stage: 'body', afterBytes: 70_000 },
      seen: ({ text }, t) => t.match(text, /\r\n\r\nhell$/),
      event: { outcome: 'cut', status: 200, responseBytes: 4, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'after the head alone',
      fault: { kind: 'reset', stage: 'body', afterBytes: 0 },
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/),
      event: { outcome: 'cut', status: 200, responseBytes: 0 },
      upstreamRequests: 1,
    },
    {
      name: 'in the middle of the head',
      fault: { kind: 'reset', stage: 'in-head', afterBytes: 0 },
      request: put,
      seen: ({ text, how, secure }, t) => {
        t.match(text, /^HTTP\/1\.1 200 OK\r\nx-amz-id-2: [\w+/]{40}$/);
        t.ok(how === 'reset' || secure || text !== '');
      },
      event: { outcome: 'cut', status: null, headMs: null, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'an answer without a body is reset before its head',
      fault: { kind: 'reset', stage: 'body', afterBytes: 10 },
      request: ['HEAD', '/bucket/key'],
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 1,
    },
  ],
  'half-head': [
    {
      name: 'half a head, then nothing until the window ends',
      fault: { kind: 'half-head' },
      request: put,
      advanceMs: 1_000,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 200 OK\r\nx-amz-id-2: [\w+/]{40}$/),
      event: { outcome: 'cut', status: null, headMs: null, endedMs: 1_000, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
  ],
  'close-after': [
    {
      name: 'the connection ends with the answer, though nobody asked',
      fault: { kind: 'close-after' },
      keepAlive: true,
      seen: ({ text, how }, t) => {
        t.match(text, HELLO);
        t.match(text, /\r\nConnection: close\r\n/);
        t.equal(how, 'end');
      },
      event: { outcome: 'answered', status: 200, applied: true },
      upstreamRequests: 1,
    },
  ],
  blackout: [
    {
      name: 'silence',
      fault: { kind: 'blackout', silent: 1, reset: 0, unavailable: 0, after: { shape: 'constant', ms: 0 } },
      advanceMs: 1_000,
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 0,
    },
    {
      name: 'reset',
      fault: { kind: 'blackout', silent: 0, reset: 1, unavailable: 0, after: { shape: 'constant', ms: 0 } },
      seen: isReset,
      event: { outcome: 'cut', status: null },
      upstreamRequests: 0,
    },
    {
      name: 'a late 503',
      fault: { kind: 'blackout', silent: 0, reset: 0, unavailable: 1, after: { shape: 'constant', ms: 500 } },
      advanceMs: 500,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*<Code>ServiceUnavailable</),
      event: { outcome: 'answered', status: 503, headMs: 500, addedLatencyMs: 500 },
      upstreamRequests: 0,
    },
  ],
};
