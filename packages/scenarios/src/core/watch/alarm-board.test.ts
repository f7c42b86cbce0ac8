import { test } from 'tap';
import { AlarmBoard } from './alarm-board.ts';
import type { AlarmRule, PlannedAlarm } from '../planned-watch.ts';
import { parsePrometheusText, sumOf } from './prometheus-text.ts';

const alarm = (id: string, rule: AlarmRule, forMs = 0): PlannedAlarm => ({
  id,
  severity: 'warning',
  rule,
  forMs,
  expect: 'any',
});
const gauge = (more: { same?: string; all?: string; servers?: number }): AlarmRule => ({
  kind: 'gauge',
  probe: 'metrics',
  metric: 's3_failing',
  where: { app: 'calls' },
  is: { operator: '==', value: 1 },
  servers: more.servers ?? 1,
  same: more.same ?? null,
  all: more.all ?? null,
});
/** Invoca's two rules. */
const invoca = () =>
  new AlarmBoard([
    alarm('warning', gauge({ same: 'region', servers: 3 })),
    alarm('critical', gauge({ all: 'region' })),
  ]);
const scrape = (replica: number, east: number, west: number) => ({
  probe: 'metrics',
  replica,
  ok: true,
  samples: parsePrometheusText(
    `s3_failing{app="calls",region="east"} ${east}\ns3_failing{app="calls",region="west"} ${west}\ns3_failing{app="other",region="east"} 1\n`,
  ),
});

test('two servers that lose a region are no alarm, three are a warning, and it clears', async (t) => {
  const board = invoca();
  t.strictSame(board.look(0, scrape(1, 1, 0)), []);
  t.strictSame(board.look(1, scrape(2, 1, 0)), []);
  t.strictSame(board.look(2, scrape(3, 0, 1)), [], 'another region');
  t.match(board.look(3, scrape(3, 1, 0)), [{ alarm: 'warning', source: 'gauge', state: 'firing' }]);
  t.strictSame(board.look(4, scrape(4, 1, 0)), [], 'it fires already');
  board.look(5, scrape(4, 0, 0));
  t.match(board.look(6, scrape(1, 0, 0)), [{ alarm: 'warning', state: 'cleared' }]);
});

test('one server that loses every region is critical, also where others have met more regions than it', async (t) => {
  const board = invoca();
  board.look(0, scrape(2, 0, 0));
  const one = { ...scrape(1, 1, 1), samples: parsePrometheusText('s3_failing{app="calls",region="east"} 1') };
  t.strictSame(board.look(1, one), [], 'it has not tried the other region yet');
  t.match(board.look(2, scrape(1, 1, 1)), [
    { alarm: 'critical', state: 'firing', detail: 's3_failing == 1 on 1 server (1)' },
  ]);
  t.match(
    board.look(3, { ...scrape(1, 1, 1), ok: false, samples: [] }),
    [{ alarm: 'critical', state: 'cleared' }],
    'as in Prometheus, what cannot be scraped is not known',
  );
});

test('health routes, log lines and alerts: raised, held for a while, cleared', async (t) => {
  const health = new AlarmBoard([alarm('ill', { kind: 'health', probe: 'healthz', servers: 2 }, 1_000)]);
  const look = (replica: number, ok: boolean) => ({ probe: 'healthz', replica, ok, samples: [] });
  health.look(0, look(1, false));
  t.strictSame(health.look(100, look(2, false)), []);
  t.strictSame(health.tick(1_000), []);
  t.match(health.tick(1_100), [{ alarm: 'ill', state: 'firing', detail: 'healthz failed on 2 servers (1, 2)' }]);
  t.match(health.look(1_200, look(1, true)), [{ state: 'cleared' }]);

  const log = { kind: 'log', fires: 'S3 (down|gone)', quietMs: 5_000, servers: 1 } as const;
  const lines = new AlarmBoard([
    alarm('told', { ...log, clears: null }),
    alarm('paired', { ...log, clears: 'S3 back' }),
  ]);
  t.match(lines.line(0, 1, 'error: S3 gone'), [
    { alarm: 'told', source: 'log', detail: 'error: S3 gone' },
    { alarm: 'paired' },
  ]);
  t.strictSame(lines.line(4_000, 1, 'S3 down'), []);
  t.strictSame(lines.tick(8_999), []);
  t.match(lines.tick(9_000), [{ alarm: 'told', state: 'cleared' }]);
  t.match(lines.line(9_500, 1, 'S3 back'), [{ alarm: 'paired', state: 'cleared' }]);
});

test('an alert that nobody asked for is told under its own name; PagerDuty takes back by key alone', async (t) => {
  const board = new AlarmBoard([alarm('s3', { kind: 'webhook', name: '^S3' })]);
  const alert = { key: 'k', name: 'S3Down', firing: true, detail: 'S3 fails', endsInMs: null };
  t.match(board.alert(0, alert), [{ alarm: 's3', source: 'webhook', state: 'firing', detail: 'S3 fails' }]);
  t.match(board.alert(1, { ...alert, name: '', firing: false }), [{ alarm: 's3', state: 'cleared' }]);
  const other = { ...alert, key: 'x', name: 'Disk (full)', endsInMs: 500 };
  t.match(board.alert(2, other), [{ alarm: 'Disk (full)', state: 'firing' }]);
  t.match(board.tick(502), [{ alarm: 'Disk (full)', state: 'cleared' }], 'it ended by itself');
});

test("Prometheus's text format", async (t) => {
  const text = `# HELP x A "thing".
# TYPE x counter
x 3 1395066363000
x{a="b \\"c\\" \\\\ \\n, }", d = "e",} -1.5e3
x_bucket{le="+Inf"} 4 # {trace="1"} 0.5
temp NaN
up +Inf
not a sample
x{broken
`;
  const samples = parsePrometheusText(text);
  t.strictSame(
    samples.map(({ metric, labels }) => [metric, labels]),
    [
      ['x', {}],
      ['x', { a: 'b "c" \\ \n, }', d: 'e' }],
      ['x_bucket', { le: '+Inf' }],
      ['temp', {}],
      ['up', {}],
    ],
  );
  t.equal(sumOf(samples, 'x', {}), -1497);
  t.equal(sumOf(samples, 'x', { d: 'e' }), -1500);
  t.equal(sumOf(samples, 'y', {}), null);
});
