import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { AXIS_HEIGHT, type Frame, makeFrame, phaseBands, phaseLabels, type Size, timeAxis } from './frame.ts';

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
  /** Laid over all panels, to tell the figures of a moment. */
  readonly overlay: (frame: Frame, top: number, bottom: number) => Content;
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
${drawing.overlay(frame, labels.height, y)}
</svg>
`;
}

/** A stretch of the overlay that names its figures when pointed at. */
export function hitArea(frame: Frame, fromMs: number, toMs: number, top: number, bottom: number, text: string): Markup {
  const from = frame.x(fromMs);
  return markup`<rect class="hit" x="${from.toFixed(1)}" y="${top}" width="${(frame.x(toMs) - from).toFixed(1)}" height="${bottom - top}"><title>${text}</title></rect>`;
}
