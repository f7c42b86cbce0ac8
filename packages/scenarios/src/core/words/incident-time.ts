import { z } from 'zod';
import { formatDuration, parseDuration } from './duration.ts';

const MINUTES_PER_DAY = 1_440;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** A moment of an incident as a scenario writes it: a reading of its clock, or so long after its zero. */
export type IncidentTime =
  | { readonly kind: 'clock'; readonly minuteOfDay: number }
  | { readonly kind: 'offset'; readonly minutes: number };

/** The minute of the day of `09:40` or `09:40:30`; null where the text is no such reading. */
export function parseClock(text: string): number | null {
  const match = CLOCK.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 60 + Number(match[2]) + Number(match[3] ?? 0) / 60;
}

/** Reads `"09:40"` or `T+3m`; null where the text is neither. */
export function parseIncidentTime(text: string): IncidentTime | null {
  const minuteOfDay = parseClock(text);
  if (minuteOfDay !== null) return { kind: 'clock', minuteOfDay };
  const ms = text.startsWith('T+') ? parseDuration(text.slice(2)) : null;
  return ms === null ? null : { kind: 'offset', minutes: ms / 60_000 };
}

/**
 * Minutes since the incident's zero. A reading of the clock is its first moment at or after `notBeforeMinutes`, so an
 * incident may cross midnight.
 */
export function minutesSinceZero(time: IncidentTime, zeroMinuteOfDay: number, notBeforeMinutes = 0): number {
  if (time.kind === 'offset') return time.minutes;
  const first = time.minuteOfDay - zeroMinuteOfDay;
  const days = Math.ceil((notBeforeMinutes - first) / MINUTES_PER_DAY - 1e-9);
  return Math.round((first + days * MINUTES_PER_DAY) * 60) / 60;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** What the incident's clock shows so many minutes after its zero: `12:26`, the next day `02:25+1d`. */
export function formatClock(zeroMinuteOfDay: number, minutes: number): string {
  const seconds = Math.round((zeroMinuteOfDay + minutes) * 60);
  const day = Math.floor(seconds / 86_400);
  const ofDay = seconds - day * 86_400;
  const clock = `${two(Math.floor(ofDay / 3_600))}:${two(Math.floor((ofDay % 3_600) / 60))}`;
  return `${clock}${ofDay % 60 === 0 ? '' : `:${two(ofDay % 60)}`}${day === 0 ? '' : `+${day}d`}`;
}

/** `T+2h49m`. */
export function formatOffset(minutes: number): string {
  return `T+${formatDuration(minutes * 60_000)}`;
}

/** A moment as the incident's own clock shows it; as time since zero where the scenario has no clock. */
export function formatIncidentTime(
  clock: { readonly date: string; readonly zeroMinuteOfDay: number },
  minutes: number,
): string {
  return clock.date === '' ? formatOffset(minutes) : formatClock(clock.zeroMinuteOfDay, minutes);
}

export const incidentTimeSchema = z
  .string('must be a time of the incident such as "09:40" or T+3m')
  .transform((text, context): IncidentTime => {
    const time = parseIncidentTime(text);
    if (time !== null) return time;
    context.issues.push({
      code: 'custom',
      message: `"${text}" is no time of the incident; write "09:40" or T+3m`,
      input: text,
    });
    return z.NEVER;
  });
