import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { AXIS_HEIGHT, type Frame, makeFrame, phaseBands, phaseLabels, type Size, timeAxis } from './frame.ts';
import { formatRunTime } from '../format.ts';
import { type Column, toColumns } from './columns.ts';

/** One strip of a chart: `draw` gets the pixels between which its values lie. */
export interface Panel {
  readonly title: string;
  /** What the strip shows, after its title. */
  readonly subtitle: string;
  /** Its main figure, at the right end. */
  readonly figure: string;
  readonly height: number;
  /** Room below it: little where the next strip belongs to it. */
  readonly gap: number;
  readonly draw: (top: number, bottom: number) => Content;
}

export interface Drawing {
  readonly id: string;
  readonly title: string;
  /** What the drawing says, for those who do not see it; the table below it has every figure. */
  readonly description: string;
  /** What its panels refer to by an id that begins with the one given. */
  readonly definitions: (id: string) => Content;
  readonly panels: (frame: Frame, id: string) => readonly Panel[];
  /** The figures of a stretch of time, a line each. */
  readonly tell: (column: Column) => readonly string[];
}

const CAPTION_HEIGHT = 22;

/** The chart as SVG, once for wide pages and once for narrow ones. */
export function drawBoth(report: Report, drawing: Drawing): Markup {
  return markup`${draw(report, drawing, 'wide')}${draw(report, drawing, 'narrow')}`;
}

function draw(report: Report, drawing: Drawing, size: Size): Markup {
  const frame = makeFrame(report, size);
  const id = `${drawing.id}-${size}`;
  const panels = drawing.panels(frame, id);
  const drawn: Markup[] = [];
  const labels = phaseLabels(frame, report.phases);
  let y = labels.height;
  for (const panel of panels) {
    const top = y + CAPTION_HEIGHT;
    const bottom = top + panel.height;
    const subtitle =
      size === 'wide' || panel.figure === '' ? markup`<tspan class="faint"> ${panel.subtitle}</tspan>` : null;
    drawn.push(
      markup`<g><text x="${frame.left}" y="${top - 6}"><tspan class="strong">${panel.title}</tspan>${subtitle}</text><text class="end" x="${frame.right}" y="${top - 6}">${panel.figure}</text>${panel.draw(top, bottom)}</g>\n`,
    );
    y = bottom + panel.gap;
  }
  const height = y + AXIS_HEIGHT;
  return markup`<svg class="${size}" viewBox="0 0 ${frame.width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${drawing.title}</title>
<desc id="${id}-desc">${drawing.description}</desc>
${drawing.definitions(id)}
${phaseBands(frame, report.phases, labels.height, y)}
${labels.drawn}
${drawn}${timeAxis(frame, report, y)}
${overlay(report, frame, labels.height, y, drawing.tell)}
</svg>
`;
}

/** More stretches than this would be too narrow to point at, and each costs bytes. */
const HITS_MAX = 120;

/** Laid over a wide chart: each stretch of time tells its figures when it is pointed at. */
function overlay(report: Report, frame: Frame, top: number, bottom: number, tell: Drawing['tell']): Content {
  if (frame.size === 'narrow') return null;
  return toColumns(report.series, HITS_MAX).map((column) => {
    const from = frame.x(column.fromMs);
    const width = frame.x(column.toMs) - from;
    const text = [`${column.clock} (run ${formatRunTime(column.fromMs)})`, ...tell(column)].join('\n');
    return markup`<rect class="hit" x="${from.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${bottom - top}"><title>${text}</title></rect>`;
  });
}
