import { test } from 'tap';
import type { SentAlert } from '../../core/watch/sent-alert.ts';
import { startAlertReceiver } from './alert-receiver.ts';

test('alerts of Alertmanager and PagerDuty are taken; what is none is told so', async (t) => {
  const receiver = await startAlertReceiver();
  t.teardown(() => receiver.close());
  const seen: SentAlert[] = [];
  receiver.onAlert((alert) => void seen.push(alert));
  const post = async (path: string, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(receiver.url + path, { method: 'POST', body: text });
    return { status: answer.status, body: await answer.text() };
  };
  const labels = { alertname: 'S3Down', region: 'us-east-1' };
  const sent = await post('/hook', {
    version: '4',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary: 'S3 fails' },
        fingerprint: 'f1',
        endsAt: '0001-01-01T00:00:00Z',
      },
      { status: 'resolved', labels, fingerprint: 'f2' },
    ],
  });
  t.equal(sent.status, 200);
  t.match(seen.splice(0), [
    { key: 'f1', name: 'S3Down', firing: true, detail: 'S3 fails', endsInMs: null },
    { key: 'f2', firing: false, detail: 'region=us-east-1' },
  ]);

  const api = [
    { labels, startsAt: '2026-01-01T00:00:00Z' },
    { labels, endsAt: '2020-01-01T00:00:00Z' },
  ];
  t.equal((await post('/api/v2/alerts', api)).status, 200);
  const [on, off] = seen.splice(0);
  t.equal(on?.key, off?.key, 'an alert is known by its labels');
  t.match([on, off], [{ firing: true }, { firing: false }]);
  const later = new Date(Date.now() + 60_000).toISOString();
  await post('/api/v2/alerts', [{ labels, endsAt: later }]);
  const [lasting] = seen.splice(0);
  t.ok(lasting?.firing === true && (lasting.endsInMs ?? 0) > 30_000);

  const event = {
    routing_key: 'r',
    event_action: 'trigger',
    payload: { summary: 'S3 is down', severity: 'critical', source: 'x' },
  };
  const enqueued = await post('/v2/enqueue', event);
  t.match(enqueued, { status: 202, body: /"dedup_key":"[0-9a-f-]{36}"/ });
  await post('/v2/enqueue', { routing_key: 'r', event_action: 'resolve', dedup_key: 'd' });
  t.match(seen.splice(0), [
    { name: 'S3 is down', firing: true },
    { key: 'd', firing: false },
  ]);

  t.match(await post('/', 'nonsense'), { status: 400, body: /not JSON/ });
  t.match(await post('/', { hello: 1 }), { status: 400, body: /routing_key.*send what Alertmanager sends/ });
  t.equal((await post('/', 'x'.repeat(1_100_000))).status, 413);
  t.equal((await fetch(receiver.url)).status, 200);
  t.strictSame(seen, []);
});
