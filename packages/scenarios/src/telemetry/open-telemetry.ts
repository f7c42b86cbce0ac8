import { optionError } from '../core/source/input-error.ts';
import type { Telemetry } from './run-telemetry.ts';

/**
 * Telemetry of a run, where the user has asked for it: by `--otlp`, or by the variables that every OpenTelemetry SDK
 * reads. OpenTelemetry is loaded only then.
 * @param url `http://127.0.0.1:4318`; undefined where only the environment may ask
 * @throws {InputError} where that is no URL
 */
export async function openTelemetry(
  url: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  gamedayVersion: string,
): Promise<Telemetry | null> {
  if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw optionError(`--otlp ${url}`, 'not a URL', '--otlp http://127.0.0.1:4318');
  }
  const asked = url !== undefined || (env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '';
  if (!asked || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return null;
  const { startTelemetry } = await import('./run-telemetry.ts');
  return startTelemetry(url ?? null, gamedayVersion);
}
