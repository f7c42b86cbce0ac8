import type { Credentials } from '../adapters/s3-behind.ts';
import type { Plan } from '../core/plan.ts';
import { endpointVariable, fillTemplate } from '../core/words/template.ts';

/**
 * What the templates of a chaos.yaml stand for: the port to listen on, S3's endpoints as the injector serves them, and
 * where the app's alerts go in a rehearsal.
 */
export function targetValues(
  port: number,
  endpoints: ReadonlyMap<string, string>,
  homeRegion: string,
  alertsUrl: string,
): Record<string, string> {
  const perRegion = [...endpoints].map(([region, url]) => [endpointVariable(region), url] as const);
  const alerts = {
    GAMEDAY_ALERTMANAGER_URL: alertsUrl,
    GAMEDAY_PAGERDUTY_URL: `${alertsUrl}/v2/enqueue`,
  };
  return {
    ...alerts,
    PORT: String(port),
    S3_ENDPOINT: endpoints.get(homeRegion) ?? '',
    ...Object.fromEntries(perRegion),
  };
}

/** Profiles, keys, tokens, and where an SDK fetches such: whatever AWS_ variable may hold one, under any name. */
const LEADS_TO_ACCOUNT = /^AWS_\w*(?:PROFILE|KEY|TOKEN|SECRET|CREDENTIAL|ROLE|SSO|LOGIN)/i;

/** With what the user's own list has: S3 and the app are on this machine, and no proxy is to stand between. */
function withoutProxy(inherited: string | undefined): string {
  const names = (inherited ?? '').split(',').map((name) => name.trim());
  return [...new Set([...names, '127.0.0.1', 'localhost'])].filter((name) => name !== '').join(',');
}

/**
 * The environment of the target: the user's own without any way to their account, the endpoints as `S3_ENDPOINT` and
 * `S3_ENDPOINT_<REGION>`, and what the target's `env` says, with which `AWS_ENDPOINT_URL_S3` points the SDKs at the
 * injector.
 */
export function targetEnvironment(
  plan: Plan,
  values: Readonly<Record<string, string>>,
  credentials: Credentials,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const own = Object.entries(plan.target.env).map(([name, text]) => [name, fillTemplate(text, values)] as const);
  const secrets = Object.keys(inherited).filter((name) => LEADS_TO_ACCOUNT.test(name));
  return {
    ...inherited,
    // The user's own account must never be reached from a rehearsal.
    ...Object.fromEntries(secrets.map((name) => [name, undefined])),
    AWS_ENDPOINT_URL: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: withoutProxy(inherited['NO_PROXY'] ?? inherited['no_proxy']),
    no_proxy: withoutProxy(inherited['no_proxy'] ?? inherited['NO_PROXY']),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...values,
    ...Object.fromEntries(own),
  };
}
