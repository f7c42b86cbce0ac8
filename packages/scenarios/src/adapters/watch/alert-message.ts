import { z } from 'zod';
import type { SentAlert } from '../../core/watch/sent-alert.ts';

const labelsSchema = z.record(z.string(), z.string());

/** An alert as Prometheus posts it to Alertmanager: https://prometheus.io/docs/alerting/latest/alerts_api/. */
const postedAlertSchema = z.object({
  labels: labelsSchema.prefault({}),
  annotations: labelsSchema.prefault({}),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
});

/** What Alertmanager posts to a webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. */
const webhookSchema = z.object({
  alerts: z.array(
    postedAlertSchema.extend({ status: z.enum(['firing', 'resolved']), fingerprint: z.string().nullish() }),
  ),
});

/** https://developer.pagerduty.com/docs/send-alert-event */
const pagerDutySchema = z.object({
  routing_key: z.string(),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(255).nullish(),
  payload: z.object({ summary: z.string(), severity: z.string().nullish(), source: z.string().nullish() }).nullish(),
});

const FORMATS =
  'send what Alertmanager sends ({"alerts": [{"status", "labels", ...}]}), what Prometheus posts to Alertmanager ' +
  '([{"labels", ...}]), or an event of PagerDuty\'s Events API v2 ({"routing_key", "event_action", "dedup_key", "payload"})';

export type AlertMessage =
  | { readonly ok: true; readonly format: 'alertmanager' | 'pagerduty'; readonly alerts: readonly SentAlert[] }
  | { readonly ok: false; readonly message: string };

/**
 * Reads what an app posts to its alerting: Alertmanager's API and webhook, and PagerDuty's Events API v2.
 * @param nowMs milliseconds since 1970: an alert that ended before is over
 * @param newKey for an event that brings no key of its own
 */
export function parseAlertMessage(body: unknown, nowMs: number, newKey: () => string): AlertMessage {
  if (Array.isArray(body)) {
    const posted = z.array(postedAlertSchema).safeParse(body);
    if (!posted.success) return { ok: false, message: problemOf(posted.error) };
    return { ok: true, format: 'alertmanager', alerts: posted.data.map((alert) => postedAlert(alert, nowMs)) };
  }
  if (typeof body === 'object' && body !== null && 'alerts' in body) {
    const hook = webhookSchema.safeParse(body);
    if (!hook.success) return { ok: false, message: problemOf(hook.error) };
    const alerts = hook.data.alerts.map((alert): SentAlert => ({
      name: nameOf(alert),
      detail: detailOf(alert),
      key: alert.fingerprint ?? keyOf(alert.labels),
      firing: alert.status === 'firing',
      endsInMs: null,
    }));
    return { ok: true, format: 'alertmanager', alerts };
  }
  const event = pagerDutySchema.safeParse(body);
  if (!event.success) return { ok: false, message: problemOf(event.error) };
  const { dedup_key: key, event_action: action, payload } = event.data;
  const detail = payload?.summary ?? key ?? '';
  const alert = { key: key ?? newKey(), name: detail, firing: action !== 'resolve', detail, endsInMs: null };
  return { ok: true, format: 'pagerduty', alerts: [alert] };
}

function postedAlert(alert: PostedAlert, nowMs: number): SentAlert {
  const endsInMs = endsIn(alert.endsAt, nowMs);
  const over = endsInMs !== null && endsInMs <= 0;
  return {
    key: keyOf(alert.labels),
    name: nameOf(alert),
    detail: detailOf(alert),
    firing: !over,
    endsInMs: over ? null : endsInMs,
  };
}

/** Go writes year 1 for a time that it does not have. */
function endsIn(endsAt: string | null | undefined, nowMs: number): number | null {
  if (typeof endsAt !== 'string' || endsAt.startsWith('0001-')) return null;
  const ms = Date.parse(endsAt) - nowMs;
  return Number.isNaN(ms) ? null : ms;
}

type PostedAlert = z.output<typeof postedAlertSchema>;

const nameOf = (alert: PostedAlert): string => alert.labels['alertname'] ?? detailOf(alert);

function detailOf({ labels, annotations }: PostedAlert): string {
  const others = Object.entries(labels).filter(([name]) => name !== 'alertname');
  const text = annotations['summary'] ?? annotations['description'];
  return text ?? others.map(([name, value]) => `${name}=${value}`).join(' ');
}

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function problemOf({ issues: [issue] }: z.ZodError): string {
  return `not an alert: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}; ${FORMATS}`;
}
