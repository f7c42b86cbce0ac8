import type { SeedsResult, Spread } from './merge-seeds.ts';

/** `71.2 (64.0 to 78.4)`, the mean and its 95 % interval; `n/a` where there is none. */
function figure(score: Spread | null): string {
  if (score === null) return 'n/a';
  const mean = score.mean.toFixed(1);
  if (score.interval === null) return mean;
  return `${mean} (${Math.max(0, score.interval.low).toFixed(1)} to ${Math.min(100, score.interval.high).toFixed(1)})`;
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
const plain = (score: number | null): string => (score === null ? 'n/a' : score.toFixed(1));

/** The result in one line. */
export function headline(result: SeedsResult): string {
  const { seeds, letter, target, scenario, score } = result;
  const grade = letter === null ? 'no grade' : `grade ${letter}, the worst of ${seeds.length}`;
  return `${target} in ${scenario}: ${grade}, score ${figure(score)}`;
}

function shares(result: SeedsResult): string[][] {
  return result.availability.map(({ class: stepClass, due, share }) => [
    stepClass,
    String(due),
    share === null ? 'n/a' : `${percent(share.ratio)} (${percent(share.low)} to ${percent(share.high)})`,
  ]);
}

const SEED_HEAD = ['seed', 'letter', 'score', 'verdict', 'run'];
const seedRows = ({ seeds }: SeedsResult): string[][] =>
  seeds.map(({ seed, letter, score, verdict, runId }) => [seed, letter ?? '?', plain(score), verdict, runId]);
const DIMENSION_HEAD = ['dimension', 'verdict', 'score, 95 % interval', 'lowest', 'highest'];
const dimensionRows = ({ dimensions }: SeedsResult): string[][] =>
  dimensions.map(({ title, verdict, score }) => [
    title,
    verdict,
    figure(score),
    plain(score?.min ?? null),
    plain(score?.max ?? null),
  ]);
const SHARE_HEAD = ['in the outage', 'due', 'served well, 95 % interval'];
export const writes = ({ acknowledged, lost }: SeedsResult): string =>
  `${acknowledged} writes acknowledged, ${lost} of them lost or corrupted.`;

/** A table of the merged result: its heads, then its rows. */
export interface SeedsTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What every rendering shows, in this order. */
export const seedsTables = (result: SeedsResult): readonly [SeedsTable, SeedsTable, SeedsTable] => [
  { head: SEED_HEAD, rows: seedRows(result) },
  { head: DIMENSION_HEAD, rows: dimensionRows(result) },
  { head: SHARE_HEAD, rows: shares(result) },
];

/** The merged result for a terminal. */
export function seedsAsText(result: SeedsResult): string {
  return [
    headline(result),
    '',
    ...seedsTables(result).flatMap(({ head, rows }) => columns([head, ...rows]).concat('')),
    writes(result),
    ...result.notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}

/** The merged result for a pull request. */
export function seedsAsMarkdown(result: SeedsResult): string {
  return [
    `## ${escapeCell(headline(result))}`,
    '',
    ...seedsTables(result).flatMap(({ head, rows }) => table(head, rows)),
    writes(result),
    '',
    ...result.notes.map((note) => `- ${escapeCell(note)}`),
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((cells) => (cells[index] ?? '').length)));
  return rows.map((cells) => `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd());
}

const escapeCell = (text: string): string => text.replaceAll(/[|<>&`*_[\]\\]/g, String.raw`\$&`);
const row = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}
