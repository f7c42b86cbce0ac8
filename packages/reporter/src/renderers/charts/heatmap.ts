import type { StepClass } from '../../journal/plan-record.ts';
import type { Heatmap } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { CLASS_TITLES, formatCount, formatDuration, formatRunTime } from '../format.ts';
import { dataTable } from '../html/elements.ts';
import { classesOf } from './columns.ts';
import { makeFrame } from './frame.ts';

const ROW = 15;
const CAPTION = 24;
const GAP = 12;
const AXIS = 24;
/** Shades of one ink: the share of a column's requests that lie in the band. */
const SHADES = 5;

/** A band is named by its upper edge. */
const bandTitle = (edges: readonly number[], band: number): string => {
  const to = edges[band];
  return to === undefined ? 'hung' : formatDuration(to);
};

function cells(heatmap: Heatmap, cls: StepClass, x: (ms: number) => number, top: number): readonly Markup[] {
  const bands = heatmap.edgesMs.length + 1;
  return heatmap.columns.flatMap((column) => {
    const counts = column[cls];
    const due = counts.reduce((sum, count) => sum + count, 0);
    const [from, to] = [x(column.fromMs), x(column.toMs)];
    return counts.flatMap((count, band) => {
      if (count === 0) return [];
      const shade = Math.min(SHADES, Math.ceil((count / due) * SHADES));
      const kind = band === bands - 1 ? 'heat-late' : 'heat';
      const y = top + (bands - 1 - band) * ROW;
      return [
        markup`<rect class="${kind} s${shade}" x="${from.toFixed(1)}" y="${y}" width="${Math.max(1, to - from - 0.5).toFixed(1)}" height="${ROW - 1}"/>`,
      ];
    });
  });
}

/** How long requests took, as a map: a darker cell holds more of its moment's requests. */
export function heatmapChart(report: Report): Markup {
  const { heatmap } = report;
  const frame = makeFrame(report, 'wide');
  const classes = classesOf(report);
  const bands = heatmap.edgesMs.length + 1;
  const height = bands * ROW;
  const panels = classes.map((cls, index) => {
    const top = CAPTION + index * (height + CAPTION + GAP);
    const labels = Array.from(
      { length: bands },
      (_, band) =>
        markup`<text class="faint end" x="${frame.left - 6}" y="${top + (bands - 1 - band) * ROW + 11}">${bandTitle(heatmap.edgesMs, band)}</text>`,
    );
    return markup`<g><text class="strong" x="${frame.left}" y="${top - 7}">${CLASS_TITLES[cls]}</text>${labels}${cells(heatmap, cls, frame.x, top)}<path class="frame" d="M${frame.left},${top + height}H${frame.right}"/></g>\n`;
  });
  const whole = classes.length * (height + CAPTION + GAP) + AXIS;
  const [, endMs = 0] = frame.x.domain();
  const ticks = Array.from({ length: 7 }, (_, index) => (endMs * index) / 6).map(
    (ms) =>
      markup`<text class="faint ${ms === endMs ? 'end' : 'mid'}" x="${frame.x(ms).toFixed(1)}" y="${whole - 8}">${formatRunTime(ms)}</text>`,
  );
  return markup`<svg class="heatmap" viewBox="0 0 ${frame.width} ${whole}" role="img" aria-labelledby="heat-title heat-desc">
<title id="heat-title">Latency heat map: how many requests took how long, over time</title>
<desc id="heat-desc">One column a moment, one row a band of latency, the slowest on top. The table below has every figure.</desc>
${panels}${ticks}
</svg>
`;
}

/** The map as a table. */
export function heatmapTable(report: Report): Markup {
  const { heatmap } = report;
  const bands = Array.from({ length: heatmap.edgesMs.length + 1 }, (_, band) => band);
  const rows = heatmap.columns.flatMap((column) =>
    classesOf(report).map((cls) =>
      [column.clock, formatRunTime(column.fromMs), cls].concat(
        bands.map((band) => formatCount(column[cls][band] ?? 0)),
      ),
    ),
  );
  const table = dataTable({
    caption: 'Requests in each band of latency',
    columns: [
      { title: 'Clock' },
      { title: 'Run' },
      { title: 'Class' },
      ...bands.map((band) => ({ title: bandTitle(heatmap.edgesMs, band), numeric: true as const })),
    ],
    rows,
  });
  return markup`<details><summary>The figures of this map</summary>${table}</details>\n`;
}
