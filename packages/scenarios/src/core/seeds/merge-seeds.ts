import { wilson, type Report, type Share, type Verdict } from '@gameday/reporter';
import type { Letter, StepClass } from '@gameday/reporter/journal';

/** A figure that differs from seed to seed, with a 95 % interval of its mean where there are at least two of it. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Student's t; null for a single figure. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface SeedResult {
  readonly seed: string;
  readonly runId: string;
  readonly letter: Letter | null;
  readonly score: number | null;
  readonly verdict: Verdict;
  readonly headline: string;
}

export interface MergedDimension {
  readonly id: string;
  readonly title: string;
  /** The worst of all seeds. */
  readonly verdict: Verdict;
  /** Null where no seed could be graded. */
  readonly score: Spread | null;
}

/** Several runs of one plan, which differ in their seed alone, as one result. */
export interface SeedsResult {
  readonly version: 1;
  readonly scenario: string;
  readonly target: string;
  readonly seeds: readonly SeedResult[];
  /** The worst letter; null where any run gave none: a seed that could not be graded is no proof of the others. */
  readonly letter: Letter | null;
  readonly verdict: Verdict;
  readonly score: Spread | null;
  readonly dimensions: readonly MergedDimension[];
  /** Good answers of all requests due in the outage, of all seeds together. */
  readonly availability: readonly { readonly class: StepClass; readonly due: number; readonly share: Share | null }[];
  readonly acknowledged: number;
  readonly lost: number;
  /** What the reader should know before believing it. */
  readonly notes: readonly string[];
}

/** With fewer the intervals say little. */
const SEEDS_WANTED = 5;
const LETTERS = ['A', 'B', 'C', 'D', 'F'] as const satisfies readonly Letter[];
const CLASSES = ['read', 'write', 'control'] as const satisfies readonly StepClass[];
/** Two-sided 95 % quantiles of Student's t, by degrees of freedom from 1; beyond the table the normal one is near enough. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;
const Z95 = 1.96;

/**
 * Merges the reports of several seeds: the worst letter and verdict win, scores get a mean with an interval, requests
 * are counted together. @throws {Error} for no report at all
 */
export function mergeSeeds(reports: readonly Report[]): SeedsResult {
  const [first] = reports;
  if (first === undefined) throw new Error('no report to merge');
  const letters = reports.map(({ letter }) => letter);
  const graded = letters.filter((letter) => letter !== null);
  return {
    version: 1,
    scenario: first.scenario.title,
    target: first.target.name,
    seeds: reports.map(({ run, letter, score, verdict, headline }) => ({
      seed: run.seed,
      runId: run.id,
      letter,
      score,
      verdict,
      headline,
    })),
    letter: graded.length < letters.length ? null : (LETTERS.findLast((letter) => graded.includes(letter)) ?? null),
    verdict: worst(reports.map(({ verdict }) => verdict)),
    score: spread(reports.flatMap(({ score }) => score ?? [])),
    dimensions: first.dimensions.map(({ id, title }) => mergeDimension(id, title, reports)),
    availability: CLASSES.map((stepClass) => availability(stepClass, reports)),
    acknowledged: sum(reports.map(({ ledger }) => ledger.acked)),
    lost: sum(reports.map(({ ledger }) => ledger.lost + ledger.corrupted)),
    notes: notes(reports),
  };
}

/** Mean and 95 % interval; null for no figure. */
export function spread(figures: readonly number[]): Spread | null {
  const count = figures.length;
  if (count === 0) return null;
  const mean = sum(figures) / count;
  const [min, max] = [Math.min(...figures), Math.max(...figures)];
  if (count === 1) return { count, mean, min, max, interval: null };
  const variance = sum(figures.map((figure) => (figure - mean) ** 2)) / (count - 1);
  const half = (T95[count - 2] ?? Z95) * Math.sqrt(variance / count);
  return { count, mean, min, max, interval: { low: mean - half, high: mean + half } };
}

function mergeDimension(id: string, title: string, reports: readonly Report[]): MergedDimension {
  const own = reports.flatMap(({ dimensions }) => dimensions.filter((dimension) => dimension.id === id));
  return {
    id,
    title,
    verdict: worst(own.map(({ verdict }) => verdict)),
    score: spread(own.flatMap(({ score }) => score ?? [])),
  };
}

function availability(stepClass: StepClass, reports: readonly Report[]): SeedsResult['availability'][number] {
  const rows = reports.flatMap(({ table, phases }) => {
    const incident = new Set(phases.filter(({ stage }) => stage === 'incident').map(({ id }) => id));
    return table.filter((row) => row.class === stepClass && incident.has(row.phase));
  });
  const due = sum(rows.map((row) => row.due));
  return { class: stepClass, due, share: wilson(sum(rows.map(({ good }) => good)), due) };
}

function notes(reports: readonly Report[]): string[] {
  const ungraded = reports.filter(({ letter }) => letter === null).map(({ run }) => run.seed);
  return [
    ...(reports.length < SEEDS_WANTED
      ? [`${reports.length} seeds only: ${SEEDS_WANTED} or more make an interval worth reading.`]
      : []),
    ...(ungraded.length > 0 ? [`No grade with seed ${ungraded.join(', ')}, so there is none for all of them.`] : []),
    ...new Set(reports.flatMap(({ inconclusive }) => inconclusive.map(({ sentence }) => sentence))),
  ];
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
