import { scaleLog } from 'd3-scale';
import type { StepClass } from '../../journal/plan-record.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { CLASS_TITLES, formatDuration, formatLatency } from '../format.ts';
import { classesOf, type Column, columnsOf, tallyApp } from './columns.ts';
import { drawBoth, type Panel } from './drawing.ts';
import type { Frame } from './frame.ts';
import { linePath, type Step } from './steps.ts';

/** Median and 95th percentile over time per class, on a logarithmic scale, under the line of patience. */
export function latencyChart(report: Report): Markup {
  const top = Math.max(report.patienceMs, 10);
  return drawBoth(report, {
    id: 'latency',
    title: `Latency over time, as users felt it; their patience ends at ${formatDuration(report.patienceMs)}`,
    description: describe(report),
    definitions: () => null,
    panels: (frame) =>
      classesOf(report).map((cls) => panel(report, frame, columnsOf(report.series, cls, frame.columnsMax), cls, top)),
    tell: (column) => tell(report, column),
  });
}

function panel(report: Report, frame: Frame, columns: readonly Column[], cls: StepClass, ceiling: number): Panel {
  const tallies = columns.map((column) => ({ column, ...tallyApp(column.points, cls) }));
  const lows = tallies.flatMap(({ p50Ms }) => (p50Ms === null ? [] : [p50Ms]));
  const floor = 10 ** Math.floor(Math.log10(Math.max(1, Math.min(ceiling / 10, ...lows))));
  return {
    title: CLASS_TITLES[cls],
    subtitle: 'median and 95th percentile',
    figure: '',
    height: 104,
    gap: 10,
    draw: (top, bottom) => {
      const y = scaleLog()
        .domain([floor, ceiling * 1.6])
        .range([bottom, top])
        .clamp(true);
      const steps = (pick: 'p50Ms' | 'p95Ms'): readonly Step[] =>
        tallies.flatMap(({ column, [pick]: ms }) =>
          ms === null
            ? []
            : [
                {
                  x0: frame.x(column.fromMs),
                  x1: frame.x(column.toMs),
                  y0: bottom,
                  y1: y(Math.min(Math.max(ms, floor), ceiling)),
                },
              ],
        );
      const patience = y(report.patienceMs);
      return markup`${grid(frame, floor, ceiling, y, bottom)}<path class="patience" d="M${frame.left},${patience.toFixed(1)}H${frame.right}"/><path class="p50-line" d="${linePath(steps('p50Ms'))}"/><path class="p95-line" d="${linePath(steps('p95Ms'))}"/>`;
    },
  };
}

function grid(frame: Frame, floor: number, ceiling: number, y: (ms: number) => number, bottom: number): Markup {
  const lines: Markup[] = [];
  for (let ms = floor; ms <= ceiling; ms *= 10) {
    const at = y(ms).toFixed(1);
    const label = markup`<text class="faint end" x="${frame.left - 6}" y="${(y(ms) + 4).toFixed(1)}">${formatDuration(ms)}</text>`;
    lines.push(markup`<path class="grid" d="M${frame.left},${at}H${frame.right}"/>${label}`);
  }
  return markup`${lines}<path class="frame" d="M${frame.left},${bottom}H${frame.right}"/>`;
}

function tell(report: Report, column: Column): readonly string[] {
  return classesOf(report).map((cls) => {
    const { p50Ms, p95Ms } = tallyApp(column.points, cls);
    return `${cls} p50 ${formatLatency(p50Ms, report.patienceMs)}, p95 ${formatLatency(p95Ms, report.patienceMs)}`;
  });
}

function describe(report: Report): string {
  const phases = report.phases.map((phase) => {
    const figures = report.table
      .filter((row) => row.phase === phase.id && row.p95Ms !== null)
      .map((row) => `${row.class} ${formatLatency(row.p95Ms, report.patienceMs)}`);
    return `${phase.title}: ${figures.length === 0 ? 'nothing was measured' : figures.join(', ')}`;
  });
  return `95th percentile of latency. ${phases.join('. ')}.`;
}
