import type { Figure, Share } from '../report/basics.ts';

/** To a tenth: enough for every figure that people read, and the same on every machine. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;

/** "60.8 %". Rounding never turns a failure into "100 %", nor a success into "0 %". */
export function percent(ratio: number): string {
  const rounded = (ratio * 100).toFixed(1);
  if (rounded === '100.0') return ratio < 1 ? 'more than 99.9 %' : '100 %';
  if (rounded === '0.0') return ratio > 0 ? 'less than 0.1 %' : '0 %';
  return `${rounded} %`;
}

/** "340 ms", "4.1 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${tenth(ms)} ms`;
  if (ms < 59_950) return `${tenth(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** "1 read", "12 reads". */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`;

/** "a", "a and b", "a, b and c". */
export function joined(parts: readonly string[]): string {
  const last = parts.at(-1);
  if (last === undefined) return '';
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

export const countFigure = (name: string, value: number): Figure => ({
  name,
  value,
  unit: 'count',
  text: String(value),
});

export const msFigure = (name: string, value: number | null): Figure => ({
  name,
  value: value === null ? null : tenth(value),
  unit: 'ms',
  text: value === null ? 'not known' : duration(value),
});

export const factorFigure = (name: string, value: number | null): Figure => ({
  name,
  value: value === null ? null : Math.round(value * 100) / 100,
  unit: 'factor',
  text: value === null ? 'not known' : `${value.toFixed(2)} x`,
});

/** "340 of 420 (81.0 %)"; with an interval where one is given. */
export function shareFigure(name: string, part: number, whole: number, interval: Share | null = null): Figure {
  if (whole === 0) return { name, value: null, unit: 'ratio', text: 'none' };
  const range = interval === null ? '' : `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  return { name, value: part / whole, unit: 'ratio', text: `${part} of ${whole} (${percent(part / whole)}${range})` };
}
