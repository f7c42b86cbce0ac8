// Tells Alertmanager of an alert, where there is one.

/** @param {{ labels: Record<string, string>, annotations?: Record<string, string>, startsAt: Date, endsAt?: Date }} alert */
export async function tellAlertmanager(alert) {
  const { ALERTMANAGER_URL: url } = process.env;
  if (url === undefined) return;
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([alert]) }).catch(console.error);
}
