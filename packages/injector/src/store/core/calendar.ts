const DAY_MS = 86_400_000;
const weekdays = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, "chrono-compatible date algorithms"). */
function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

function daysFromCivil({ year, month, day }: CivilDate): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function clockOf(ms: number): string {
  const seconds = Math.floor((ms - Math.floor(ms / DAY_MS) * DAY_MS) / 1000);
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** `2017-02-28T17:37:00.000Z`, the form in XML bodies. S3 knows whole seconds only, though it writes more. */
export function isoTime(ms: number): string {
  const { year, month, day } = civilFromDays(Math.floor(ms / DAY_MS));
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clockOf(ms)}.000Z`;
}

/** `Tue, 28 Feb 2017 17:37:00 GMT`, the form in headers. */
export function httpTime(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const { year, month, day } = civilFromDays(days);
  return `${weekdays[days % 7] ?? ''}, ${pad(day)} ${months[month - 1] ?? ''} ${pad(year, 4)} ${clockOf(ms)} GMT`;
}

const http = /^\w{3}, (\d{1,2})[ -](\w{3})[ -](\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|[+-]0000)$/;
const iso = /^(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):?(\d{2}):?(\d{2})(?:\.(\d{1,9}))?Z$/;

/** Milliseconds since 1970 of a date in a header (RFC 9110's preferred form); undefined where it is no such date. */
export function parseHttpTime(text: string): number | undefined {
  const match = http.exec(text.trim());
  if (match === null) return undefined;
  const [, day, name, year, hour, minute, second] = match;
  const month = months.indexOf(name ?? '') + 1;
  if (month === 0) return undefined;
  return instant(Number(year), month, Number(day), [Number(hour), Number(minute), Number(second)]);
}

/** Milliseconds since 1970 of an ISO 8601 time in UTC, basic (`20170228T173700Z`) or extended; undefined if it is none. */
export function parseIsoTime(text: string): number | undefined {
  const match = iso.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction] = match;
  const base = instant(Number(year), Number(month), Number(day), [Number(hour), Number(minute), Number(second)]);
  return base === undefined ? undefined : base + Math.floor(Number(`0.${fraction ?? '0'}`) * 1000);
}

function instant(
  year: number,
  month: number,
  day: number,
  [hour, minute, second]: readonly [number, number, number],
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  return daysFromCivil({ year, month, day }) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}
