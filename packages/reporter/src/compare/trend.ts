import { scaleLinear } from 'd3-scale';
import type { Letter } from '../journal/plan-record.ts';
import { type Content, type Markup, markup, trusted } from '../renderers/escape.ts';
import { formatPercent, formatPoints, formatTimestamp, NONE } from '../renderers/format.ts';
import { dataTable } from '../renderers/html/elements.ts';
import { STYLE } from '../renderers/html/style.ts';
import { servedInIncident } from '../renderers/incident.ts';
import type { Report } from '../report/report.ts';
import { unlikenessOf } from './likeness.ts';
import { plural } from '../wording/figures.ts';

export interface TrendRun {
  readonly id: string;
  readonly at: string;
  readonly letter: Letter | null;
  readonly score: number | null;
  readonly seed: string;
  /** Shares of good requests in the graded phases of the incident; null where none was due. */
  readonly reads: number | null;
  readonly writes: number | null;
  readonly lost: number;
  /** In what it differs from the run before it in its line, so that the step between them may not be the app's. */
  readonly unlike: readonly string[];
}

/** The runs of one app against one scenario, the earliest first. */
export interface TrendLine {
  readonly target: string;
  readonly scenario: string;
  readonly runs: readonly TrendRun[];
}

const share = (report: Report, cls: 'read' | 'write'): number | null => {
  const { good, due } = servedInIncident(report, cls);
  return due === 0 ? null : good / due;
};

/** Seeds change from run to run by design, and versions are told by the runs themselves. */
const EXPECTED: ReadonlySet<string> = new Set(['seed', 'version of Gameday']);

const unlikeBefore = (before: Report | undefined, report: Report): readonly string[] =>
  before === undefined
    ? []
    : unlikenessOf(before, report)
        .filter(({ what }) => !EXPECTED.has(what))
        .map(({ what, a, b }) => `${what}: ${a}, then ${b}`);

const trendRun = (report: Report, before: Report | undefined): TrendRun => ({
  id: report.run.id,
  at: report.run.at,
  letter: report.letter,
  score: report.score,
  seed: report.run.seed,
  reads: share(report, 'read'),
  writes: share(report, 'write'),
  lost: report.ledger.lost + report.ledger.corrupted,
  unlike: unlikeBefore(before, report),
});

/** Runs by app and scenario. Only runs of one scenario make a trend. */
export function trendOf(reports: readonly Report[]): readonly TrendLine[] {
  const lines = new Map<string, TrendLine>();
  const latest = new Map<string, Report>();
  const inOrder = reports.toSorted((a, b) =>
    a.run.at < b.run.at ? -1 : a.run.at > b.run.at ? 1 : a.run.id < b.run.id ? -1 : 1,
  );
  for (const report of inOrder) {
    const key = JSON.stringify([report.target.name, report.scenario.name]);
    const known = lines.get(key) ?? { target: report.target.name, scenario: report.scenario.name, runs: [] };
    lines.set(key, { ...known, runs: [...known.runs, trendRun(report, latest.get(key))] });
    latest.set(key, report);
  }
  return [...lines.values()].toSorted((a, b) => (`${a.target}\n${a.scenario}` < `${b.target}\n${b.scenario}` ? -1 : 1));
}

const WIDTH = 720;
const HEIGHT = 180;

/** The score run by run; a run without a letter is a gap. */
function chart({ target, scenario, runs }: TrendLine, id: string): Markup {
  const x = scaleLinear()
    .domain([0, Math.max(1, runs.length - 1)])
    .range([44, WIDTH - 14]);
  const y = scaleLinear()
    .domain([0, 100])
    .range([HEIGHT - 26, 14]);
  const points = runs.flatMap(({ score, letter }, index) =>
    score === null ? [] : [{ at: x(index), y: y(score), score, letter }],
  );
  const grid = [0, 60, 70, 80, 90, 100].map(
    (score) =>
      markup`<path class="grid" d="M44,${y(score).toFixed(1)}H${WIDTH - 14}"/><text class="faint end" x="38" y="${(y(score) + 4).toFixed(1)}">${score}</text>`,
  );
  const path = points
    .map(({ at, y: height }, index) => `${index === 0 ? 'M' : 'L'}${at.toFixed(1)},${height.toFixed(1)}`)
    .join('');
  const dots = points.map(
    ({ at, y: height, score, letter }) =>
      markup`<circle class="badge" cx="${at.toFixed(1)}" cy="${height.toFixed(1)}" r="5"><title>${letter ?? 'no letter'}, ${formatPoints(score)}</title></circle>`,
  );
  return markup`<div class="scroll chart" role="region" aria-label="Chart: score run by run, ${scenario}" tabindex="0"><svg class="heatmap" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}">
<title id="${id}">Score of ${target} in ${scenario}, run by run: ${runs.map(({ score }) => (score === null ? 'none' : formatPoints(score))).join(', ')}</title>
${grid}<path class="p95-line" d="${path}"/>${dots}
</svg></div>
`;
}

const rowOf = (run: TrendRun): Content[] => [
  formatTimestamp(run.at),
  markup`<code>${run.id}</code>`,
  run.seed,
  run.letter ?? 'none',
  run.score === null ? NONE : formatPoints(run.score),
  run.reads === null ? NONE : formatPercent(run.reads),
  run.writes === null ? NONE : formatPercent(run.writes),
  String(run.lost),
];

function lineSection(line: TrendLine, index: number): Markup {
  const { target, scenario, runs } = line;
  const id = `trend-${index}`;
  const told = runs.some(({ unlike }) => unlike.length > 0);
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${target} in ${scenario}</h2>
${chart(line, `${id}-chart`)}${dataTable({
    caption: `${plural(runs.length, 'run')}, the earliest first`,
    columns: [
      { title: 'Began' },
      { title: 'Run' },
      { title: 'Seed' },
      { title: 'Letter' },
      { title: 'Score', numeric: true },
      { title: 'Good reads', numeric: true },
      { title: 'Good writes', numeric: true },
      { title: 'Writes lost', numeric: true },
      ...(told ? [{ title: 'Unlike the one before' }] : []),
    ],
    rows: runs.map((run) => rowOf(run).concat(told ? [run.unlike.join('; ')] : [])),
  })}</section>
`;
}

/** trend.html: a page that needs nothing else, like report.html. `skipped`: files that are no report, and why. */
export function renderTrend(lines: readonly TrendLine[], skipped: readonly string[]): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>Gameday trend</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header class="masthead"><span><b>Gameday</b> trend</span></header>
<main>
<h1 class="headline">Grades run by run</h1>
<p class="lead">Two neighbouring runs may differ by chance: <code>chaos compare</code> tells whether they do.</p>
${lines.length === 0 ? markup`<p>There is no report in this folder.</p>` : lines.map(lineSection)}
${skipped.length === 0 ? null : markup`<section aria-labelledby="skipped"><h2 id="skipped">Left out</h2><ul class="plain">${skipped.map((why) => markup`<li>${why}</li>`)}</ul></section>`}
</main>
</body>
</html>
`.toString();
}

/** The trend as plain lines. */
export const renderTrendText = (lines: readonly TrendLine[]): string =>
  lines
    .flatMap(({ target, scenario, runs }) => [
      `${target} in ${scenario}`,
      ...runs.map(
        ({ at, id, letter, score, lost, unlike }) =>
          `  ${formatTimestamp(at)}  ${letter ?? '?'}  ${(score === null ? 'no score' : formatPoints(score)).padStart(8)}  ${lost === 0 ? '' : `${lost} lost  `}${id}${unlike.map((one) => `\n      unlike the one before in its ${one}`).join('')}`,
      ),
      '',
    ])
    .join('\n');
