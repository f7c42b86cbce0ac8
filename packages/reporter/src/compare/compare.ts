import type { Letter, StepClass } from '../journal/plan-record.ts';
import type { Report } from '../report/report.ts';
import { type Difference, differenceOf, differenceOfEstimates, type Part } from '../statistics/newcombe.ts';
import { unlikenessOf, unlikenessSentence } from './likeness.ts';
import { SAMPLES_MIN } from '../trace.ts';
import { duration, joined, percent, plural, tenth } from '../wording/figures.ts';

/** `unclear`: the interval holds zero, or there is one observation of each only. Noise gets no verdict. */
export type Change = 'better' | 'worse' | 'unclear';

/** One figure of two runs. */
export interface ComparedFigure {
  readonly id: string;
  readonly name: string;
  readonly a: string;
  readonly b: string;
  /** `b - a`; null where the figure has no interval. */
  readonly difference: Difference | null;
  readonly change: Change;
  readonly sentence: string;
}

export interface ComparedRun {
  readonly id: string;
  readonly letter: Letter | null;
  readonly score: number | null;
}

/** What got better and what got worse from run A to run B. */
export interface Comparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** Why they are no two runs of one experiment, so that no figure says what changed; empty where they are. */
  readonly unlike: readonly string[];
  /** What else speaks against comparing them as they stand; empty where nothing does. */
  readonly doubts: readonly string[];
  readonly figures: readonly ComparedFigure[];
  readonly better: readonly string[];
  readonly worse: readonly string[];
  readonly sentence: string;
}

const CLASSES: readonly StepClass[] = ['read', 'write', 'control'];
/** Nobody notices less. [our choice] */
const PROMPT_MS = 1_000;

const gradedIds = ({ phases }: Report): ReadonlySet<string> =>
  new Set(phases.filter(({ stage, graded }) => stage === 'incident' && graded).map(({ id }) => id));

function workOf(report: Report, cls: StepClass, count: 'good' | 'hangs'): Part {
  const ids = gradedIds(report);
  const rows = report.table.filter((row) => row.class === cls && ids.has(row.phase));
  return { count: rows.reduce((sum, row) => sum + row[count], 0), of: rows.reduce((sum, row) => sum + row.due, 0) };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Requests of the incident that were answered within a second. */
function promptOf(report: Report, cls: StepClass): Part {
  const bands = report.heatmap.edgesMs.filter((edge) => edge <= PROMPT_MS).length;
  const spans = report.phases.filter(({ stage, graded }) => stage === 'incident' && graded);
  const columns = report.heatmap.columns.filter(({ fromMs }) =>
    spans.some(({ from, to }) => from.atMs <= fromMs && fromMs < to.atMs),
  );
  return {
    count: columns.reduce((sum, column) => sum + total(column[cls].slice(0, bands)), 0),
    of: columns.reduce((sum, column) => sum + total(column[cls]), 0),
  };
}

const signed = (points: number): string => `${points >= 0 ? '+' : '\u2212'}${Math.abs(points).toFixed(1)}`;

function compareShares(
  id: string,
  name: string,
  a: Part,
  b: Part,
  moreIs: 'better' | 'worse',
): readonly ComparedFigure[] {
  const difference = differenceOf(a, b);
  if (difference === null) return [];
  const rises = difference.low > 0;
  const falls = difference.high < 0;
  const enough = a.of >= SAMPLES_MIN && b.of >= SAMPLES_MIN;
  const change: Change =
    !enough || (!rises && !falls) ? 'unclear' : rises === (moreIs === 'better') ? 'better' : 'worse';
  const [textA, textB] = [percent(a.count / a.of), percent(b.count / b.of)];
  const range = `${signed(100 * difference.value)} points, 95 % interval ${signed(100 * difference.low)} to ${signed(100 * difference.high)}`;
  const why = enough ? 'no difference beyond chance' : `fewer than ${SAMPLES_MIN} samples`;
  return [
    {
      id,
      name,
      a: textA,
      b: textB,
      difference,
      change,
      sentence: `${name}: ${textA}, then ${textB} (${range}): ${change === 'unclear' ? why : change}.`,
    },
  ];
}

const signedTime = (ms: number): string => `${ms >= 0 ? '+' : '\u2212'}${duration(Math.abs(ms))}`;

/** A difference that nobody can feel, and that a histogram cannot tell: 1 % and a millisecond. [our choice] */
const NOTHING = { part: 0.01, ms: 1 } as const;

/** Percentiles by order statistics: a verdict only where the interval of the difference excludes what nobody can feel. */
function comparePercentiles(a: Report, b: Report): readonly ComparedFigure[] {
  return a.percentiles.flatMap((first): readonly ComparedFigure[] => {
    const { class: cls, percentile } = first;
    const second = b.percentiles.find((other) => other.class === cls && other.percentile === percentile);
    if (second === undefined) return [];
    const [from, to] = [first, second].map(({ ms, lowMs, highMs }) => ({ value: ms, low: lowMs, high: highMs }));
    if (from === undefined || to === undefined) return [];
    const difference = differenceOfEstimates(from, to);
    const least = Math.max(NOTHING.ms, NOTHING.part * Math.max(first.ms, second.ms));
    const change: Change = difference.low > least ? 'worse' : difference.high < -least ? 'better' : 'unclear';
    const name = `p${percentile} of ${cls}s`;
    const range = `${signedTime(difference.value)}, 95 % interval ${signedTime(difference.low)} to ${signedTime(difference.high)}`;
    const verdict = change === 'unclear' ? 'no difference beyond chance' : change;
    return [
      {
        id: `latency.${cls}.p${percentile}`,
        name,
        a: duration(first.ms),
        b: duration(second.ms),
        difference,
        change,
        sentence: `${name}: ${duration(first.ms)}, then ${duration(second.ms)} (${range}): ${verdict}.`,
      },
    ];
  });
}

const text = (ms: number | null | undefined): string => (typeof ms === 'number' ? duration(ms) : 'not known');

/** One observation of each run: shown, but noise cannot be told from change. */
function compareTimes(
  id: string,
  name: string,
  dimension: string,
  evidence: string,
  a: Report,
  b: Report,
): readonly ComparedFigure[] {
  const msOf = (report: Report): number | null | undefined =>
    report.dimensions.find((one) => one.id === dimension)?.evidence.find((figure) => figure.name === evidence)?.value;
  const [from, to] = [msOf(a), msOf(b)];
  if (typeof from !== 'number' && typeof to !== 'number') return [];
  return [
    {
      id,
      name,
      a: text(from),
      b: text(to),
      difference: null,
      change: 'unclear',
      sentence: `${name}: ${text(from)}, then ${text(to)}: one observation each, so no verdict.`,
    },
  ];
}

const runOf = ({ run, letter, score }: Report): ComparedRun => ({ id: run.id, letter, score });

function sentenceOf(a: Report, b: Report, better: readonly string[], worse: readonly string[]): string {
  const grade = `${a.letter ?? 'no letter'} (${a.score ?? 'no score'}), then ${b.letter ?? 'no letter'} (${b.score ?? 'no score'}).`;
  if (better.length + worse.length === 0) return `${grade} No difference beyond chance.`;
  const parts = [
    ...(worse.length === 0 ? [] : [`Worse: ${joined(worse)}.`]),
    ...(better.length === 0 ? [] : [`Better: ${joined(better)}.`]),
  ];
  return `${grade} ${parts.join(' ')}`;
}

const classFigures = (a: Report, b: Report, cls: StepClass): readonly ComparedFigure[] => [
  ...compareShares(`availability.${cls}`, `good ${cls}s`, workOf(a, cls, 'good'), workOf(b, cls, 'good'), 'better'),
  ...compareShares(`hangs.${cls}`, `hung ${cls}s`, workOf(a, cls, 'hangs'), workOf(b, cls, 'hangs'), 'worse'),
  ...compareShares(`prompt.${cls}`, `${cls}s answered within 1 s`, promptOf(a, cls), promptOf(b, cls), 'better'),
];

const gone = (report: Report): Part => ({
  count: report.ledger.lost + report.ledger.corrupted,
  of: report.ledger.ok + report.ledger.lost + report.ledger.corrupted,
});

/** Two runs figure by figure. Shares and percentiles get a 95 % interval of their difference, and a verdict only where it excludes zero. */
export function compareReports(a: Report, b: Report): Comparison {
  const figures: readonly ComparedFigure[] = [
    ...CLASSES.flatMap((cls) => classFigures(a, b, cls)),
    ...comparePercentiles(a, b),
    ...compareShares('durability', 'lost or corrupted writes', gone(a), gone(b), 'worse'),
    ...compareTimes('mitigation.read', 'time to mitigate reads', 'failover', 'time to mitigate reads', a, b),
    ...compareTimes('mitigation.write', 'time to mitigate writes', 'failover', 'time to mitigate writes', a, b),
    ...compareTimes('recovery', 'time to baseline', 'recovery', 'time to baseline', a, b),
  ];
  const better = figures.filter(({ change }) => change === 'better').map(({ name }) => name);
  const worse = figures.filter(({ change }) => change === 'worse').map(({ name }) => name);
  const unlikeness = unlikenessOf(a, b);
  const sentences = (isOther: boolean): readonly string[] =>
    unlikeness.filter((one) => one.isOther === isOther).map(unlikenessSentence);
  const noLetter = [a, b].flatMap(({ letter, run }) => (letter === null ? [`Run ${run.id} has no letter.`] : []));
  return {
    a: runOf(a),
    b: runOf(b),
    unlike: sentences(true),
    doubts: [...sentences(false), ...noLetter],
    figures,
    better,
    worse,
    sentence: sentenceOf(a, b, better, worse),
  };
}

const marks: Readonly<Record<Change, string>> = { better: '+', worse: '-', unclear: ' ' };

/** The comparison as plain lines, for a terminal or a log. */
export function renderComparison({ unlike, doubts, figures, sentence }: Comparison): string {
  const refusal = 'These are no two runs of one experiment: a difference between them need not be a change of the app.';
  return [
    ...(unlike.length === 0 ? [] : [refusal, ...unlike.map((one) => `  ${one}`), '']),
    sentence,
    ...(doubts.length === 0 ? [] : ['', `${plural(doubts.length, 'doubt')}:`, ...doubts.map((doubt) => `  ${doubt}`)]),
    '',
    ...figures.map((figure) => `${marks[figure.change]} ${figure.sentence}`),
    '',
  ].join('\n');
}

/** To a tenth of a point. */
export const pointsBetween = (a: number, b: number): number => tenth(b - a);
