/**
 * An app that watches S3 in every region and alarms as MODE says: `clean` raises and clears; `bad` also alarms once before
 * anything is broken, and never clears what it raised again. It shows a gauge for each region, answers on its health
 * route, writes to its log, and sends alerts to Alertmanager and PagerDuty.
 */
import { createServer } from 'node:http';

const { MODE = 'clean', PORT = '', GAMEDAY_REPLICA = '1' } = process.env;
const alertmanager = process.env['GAMEDAY_ALERTMANAGER_URL'] ?? '';
const pagerDuty = process.env['GAMEDAY_PAGERDUTY_URL'] ?? '';
const regions = new Map([
  ['us-east-1', process.env['S3_ENDPOINT_US_EAST_1'] ?? ''],
  ['us-west-2', process.env['S3_ENDPOINT_US_WEST_2'] ?? ''],
]);
const failing = new Map<string, boolean>();
let raised = false;
let raises = 0;

const answers = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/bucket/key`, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
  await answer?.arrayBuffer().catch(() => {});
  return answer !== null && answer.status < 500;
};

const post = (url: string, body: unknown): void => {
  const headers = { 'content-type': 'application/json' };
  void fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => {});
};

function raise(on: boolean): void {
  if (raised === on || (MODE === 'bad' && raises > 1)) return;
  raised = on;
  if (on) raises += 1;
  const labels = { alertname: 'S3Down', server: GAMEDAY_REPLICA };
  const alert = { status: on ? 'firing' : 'resolved', labels, annotations: { summary: 'S3 fails' } };
  post(alertmanager, { version: '4', status: alert.status, alerts: [alert] });
  post(pagerDuty, {
    routing_key: 'k',
    event_action: on ? 'trigger' : 'resolve',
    dedup_key: `pager-${GAMEDAY_REPLICA}`,
    ...(on ? { payload: { summary: 'pager: S3 fails', severity: 'critical', source: 'app' } } : {}),
  });
  process.stdout.write(on ? 'breaker opened\n' : 'breaker closed\n');
}

async function look(): Promise<void> {
  for (const [region, url] of regions) {
    failing.set(region, !(await answers(url)));
  }
  raise([...failing.values()].includes(true));
  setTimeout(() => void look(), 150);
}
void look();
if (MODE === 'bad') setTimeout(() => raise(true), 300);

const gauges = (): string =>
  [...failing].map(([region, bad]) => `s3_failing{region="${region}"} ${bad ? 1 : 0}\n`).join('');

createServer((request, response) => {
  if (request.url === '/metrics') response.end(`# TYPE s3_failing gauge\n${gauges()}`);
  else if (request.url === '/healthz') {
    response.statusCode = raised ? 503 : 200;
    response.end();
  } else response.end('ok');
}).listen(Number(PORT), '127.0.0.1');
