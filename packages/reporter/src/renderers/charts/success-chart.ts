import { scaleLinear } from 'd3-scale';
import type { StepClass } from '../../journal/plan-record.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { CLASS_TITLES, formatCount, formatPercent, formatShare } from '../format.ts';
import { pointsInIncident, servedInIncident } from '../incident.ts';
import { classesOf, type Column, columnsOf, type S3Class, tallyApp, tallyS3 } from './columns.ts';
import { drawBoth, type Panel } from './drawing.ts';
import type { Frame } from './frame.ts';
import { areaPath, linePath, type Step } from './steps.ts';

/** Success over time: S3's above the app's, per class. What failed there, and what users saw of it. */
export function successChart(report: Report): Markup {
  return drawBoth(report, {
    id: 'success',
    title: 'Success over time: what S3 answered, and what users of the app got',
    description: describe(report),
    definitions: patterns,
    panels: (frame, id) => panelsOf(report, frame, id),
    tell: (column) => tell(report, column),
  });
}

function panelsOf(report: Report, frame: Frame, id: string): readonly Panel[] {
  return classesOf(report).flatMap((cls) => {
    const columns = columnsOf(report.series, cls, frame.columnsMax);
    return s3ClassesFor(report, cls)
      .map((s3Class) => s3Panel(report, frame, columns, s3Class, id))
      .concat(appPanel(report, frame, columns, cls, id));
  });
}

/** Deletes belong to writes, and get their strip only where there were any. Control needs no S3. */
function s3ClassesFor(report: Report, cls: StepClass): readonly S3Class[] {
  if (cls === 'read') return ['read'];
  if (cls === 'control') return [];
  return tallyS3(report.series.points, 'delete').requests > 0 ? ['write', 'delete'] : ['write'];
}

const S3_TITLES: Readonly<Record<S3Class, string>> = { read: 'S3 reads', write: 'S3 writes', delete: 'S3 deletes' };

function s3Panel(report: Report, frame: Frame, columns: readonly Column[], cls: S3Class, id: string): Panel {
  const tallies = columns
    .map((column) => ({ column, tally: tallyS3(column.points, cls) }))
    .filter(({ tally }) => tally.requests > 0);
  const during = tallyS3(pointsInIncident(report), cls);
  return {
    title: S3_TITLES[cls],
    subtitle: 'requests that S3 answered well',
    figure:
      during.requests > 0 ? `${formatShare(during.requests - during.failed, during.requests)} in the incident` : '',
    height: 40,
    gap: 2,
    draw: (top, bottom) => {
      const y = scaleLinear().domain([0, 1]).range([bottom, top]);
      const steps = tallies.map(({ column, tally }) =>
        step(frame, column, y(0), y((tally.requests - tally.failed) / tally.requests)),
      );
      const failing = steps.flatMap(({ x0, x1, y1 }) => (y1 > top ? [{ x0, x1, y0: y1, y1: top }] : []));
      return markup`<path class="s3-ground" d="${areaPath(failing)}"/><path fill="url(#${id}-s3)" d="${areaPath(failing)}"/><path class="s3-fill" d="${areaPath(steps)}"/><path class="s3-line" d="${linePath(steps)}"/>${scale(frame, top, bottom)}`;
    },
  };
}

function appPanel(report: Report, frame: Frame, columns: readonly Column[], cls: StepClass, id: string): Panel {
  const tallies = columns.map((column) => ({ column, ...tallyApp(column.points, cls) })).filter((it) => it.due > 0);
  const { due, good } = servedInIncident(report, cls);
  return {
    title: CLASS_TITLES[cls],
    subtitle: cls === 'control' ? 'pages that need no S3' : 'requests of users that the app served well',
    figure: due > 0 ? `${formatShare(good, due)} in the incident` : '',
    height: 84,
    gap: 16,
    draw: (top, bottom) => {
      const y = scaleLinear().domain([0, 1]).range([bottom, top]);
      const served = tallies.map((it) => step(frame, it.column, y(0), y(it.good / it.due)));
      const hung = tallies
        .filter((it) => it.hangs > 0)
        .map((it) => step(frame, it.column, y(it.good / it.due), y((it.good + it.hangs) / it.due)));
      const failed = tallies
        .filter((it) => it.errors > 0)
        .map((it) => step(frame, it.column, y((it.good + it.hangs) / it.due), y(1)));
      return markup`<path class="good-fill" d="${areaPath(served)}"/><path class="hang-fill" d="${areaPath(hung)}"/><path fill="url(#${id}-hang)" d="${areaPath(hung)}"/><path class="error-fill" d="${areaPath(failed)}"/><path class="good-line" d="${linePath(served)}"/>${scale(frame, top, bottom)}`;
    },
  };
}

function step(frame: Frame, column: Column, y0: number, y1: number): Step {
  return { x0: frame.x(column.fromMs), x1: frame.x(column.toMs), y0, y1 };
}

function scale(frame: Frame, top: number, bottom: number): Markup {
  const labels = [
    ['100 %', top + 4],
    ['0 %', bottom + 4],
  ].map(([label = '', y = 0]) => markup`<text class="faint end" x="${frame.left - 6}" y="${y}">${label}</text>`);
  return markup`<path class="grid" d="M${frame.left},${top}H${frame.right}"/><path class="frame" d="M${frame.left},${bottom}H${frame.right}"/>${labels}`;
}

/** Hatching, so that what failed is told by more than its colour. */
function patterns(id: string): Markup {
  const hatch = (name: string, cls: string, angle: number): Markup =>
    markup`<pattern id="${id}-${name}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><path class="${cls}" d="M0,0V5"/></pattern>`;
  return markup`<defs>${hatch('hang', 'hang-hatch', 45)}${hatch('s3', 's3-fail', -45)}</defs>`;
}

function tell(report: Report, column: Column): readonly string[] {
  const app = classesOf(report).map((cls) => {
    const { due, good, hangs } = tallyApp(column.points, cls);
    return `${cls} ${good} of ${due} good${hangs > 0 ? `, ${hangs} hung` : ''}`;
  });
  const s3 = (['read', 'write', 'delete'] as const).flatMap((cls) => {
    const { requests, failed } = tallyS3(column.points, cls);
    return requests > 0 ? [`S3 ${cls} ${requests - failed} of ${requests} well`] : [];
  });
  return app.concat(s3);
}

function describe(report: Report): string {
  const phases = report.phases.map((phase) => {
    const shares = report.table
      .filter((row) => row.phase === phase.id && row.availability !== null)
      .map((row) => `${row.class} ${formatPercent(row.availability?.ratio ?? Number.NaN)}`);
    return `${phase.title}: ${shares.length === 0 ? 'nothing was due' : shares.join(', ')}`;
  });
  return `Share of users' requests served well. ${phases.join('. ')}. ${formatCount(report.series.points.length)} points in time.`;
}
