import type { Test } from 'tap';
import { bodyOf, HELLO, isSlowDown, put, slowDown, type Case, type Cases, type SeenThere } from './case.ts';

const copy = ['PUT', '/bucket/key', ['x-amz-copy-source: /bucket/old', 'Content-Length: 0']] as const;
const INTERNAL = /<Error><Code>InternalError<\/Code>/;

/** Faults of answers' heads. */
export const answerCases: Cases<
  'http-error' | 'latency' | 'throttle' | 'redirect' | 'error-in-success' | 'continue-stall'
> = {
  'http-error': [
    {
      name: 'at once',
      fault: slowDown,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, addedLatencyMs: 0, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'with the time to come again',
      fault: { ...slowDown, retryAfterS: 7 },
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 503 Slow Down\r\n[^]*\r\nRetry-After: 7\r\n/),
      event: { outcome: 'answered', status: 503 },
      upstreamRequests: 0,
    },
    {
      name: 'after the body was read',
      fault: slowDown,
      request: put,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 18, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'without a body for HEAD',
      fault: slowDown,
      request: ['HEAD', '/bucket/key'],
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 503 Slow Down\r\n[^]*Server: AmazonS3\r\n\r\n$/),
      event: { outcome: 'answered', status: 503, responseBytes: 0 },
      upstreamRequests: 0,
    },
    {
      name: 'late',
      fault: { ...slowDown, after: { shape: 'constant', ms: 400 } },
      advanceMs: 400,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, headMs: 400, addedLatencyMs: 400 },
      upstreamRequests: 0,
    },
    {
      name: 'later than its window: at the window’s end',
      fault: { ...slowDown, after: { shape: 'constant', ms: 4_000 } },
      advanceMs: 1_000,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, headMs: 1_000 },
      upstreamRequests: 0,
    },
    {
      name: 'though the request took effect',
      fault: { ...slowDown, applied: true },
      request: put,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 18, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'at once where the client awaits 100 Continue: its body is never asked for',
      fault: slowDown,
      request: ['PUT', '/bucket/key', ['Expect: 100-continue', 'Content-Length: 5000000']],
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, requestBytes: 0 },
      upstreamRequests: 0,
    },
  ],
  latency: [
    {
      name: 'the head waits',
      fault: { kind: 'latency', delay: { shape: 'constant', ms: 300 } },
      advanceMs: 300,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 300, addedLatencyMs: 300, applied: true },
      upstreamRequests: 1,
    },
    {
      name: 'not longer than the window',
      fault: { kind: 'latency', delay: { shape: 'constant', ms: 5_000 } },
      advanceMs: 1_000,
      seen: ({ text }, t) => t.match(text, HELLO),
      event: { outcome: 'answered', status: 200, headMs: 1_000, addedLatencyMs: 1_000 },
      upstreamRequests: 1,
    },
  ],
  throttle: [
    {
      name: 'what exceeds the budget is told to slow down',
      fault: { kind: 'throttle', readsPerSecond: 2, writesPerSecond: 1, per: 'prefix' },
      before: async ({ ask }) => {
        for (const path of ['/bucket/key', '/bucket/key', '/bucket/other/key']) await ask(['GET', path]);
        await ask(['PUT', '/bucket/key', [], 'x']);
      },
      exchangesBefore: 4,
      seen: isSlowDown,
      event: { outcome: 'answered', status: 503, applied: false },
      upstreamRequests: 4,
    },
  ],
  redirect: [
    {
      name: 'for ever: without Location',
      fault: { kind: 'redirect', code: 'PermanentRedirect', toRegion: 'us-west-2' },
      request: put,
      seen: ({ text }, t) => {
        t.match(text, /^HTTP\/1\.1 301 Moved Permanently\r\n[^]*x-amz-bucket-region: us-west-2\r\n/);
        t.match(text, '<Endpoint>bucket.s3.us-west-2.amazonaws.com</Endpoint><Bucket>bucket</Bucket>');
        t.notMatch(text, /location:/i);
      },
      event: { outcome: 'answered', status: 301, applied: false },
      upstreamRequests: 0,
    },
    {
      name: 'for now: with Location',
      fault: { kind: 'redirect', code: 'TemporaryRedirect', toRegion: 'us-west-2' },
      seen: ({ text }, t) =>
        t.match(
          text,
          /^HTTP\/1\.1 307 Temporary Redirect\r\n[^]*Location: https:\/\/bucket\.s3\.us-west-2\.amazonaws\.com\//,
        ),
      event: { outcome: 'answered', status: 307 },
      upstreamRequests: 0,
    },
  ],
  'error-in-success': [
    {
      name: 'spaces, then the error',
      fault: {
        kind: 'error-in-success',
        code: 'InternalError',
        body: 'error',
        drips: 3,
        dripEveryMs: 100,
        applied: false,
      },
      request: copy,
      advanceMs: 300,
      seen: (seen, t) => {
        t.match(seen.text, /^HTTP\/1\.1 200 OK\r\n/);
        t.match(bodyOf(seen), /^1\r\n \r\n1\r\n \r\n1\r\n \r\n[\da-f]+\r\n<\?xml[^]*<\/Error>\r\n0\r\n\r\n$/);
      },
      event: { outcome: 'answered', status: 200, headMs: 0, applied: false },
      upstreamRequests: 0,
    },
    ...(['trailing-newline', 'empty', 'html'] as const).map(
      (body) =>
        ({
          name: `${body}, though it took effect`,
          fault: {
            kind: 'error-in-success',
            code: 'InternalError',
            body,
            drips: 0,
            dripEveryMs: 1,
            applied: true,
          } as const,
          request: copy,
          seen: (seen: SeenThere, t: Test) => {
            const [, text = ''] = /^[\da-f]+\r\n([^]*)\r\n0\r\n\r\n$/.exec(bodyOf(seen)) ?? [];
            if (body === 'empty') t.equal(bodyOf(seen), '0\r\n\r\n');
            else if (body === 'html') t.match(text, /^<html>/);
            else {
              t.match(text, INTERNAL);
              t.match(text, /<\/Error>\n$/);
            }
          },
          event: { outcome: 'answered', status: 200, applied: true },
          upstreamRequests: 1,
        }) satisfies Case,
    ),
  ],
  'continue-stall': [
    {
      name: 'the client waits for 100 Continue',
      fault: { kind: 'continue-stall', hold: { shape: 'constant', ms: 400 } },
      request: ['PUT', '/bucket/key', ['Expect: 100-continue', 'Content-Length: 18'], 'a body of 18 bytes'],
      advanceMs: 400,
      seen: ({ text }, t) => t.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/),
      event: { outcome: 'answered', status: 200, requestBytes: 18, applied: true },
      upstreamRequests: 1,
    },
  ],
};
