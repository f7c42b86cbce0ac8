import { test } from 'tap';
import { get, prepared, silent, window } from '../../test/decision-kit.ts';
import type { Limit } from './blast-radius.ts';
import { checkTimeline } from './check-timeline.ts';
import type { Client } from './client.ts';
import { decide } from './decide.ts';
import type { Exchange } from './exchange.ts';
import { explainWindow } from './explain.ts';
import { faultSchema, type Fault } from './fault.ts';
import type { FaultWindow } from './timeline.ts';

const client: Client = {
  address: '127.0.0.2',
  established: false,
  headers: [
    'Authorization',
    'AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/s3/aws4_request',
    'User-Agent',
    'aws-cli/2.9',
    'X-Team',
    'red',
  ],
  query: '',
  expectsContinue: false,
};

const struck = (where: Partial<FaultWindow['where']>, over: Partial<Client> = {}): boolean =>
  decide(prepared(window(silent, { where: { regions: ['us-east-1'], ...where } })), get, 1_500, {
    client: { ...client, ...over },
    writes: null,
  }).length > 0;

test('a blast radius can name clients, connections and key patterns', (t) => {
  t.ok(
    struck({
      clients: {
        addresses: ['127.0.0.2'],
        accessKeyIds: ['AKID'],
        userAgents: ['aws-cli'],
        headers: { 'x-team': 'red' },
      },
    }),
  );
  t.notOk(struck({ clients: { addresses: ['127.0.0.1'] } }));
  t.notOk(struck({ clients: { accessKeyIds: ['AK'] } }));
  t.notOk(struck({ clients: { userAgents: ['boto'] } }));
  t.notOk(struck({ clients: { headers: { 'X-Team': 'blue' } } }));
  t.ok(struck({ clients: { accessKeyIds: ['SIGNED'] } }, { headers: [], query: 'X-Amz-Credential=SIGNED%2F2026' }));
  t.ok(struck({ clients: { accessKeyIds: ['V2KEY'] } }, { headers: ['Authorization', 'AWS V2KEY:sig'] }));
  t.ok(struck({ connections: 'new' }));
  t.notOk(struck({ connections: 'established' }));
  t.ok(struck({ connections: 'established' }, { established: true }));
  t.same(
    ['a/*.jpg', '*', 'a/1.jpg', 'b*', 'a/1-jpg', 'a'].map((pattern) => struck({ keys: [pattern] })),
    [true, true, true, false, false, false],
  );
  t.end();
});

test('limits count what a window would strike', (t) => {
  const fates = (limit: Partial<Limit>, exchanges: readonly (readonly [number, Partial<Exchange>])[]): string => {
    const where = { regions: ['us-east-1'], limit: { per: 'window' as const, ...limit } };
    const timeline = prepared(window(silent, { endMs: 1e9, where }));
    return exchanges.map(([at, over]) => decide(timeline, { ...get, ...over }, at).length).join('');
  };
  const six = [1_000, 2_000, 3_000, 61_000, 61_999, 62_000].map((at) => [at, {}] as const);
  t.equal(fates({ first: 2 }, six), '110000');
  t.equal(fates({ every: 3 }, six), '001001');
  t.equal(fates({ perMinute: 2 }, six), '110101');
  t.equal(
    fates({ first: 1, per: 'key' }, [
      [1_000, { key: 'x' }],
      [1_001, { key: 'y' }],
      [1_002, { key: 'x' }],
    ]),
    '110',
  );
  t.equal(
    fates(
      { first: 2, per: 'invocation' },
      [1, 2, 3].map((attempt) => [1_000 + attempt, { attempt }] as const),
    ),
    '110',
    'fail the first two attempts of everything: a third succeeds',
  );
  const throttle: Fault = { kind: 'throttle', readsPerSecond: 2, writesPerSecond: 1, per: 'prefix' };
  const budget = prepared(window(throttle, { endMs: 1e9 }));
  const throttled = [
    [1_000, {}],
    [1_000, {}],
    [1_000, {}],
    [1_000, { class: 'write' }],
    [1_000, { class: 'delete' }],
    [1_000, { key: 'b/1' }],
    [1_500, {}],
    [1_501, {}],
  ] as const;
  t.equal(throttled.map(([at, over]) => decide(budget, { ...get, ...over }, at).length).join(''), '00101001');
  t.end();
});

test('an exponential ramp begins slowly', (t) => {
  const ramp = prepared(window(silent, { share: { from: 0, to: 1, curve: 'exponential' } }));
  const shareAt = (at: number): number => {
    const struck = Array.from(
      { length: 20_000 },
      (_, index) => decide(ramp, { ...get, invocation: `i-${index}` }, at).length,
    );
    return struck.filter((count) => count > 0).length / struck.length;
  };
  t.ok(Math.abs(shareAt(1_000 + 1_000 / 7) - 1 / 127) < 0.005);
  t.ok(Math.abs(shareAt(1_000 + 6_000 / 7) - 63 / 127) < 0.012);
  t.end();
});

const problems = (fault: Fault, where: Partial<FaultWindow['where']> = {}): readonly string[] =>
  checkTimeline({ windows: [window(fault, { where: { regions: ['us-east-1'], ...where } })] });

test('what cannot be struck is refused', (t) => {
  t.match(problems({ kind: 'black-hole' }, { connections: 'new' }), [/black-hole closes a whole region/]);
  t.match(problems({ kind: 'dns-gone' }, { classes: ['read'] }), [/cannot be narrowed by classes/]);
  t.match(problems({ kind: 'dns-gone' }, { clients: { userAgents: ['x'] } }), [/clients other than by address/]);
  t.match(problems({ kind: 'lost-delete' }, { operations: ['GetObject'] }), [/is about DeleteObject/]);
  t.match(problems(silent, { limit: { per: 'window' } }), [/neither first nor every nor perMinute/]);
  t.same(
    problems(
      { kind: 'http-error', code: 'InternalError', applied: false },
      { operations: ['CompleteMultipartUpload'] },
    ),
    [],
  );
  t.end();
});

const say = (fault: unknown, where: Partial<FaultWindow['where']> = {}): string =>
  explainWindow(window(faultSchema.parse(fault), { where: { regions: ['us-east-1'], ...where } }));

test('the new words read well', (t) => {
  t.same(
    [
      say({ kind: 'drip' }, { limit: { first: 3, every: 2, per: 'key' } }),
      say({ kind: 'throttle' }, { keys: ['a/*'], connections: 'established' }),
      say(
        { kind: 'redirect', toRegion: 'eu-west-1' },
        { clients: { userAgents: ['aws-cli'], addresses: ['127.0.0.2'] } },
      ),
      say({ kind: 'error-in-success', applied: true }),
    ],
    [
      "All GetObject requests to us-east-1 get their answer's body 1 byte at a time, every 200 ms; only the first 3 and every 2nd of each key.",
      'All requests to us-east-1, keys like "a/*", over established connections beyond 5500 reads or 3500 writes a second per prefix are answered 503 Slow Down (SlowDown).',
      'All requests to us-east-1, from 127.0.0.2, of clients like "aws-cli" are redirected to eu-west-1: 301 Moved Permanently (PermanentRedirect).',
      'All CopyObject, UploadPartCopy and CompleteMultipartUpload requests to us-east-1 take effect, but are answered 200 OK with the error InternalError in the body.',
    ],
  );
  t.end();
});
