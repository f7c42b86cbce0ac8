import { z } from 'zod';

const DURATION = /^(?=.)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const UNITS_MS = [3_600_000, 60_000, 1_000, 1] as const;

/**
 * Milliseconds of a duration such as `8s`, `500ms`, `2h49m` or `1.5s`: hours, minutes, seconds, milliseconds, largest
 * first, no blanks. Null where the text is no duration.
 */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  return UNITS_MS.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
}

/**
 * A duration as `parseDuration` reads it, exact to the millisecond: `1m50s`, `39s`, `35.1s`, `900ms`, `0s`.
 * @param ms at least 0; rounded to whole milliseconds
 */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms);
  if (whole > 0 && whole < 1_000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor((whole % 3_600_000) / 60_000);
  const seconds = (whole % 60_000) / 1_000;
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : ''];
  return parts.join('') || '0s';
}

/** A duration in a YAML file, as milliseconds of wall time. */
export const durationSchema = z
  .string('must be a duration such as "8s", "500ms" or "2h49m"')
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    context.issues.push({
      code: 'custom',
      message: `"${text}" is no duration; write "8s", "500ms" or "2h49m"`,
      input: text,
    });
    return z.NEVER;
  });
