import { test, type Test } from 'tap';
import { entriesOf } from './chaos-process.ts';
import { appCommand, outage, rehearse, type Rehearsed } from './eyes-kit.ts';

const dead = (regions: string): string =>
  `{ regions: [${regions}], share: 1, fault: { kind: http-error, code: SlowDown } }`;

const target = (env: string, expectations: Readonly<Record<string, string>>): string => `
name: alarmed
command: ${appCommand('alarmed-app')}
replicas: 3
env: { S3_ENDPOINT_US_EAST_1: '\${S3_ENDPOINT_US_EAST_1}', S3_ENDPOINT_US_WEST_2: '\${S3_ENDPOINT_US_WEST_2}', ${env} }
ready: { path: /metrics }
workload: { rate: 20/s, steps: [{ id: home, class: read, request: GET / }] }
probes:
  - { id: health, kind: http, path: /healthz, every: 200ms }
  - { id: gauges, kind: metrics, every: 200ms, metric: s3_failing }
alarms:
  - { id: region-lost, gauge: { metric: s3_failing, is: '== 1', same: region, servers: 3 }, expect: ${expectations['region-lost'] ?? 'any'} }
  - { id: all-lost, severity: critical, gauge: { metric: s3_failing, is: '== 1', all: region }, expect: ${expectations['all-lost'] ?? 'any'} }
  - { id: route, health: { servers: 2 } }
  - { id: alertmanager, webhook: { name: ^S3Down } }
  - { id: pager, severity: critical, webhook: { name: ^pager } }
  - { id: breaker, log: { fires: breaker opened, clears: breaker closed } }
`;

const detection = ({ report }: Rehearsed) => report.dimensions.find(({ id }) => id === 'detection');
const story = ({ report }: Rehearsed, id: string) => report.alarmStories.find((alarm) => alarm.id === id);

function allSpoke(t: Test, run: Rehearsed, ids: readonly string[]): void {
  for (const id of ids) {
    const told = story(run, id);
    t.match(told, { falseAlarms: 0, stuck: false }, id);
    t.ok((told?.detectedAfterMs ?? -1) >= 0, `${id} ${JSON.stringify(told)}`);
  }
}

test('three servers lose a region: a warning, which clears, nothing critical; the other app alarms early and sticks', async (t) => {
  const expected = { 'region-lost': 'fires', 'all-lost': 'quiet' };
  const [clean, bad] = await Promise.all([
    rehearse(t, outage(dead('us-east-1')), target('MODE: clean', expected)),
    rehearse(t, outage(dead('us-east-1')), target('MODE: bad', expected)),
  ]);
  t.match(detection(clean), { verdict: 'pass', score: 100 }, clean.stdout + clean.stderr);
  allSpoke(t, clean, ['region-lost', 'route', 'alertmanager', 'pager', 'breaker']);
  t.match(story(clean, 'region-lost'), { asExpected: true });
  t.match(story(clean, 'all-lost'), { asExpected: true, fired: null });
  const warning = entriesOf(clean.entries, 'alert.seen').find(({ alarm }) => alarm === 'region-lost');
  t.match(warning, { source: 'gauge', detail: 's3_failing == 1 with region="us-east-1" on 3 servers (1, 2, 3)' });
  const values = entriesOf(clean.entries, 'probe.reading').filter(({ probe }) => probe === 'gauges');
  t.ok(values.some(({ replica, value }) => replica === 2 && value === 1));

  t.ok((story(bad, 'pager')?.falseAlarms ?? 0) > 0, bad.stdout);
  t.match(story(bad, 'pager'), { stuck: true });
  t.match(story(bad, 'region-lost'), { stuck: false });
  t.match(detection(bad), { verdict: 'fail', score: 50 });
  t.match(detection(bad)?.summary, /went off before anything was broken\. .*alarms never cleared/);
});
