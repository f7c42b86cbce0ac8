import type { StepClass } from '../journal/plan-record.ts';
import type { Cause, Verdict } from '../report/basics.ts';
import type { Cap, Report } from '../report/report.ts';

/**
 * Figures as they stand in tables and charts, where room is short. Own code, not Intl or toLocaleString: the same report must give the same bytes whatever
 * the locale and the ICU data of the machine.
 */

/** Shown where a figure does not exist. */
export const NONE = '\u2013';

/** `1234567` as "1,234,567". */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',') : NONE;
}

/** A ratio as "82.4 %". "100 %" and "0 %" are kept for all and none: what only rounds to them says so. */
export function formatPercent(ratio: number): string {
  if (!Number.isFinite(ratio)) return NONE;
  if (ratio === 0 || ratio === 1) return `${ratio * 100} %`;
  const percent = (ratio * 100).toFixed(1);
  if (percent === '100.0' && ratio < 1) return '>99.9 %';
  return percent === '0.0' ? '<0.1 %' : `${percent} %`;
}

/** `part / whole` as a percentage; a dash where nothing was due. */
export function formatShare(part: number, whole: number): string {
  return whole > 0 ? formatPercent(part / whole) : NONE;
}

/** Milliseconds as "0.4 ms", "31 ms", "4.1 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return NONE;
  if (ms < 0) return `\u2212${formatDuration(-ms)}`;
  if (ms > 0 && ms < 9.95) return `${trimZero(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimZero((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A duration, or a dash. */
export function formatMaybe(ms: number | null): string {
  return ms === null ? NONE : formatDuration(ms);
}

/** A latency. From the patience on it is censored (nobody waited longer), so it reads "at least". */
export function formatLatency(ms: number | null, patienceMs: number): string {
  if (ms === null) return NONE;
  return ms >= patienceMs ? `\u2265 ${formatDuration(patienceMs)}` : formatDuration(ms);
}

/** Time since the load began as "1:05". */
export function formatRunTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `1171456` as "1.1 MiB". */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return NONE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A score or points: one decimal, none where it is whole. */
export function formatPoints(points: number): string {
  return Number.isFinite(points) ? trimZero(points.toFixed(1)) : NONE;
}

/** ISO 8601 in UTC as "2026-05-04 10:20 UTC"; anything else as it stands. */
export function formatTimestamp(iso: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(iso) ?? [];
  return day === undefined || minute === undefined ? iso : `${day} ${minute} UTC`;
}

export const CLASS_TITLES: Readonly<Record<StepClass, string>> = {
  read: 'Reads',
  write: 'Writes',
  control: 'Control',
};

export const VERDICT_TITLES: Readonly<Record<Verdict, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
};

/** "20 of 100 points, and no letter better than F". */
export function costOf({ pointsLost, cap }: Cause, caps: readonly Cap[]): string {
  const letter = caps.find(({ id }) => id === cap)?.letter;
  const points = `${formatPoints(pointsLost)} of 100 points`;
  if (letter === undefined) return points;
  return pointsLost === 0 ? `no letter better than ${letter}` : `${points}, and no letter better than ${letter}`;
}

/** The reasons for which there is no letter, but for those that the headline has told already. */
export function furtherReasons({ inconclusive, headline }: Report): Report['inconclusive'] {
  return inconclusive.filter(({ sentence }) => !headline.includes(sentence));
}

/** A sentence whose figures do not part from their units at the end of a line. */
export function keepUnits(sentence: string): string {
  return sentence.replaceAll(/(\d) (?=(?:%|ms|s|min)(?![\w-]))/g, '$1\u00A0');
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s+\p{Lu}|\s*$)/su.exec(text)?.[0] ?? text;
}

/** Quoted for a POSIX shell where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
