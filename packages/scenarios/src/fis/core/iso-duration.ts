const ISO = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000] as const;

/** The shortest and the longest that an action of AWS lasts, in milliseconds. */
export const AWS_DURATION_MS_MIN = 60_000;
export const AWS_DURATION_MS_MAX = 12 * 3_600_000;

/** Milliseconds of an ISO 8601 duration of days and less, `PT1H30M`; null for what is none, or is nothing long. */
export function parseIsoDuration(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const ms = UNITS_MS.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return ms > 0 ? ms : null;
}

/** `PT12H`, `PT1M30S`: hours, minutes and seconds, rounded to whole seconds. @param ms at least 500 */
export function formatIsoDuration(ms: number): string {
  const whole = Math.round(ms / 1_000);
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const seconds = whole % 60;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''];
  return `PT${parts.join('') || '0S'}`;
}
