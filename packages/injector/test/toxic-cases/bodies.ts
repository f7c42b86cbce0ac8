import { bodyOf, HELLO, put, type Cases } from './case.ts';
import type { Ask } from '../ways.ts';

const write = ({ ask }: { readonly ask: Ask }): Promise<unknown> => ask(['PUT', '/bucket/key', [], 'x']);
const deletion = ['POST', '/bucket?delete', [], '<Delete><Object><Key>a&amp;b</Key></Object></Delete>'] as const;

/** Faults of answers' bodies, and of what they mean. */
export const bodyCases: Cases<
  | 'bandwidth'
  | 'upload-bandwidth'
  | 'drip'
  | 'stall'
  | 'truncate'
  | 'corrupt'
  | 'stale-read'
  | 'list-lag'
  | 'lost-delete'
> = {
  bandwidth: [
    {
      name: 'five bytes at ten bytes a second',
      fault: { kind: 'bandwidth', bytesPerSecond: 10 },
      advanceMs: 500,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 0, responseBytes: 5 },
      upstreamRequests: 1,
    },
    {
      name: 'not slower than the window lasts',
      fault: { kind: 'bandwidth', bytesPerSecond: 1 },
      advanceMs: 1_000,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', responseBytes: 5 },
      upstreamRequests: 1,
    },
  ],
  'upload-bandwidth': [
    {
      name: 'eighteen bytes at a hundred bytes a second',
      fault: { kind: 'upload-bandwidth', bytesPerSecond: 100 },
      request: put,
      advanceMs: 180,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 200 OK\r\n/),
      event: { outcome: 'answered', status: 200, headMs: 180, requestBytes: 18, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'not slower than the window lasts',
      fault: { kind: 'upload-bandwidth', bytesPerSecond: 1 },
      request: put,
      advanceMs: 1_000,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 200 OK\r\n/),
      event: { outcome: 'answered', status: 200, requestBytes: 18, applied: true },
      upstreamRequests: 1,
    },
  ],
  drip: [
    {
      name: 'two bytes at a time',
      fault: { kind: 'drip', bytes: 2, everyMs: 100 },
      advanceMs: 300,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 0, responseBytes: 5 },
      upstreamRequests: 1,
    },
  ],
  stall: [
    {
      name: 'after two bytes, until the window ends',
      fault: { kind: 'stall', afterBytes: 2 },
      advanceMs: 1_000,
      seen: (seen, t) => t.equal(bodyOf(seen), 'he'),
      event: { outcome: 'cut', status: 200, responseBytes: 2, endedMs: 1_000 },
      upstreamRequests: 1,
    },
  ],
  truncate: [
    {
      name: 'and Content-Length tells',
      fault: { kind: 'truncate', afterBytes: 2, length: 'right' },
      seen: (seen, t) => {
        t.match(seen.text, 'Content-Length: 5');
        t.same([bodyOf(seen), seen.how], ['he', 'end']);
      },
      event: { outcome: 'cut', status: 200, responseBytes: 2 },
      upstreamRequests: 1,
    },
    {
      name: 'and Content-Length agrees',
      fault: { kind: 'truncate', afterBytes: 70_000, length: 'wrong' },
      request: ['GET', '/bucket/bytes/200000'],
      seen: (seen, t) => {
        t.match(seen.text, 'Content-Length: 70000');
        t.same([bodyOf(seen).length, seen.how], [70_000, 'end']);
      },
      event: { outcome: 'answered', status: 200, responseBytes: 70_000 },
      upstreamRequests: 1,
    },
  ],
  corrupt: [
    {
      name: 'one bit, and the checksum tells',
      fault: { kind: 'corrupt', atByte: 1, checksums: 'keep' },
      seen: (seen, t) => {
        t.match(seen.text, 'x-amz-checksum-crc32: NhCmhg==');
        t.equal(bodyOf(seen), 'hdllo');
      },
      event: { outcome: 'answered', status: 200, responseBytes: 5 },
      upstreamRequests: 1,
    },
    {
      name: 'the last byte of a shorter body, and nothing tells',
      fault: { kind: 'corrupt', atByte: 1_000, checksums: 'drop' },
      seen: (seen, t) => {
        t.notMatch(seen.text, /checksum/);
        t.equal(bodyOf(seen), 'helln');
      },
      event: { outcome: 'answered', status: 200 },
      upstreamRequests: 1,
    },
  ],
  'stale-read': [
    {
      name: 'a key that nobody read before is not there yet',
      fault: { kind: 'stale-read', withinMs: 500 },
      before: write,
      exchangesBefore: 1,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 404 Not Found\r\n[^]*<Code>NoSuchKey<[^]*<Key>key</),
      event: { outcome: 'answered', status: 404, applied: false },
      upstreamRequests: 1,
    },
    {
      name: 'a key that somebody read is as it was',
      fault: { kind: 'stale-read', withinMs: 500 },
      before: async (harness) => {
        await harness.ask(['GET', '/bucket/key']);
        harness.clock.advance(1);
        await write(harness);
      },
      exchangesBefore: 2,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, upstreamMs: null },
      upstreamRequests: 2,
    },
  ],
  'list-lag': [
    {
      name: 'a listing without the new key',
      fault: { kind: 'list-lag', withinMs: 500 },
      request: ['GET', '/bucket?list-type=2'],
      before: write,
      exchangesBefore: 1,
      seen: (seen, t) =>
        t.equal(
          bodyOf(seen),
          '<ListBucketResult><Name>bucket</Name><KeyCount>1</KeyCount><Contents><Key>old</Key><Size>5</Size></Contents></ListBucketResult>',
        ),
      event: { outcome: 'answered', status: 200 },
      upstreamRequests: 2,
    },
  ],
  'lost-delete': [
    {
      name: 'one key',
      fault: { kind: 'lost-delete' },
      request: ['DELETE', '/bucket/key'],
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 204 No Content\r\n[^]*\r\n\r\n$/),
      event: { outcome: 'answered', status: 204, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'many keys',
      fault: { kind: 'lost-delete' },
      request: deletion,
      seen: ({ text }, t) => t.match(text, '<Deleted><Key>a&amp;b</Key></Deleted></DeleteResult>'),
      event: { outcome: 'answered', status: 200, applied: false },
      upstreamRequests: 0,
    },
  ],
};
