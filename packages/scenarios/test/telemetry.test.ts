import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { join } from 'node:path';
import { startInjector, type ExchangeEvent } from '@gameday/injector';
import { test, type Test } from 'tap';
import { z } from 'zod';
import { entriesOf, readEntries, repository, scratch, startChaos, type Ended } from './chaos-process.ts';

const app = join(repository, 'packages/scenarios/dist/test/traced-app-child.js');

const valueSchema = z.looseObject({
  stringValue: z.string().optional(),
  intValue: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
});
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue])),
  );
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: attributesSchema,
  links: z.array(z.object({ traceId: z.string() })).default([]),
  status: z.looseObject({ code: z.number().optional() }).optional(),
});
type Span = z.infer<typeof spanSchema>;
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(z.looseObject({ name: z.string() })) })) }),
  ),
});

/** What stands where a collector would: takes OTLP over HTTP, as JSON. */
async function receiver(
  t: Test,
): Promise<{ readonly url: string; readonly spans: Span[]; readonly metrics: Map<string, unknown> }> {
  const spans: Span[] = [];
  const metrics = new Map<string, unknown>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const json: unknown = JSON.parse(body);
      if (request.url === '/v1/traces') {
        for (const { resource, scopeSpans } of tracesSchema.parse(json).resourceSpans) {
          t.equal(resource.attributes['service.name'], 'gameday');
          for (const { spans: more } of scopeSpans) spans.push(...more);
        }
      } else if (request.url === '/v1/metrics') {
        for (const { scopeMetrics } of metricsSchema.parse(json).resourceMetrics) {
          for (const { metrics: more } of scopeMetrics) for (const metric of more) metrics.set(metric.name, metric);
        }
      } else t.fail(`nothing of OTLP: ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return { url: await listening(t, server), spans, metrics };
}

async function listening(t: Test, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function drill(
  t: Test,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended & { readonly out: string }> {
  const folder = scratch(t);
  const phases = '[{ id: down, title: It fails, for: 2s, faults: [{ regions: [home], fault: ServiceUnavailable }] }]';
  writeFileSync(
    join(folder, 'drill.yaml'),
    `name: drill\ntitle: A drill\nsummary: For the tests.\nlesson: None.\nbaseline: 1500ms\nrecovery: 1s\nphases: ${phases}\n`,
  );
  const steps = [
    '{ id: put, class: write, request: { method: PUT, path: /put } }',
    '{ id: list, class: read, request: GET /list }',
    '{ id: about, class: control, request: GET /about }',
  ];
  writeFileSync(
    join(folder, 'chaos.yaml'),
    `name: traced\ncommand: ['${process.execPath}', '${app}']\nurl: http://127.0.0.1:\${PORT}\nready: { path: /about }\nbuckets: [traced]\nworkload: { rate: 30/s, steps: [${steps.join(', ')}] }\n`,
  );
  const out = join(folder, 'out');
  const run = startChaos(['run', './drill.yaml', '--out', out, ...args], { cwd: folder, env });
  const { code } = await run.exit;
  return { code, stdout: run.stdout(), stderr: run.stderr(), out };
}

test('a run over OTLP: one trace for the run, one for each request, through the app to S3', async (t) => {
  const { url, spans, metrics } = await receiver(t);
  const { code, stderr, out } = await drill(t, ['--otlp', `${url}/`], {});
  t.ok(code === 0 || code === 3, stderr);
  t.notMatch(stderr, /telemetry/);
  const entries = readEntries(join(out, 'journal.ndjson'));
  const requests = entriesOf(entries, 'work.request');
  const exchanges = entriesOf(entries, 's3.exchange');

  const run = spans.find(({ name }) => name === 'game day drill');
  t.match(run, { parentSpanId: undefined, attributes: { 'gameday.scenario': 'drill', 'gameday.end': 'completed' } });
  const inRun = spans.filter(({ traceId, parentSpanId }) => traceId === run?.traceId && parentSpanId === run.spanId);
  t.strictSame(
    inRun
      .map(({ name }) => name)
      .filter((name) => /^(phase|fault)/.test(name))
      .toSorted(),
    ['fault http-error', 'phase baseline', 'phase down', 'phase recovery'],
  );
  t.match(inRun.find(({ name }) => name === 'fault http-error')?.attributes, { 'gameday.fault.fired': Number });

  const users = spans.filter(({ name }) => name.startsWith('user '));
  t.equal(users.length, requests.length, 'a span a request');
  t.strictSame(new Set(users.map(({ traceId }) => traceId)).size, users.length, 'each a trace of its own');
  t.ok(
    users.every(({ links }) => links[0]?.traceId === run?.traceId),
    'linked to the run',
  );
  const atS3 = spans.filter(({ name }) => name.startsWith('S3 '));
  t.equal(atS3.length, exchanges.length, 'a span an exchange');
  const byId = new Map(users.map((span) => [`${span.traceId} ${span.spanId}`, span]));
  const parents = atS3.map(({ traceId, parentSpanId }) => byId.get(`${traceId} ${parentSpanId}`));
  t.ok(
    parents.length > 20 && parents.every((parent) => parent !== undefined),
    'the user is the parent of the exchange',
  );
  t.ok(
    atS3.every((span, index) => span.startTimeUnixNano >= (parents[index]?.startTimeUnixNano ?? 0n)),
    'and came before it',
  );
  const struck = atS3.filter(({ attributes }) => attributes['gameday.fault.kind'] === 'http-error');
  t.ok(struck.length > 5);
  t.ok(struck.every(({ status, attributes }) => status?.code === 2 && attributes['http.response.status_code'] === 503));

  t.strictSame(
    [...metrics.keys()].toSorted().filter((name) => name !== 'gameday.ledger.writes' && name !== 'gameday.score'),
    ['gameday.faults.in_force', 'gameday.request.duration', 'gameday.s3.exchange.duration'],
  );
  const durations = z
    .object({ histogram: z.object({ dataPoints: z.array(z.looseObject({ count: z.coerce.number() })) }) })
    .parse(metrics.get('gameday.request.duration'));
  t.equal(
    durations.histogram.dataPoints.reduce((sum, { count }) => sum + count, 0),
    requests.length,
  );
});

test('without it nothing of OpenTelemetry is loaded and no request is marked; a receiver that is gone does no harm', async (t) => {
  const coverage = scratch(t);
  const [plain, gone] = await Promise.all([
    drill(t, [], { NODE_V8_COVERAGE: coverage, OTEL_EXPORTER_OTLP_ENDPOINT: '' }),
    drill(t, [], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
  ]);
  const loaded = readdirSync(coverage).map((name) => readFileSync(join(coverage, name), 'utf8'));
  t.ok(
    loaded.some((text) => text.includes('/cli/actions/run.js')),
    'the run was watched',
  );
  t.notOk(loaded.some((text) => text.includes('node_modules/@opentelemetry/')));
  const marks = (out: string) =>
    readEntries(join(out, 'journal.ndjson')).filter(
      (entry) => 'traceparent' in entry && entry.traceparent !== undefined,
    ).length;
  t.equal(marks(plain.out), 0);
  t.ok(marks(gone.out) > 50, 'the environment alone turns it on');
  t.ok(gone.code === 0 || gone.code === 3, gone.stderr);
  t.match(gone.stderr, /note: telemetry is not complete: .*ECONNREFUSED/);
});

test('the injector passes a trace context on as it is, and remembers a valid one', async (t) => {
  const got: IncomingHttpHeaders[] = [];
  const upstream = await listening(
    t,
    createServer((request, response) => {
      got.push(request.headers);
      response.end();
    }),
  );
  const events: ExchangeEvent[] = [];
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream }],
    seed: '1',
    onExchange: (event) => events.push(event),
  });
  t.teardown(() => injector.stop());
  const [endpoint = ''] = injector.endpoints.values();
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const traceparent of [valid, 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]) {
    await (await fetch(`${endpoint}/bucket/key`, { headers: { traceparent, tracestate: 'a=1' } })).text();
    t.match(got.at(-1), { traceparent, tracestate: 'a=1' });
  }
  t.strictSame(
    events.map(({ exchange }) => exchange.traceparent),
    [valid, undefined, undefined],
  );
});
