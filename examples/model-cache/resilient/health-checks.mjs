// Looks at the API from outside, as users do. Ada resolved on every ten seconds; a rehearsal in ten seconds looks more often.
import { tellAlertmanager } from '../../shared/alertmanager.mjs';

const EVERY_MS = Number(process.env.HEALTH_CHECK_MS ?? 10_000);
const WITHIN_MS = 1_000;
const FAILURES_MIN = 2;

/** @param {string} url @param {(healthy: boolean) => void} onChange */
export function checkHealth(url, onChange) {
  let failures = 0;
  let healthy = true;
  const look = async () => {
    const answers = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
    failures = answers ? 0 : failures + 1;
    if (healthy ? failures < FAILURES_MIN : !answers) return;
    healthy = answers;
    onChange(healthy);
  };
  setInterval(() => void look(), EVERY_MS);
}

const since = new Map();

/** @param {string} alertname @param {boolean} firing */
export async function alert(alertname, firing) {
  const startsAt = since.get(alertname) ?? new Date();
  if (firing) since.set(alertname, startsAt);
  else since.delete(alertname);
  const ended = firing ? {} : { endsAt: new Date() };
  await tellAlertmanager({ labels: { alertname, severity: 'critical' }, startsAt, ...ended });
}
