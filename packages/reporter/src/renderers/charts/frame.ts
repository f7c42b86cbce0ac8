import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { ReportPhase } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatRunTime } from '../format.ts';

/** Each chart is drawn twice, because one drawing cannot be read on a phone and on a desk; CSS shows one. */
export type Size = 'wide' | 'narrow';

/** The x axis that all charts share, so that one can be read above the other. Pixels. */
export interface Frame {
  readonly size: Size;
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly x: ScaleLinear<number, number>;
  readonly columnsMax: number;
  /** Width of a character of a label; generous, because the reader's font is not known. */
  readonly charWidth: number;
}

const SHAPES = {
  wide: { width: 1080, left: 52, right: 1070, columnsMax: 240, charWidth: 7.1 },
  narrow: { width: 360, left: 45, right: 356, columnsMax: 120, charWidth: 6.6 },
} as const satisfies Record<Size, Omit<Frame, 'size' | 'x'>>;

export function makeFrame(report: Report, size: Size): Frame {
  const shape = SHAPES[size];
  const ends = [
    1,
    ...report.phases.map((phase) => phase.to.atMs),
    ...report.series.points.slice(-1).map((point) => point.at.atMs + report.series.bucketMs),
  ];
  const x = scaleLinear()
    .domain([0, ends.reduce((a, b) => Math.max(a, b))])
    .range([shape.left, shape.right]);
  return { ...shape, size, x };
}

/** The ground of the incident's phases, and the lines between phases. */
export function phaseBands(frame: Frame, phases: readonly ReportPhase[], top: number, bottom: number): Markup {
  let incident = 0;
  const bands = phases.map((phase) => {
    const from = frame.x(phase.from.atMs);
    const width = frame.x(phase.to.atMs) - from;
    const edge = markup`<path class="edge" d="M${from.toFixed(1)},${top}V${bottom}"/>`;
    if (phase.stage !== 'incident') return edge;
    incident += 1;
    const tint = incident % 2 === 0 ? 'band alt' : 'band';
    return markup`<rect class="${tint}" x="${from.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${bottom - top}"/>${edge}`;
  });
  return markup`<g>${bands}</g>`;
}

const LABEL_ROW = 21;

/** The number of each phase, and its title where that fits; the list below the chart names them all. */
export function phaseLabels(
  frame: Frame,
  phases: readonly ReportPhase[],
): { readonly drawn: Markup; readonly height: number } {
  const rightmost = [-Infinity, -Infinity];
  const labels = phases.map((phase, index) => {
    const from = frame.x(phase.from.atMs);
    const width = frame.x(phase.to.atMs) - from;
    const number = String(index + 1);
    const centre = Math.min(Math.max(from + 11, frame.left + 9), frame.right - 9);
    // Short phases follow each other so closely that their numbers take turns on two rows.
    const row = centre - 9 > (rightmost[0] ?? 0) ? 0 : 1;
    const fits = row === 0 && phase.title.length * frame.charWidth + 28 < width;
    rightmost[row] = fits ? from + width : centre + 9;
    const y = 12 + row * LABEL_ROW;
    const title = fits ? markup`<text x="${(centre + 14).toFixed(1)}" y="${y + 4}">${phase.title}</text>` : null;
    return markup`<circle class="badge" cx="${centre.toFixed(1)}" cy="${y}" r="8.5"/><text class="mid" x="${centre.toFixed(1)}" y="${y + 4}">${number}</text>${title}`;
  });
  const rows = Number.isFinite(rightmost[1]) ? 2 : 1;
  return { drawn: markup`<g>${labels}</g>`, height: 6 + rows * LABEL_ROW };
}

/** Height that `timeAxis` takes below the last panel. */
export const AXIS_HEIGHT = 44;

/** Two clocks: the incident's own, and the time that the run took. */
export function timeAxis(frame: Frame, report: Report, y: number): Markup {
  const clock = clockTicks(frame, report).map(
    ({ at, label }) =>
      markup`<path class="frame" d="M${at.toFixed(1)},${y}v5"/><text class="mid" x="${at.toFixed(1)}" y="${y + 18}">${label}</text>`,
  );
  const [, endMs = 0] = frame.x.domain();
  const seconds = scaleLinear().domain([0, endMs / 1000]);
  const run = seconds.ticks(frame.size === 'wide' ? 10 : 4).map((second) => {
    const at = frame.x(second * 1000);
    const anchor = at > frame.right - 16 ? 'end' : 'mid';
    return markup`<text class="faint ${anchor}" x="${at.toFixed(1)}" y="${y + 35}">${formatRunTime(second * 1000)}</text>`;
  });
  const zone = frame.size === 'wide' && clock.length > 0 ? report.clock.zone : '';
  return markup`<path class="frame" d="M${frame.left},${y}H${frame.right}"/>${clock}${run}<text class="faint" x="2" y="${y + 18}">${zone}</text><text class="faint" x="2" y="${y + 35}">run</text>`;
}

interface Tick {
  readonly at: number;
  readonly label: string;
}

/** "09:37", or "00:12 (+1 d)" on another day than the incident's first. */
const CLOCK = /^((\d\d):\d\d)(?: \([+-]\d+ d\))?$/;

/** Where the incident's phases begin and end, then the full hours between, as far as there is room. */
function clockTicks(frame: Frame, report: Report): readonly Tick[] {
  const chosen: Tick[] = [];
  const gap = frame.charWidth * 5 + 10;
  for (const tick of [...boundaryTicks(frame, report.phases), ...hourTicks(frame, report)]) {
    const label = CLOCK.exec(tick.label)?.[1];
    if (label === undefined) continue;
    const at = Math.min(Math.max(tick.at, frame.left + 4), frame.right - 16);
    if (chosen.every((other) => Math.abs(other.at - at) >= gap)) chosen.push({ at, label });
  }
  return chosen;
}

function boundaryTicks(frame: Frame, phases: readonly ReportPhase[]): readonly Tick[] {
  const incident = phases.filter((phase) => phase.stage === 'incident' && phase.incidentClock !== null);
  const spans = incident.map((phase) => {
    const [from = '', to = ''] = (phase.incidentClock ?? '').split(' to ');
    return { from: { at: frame.x(phase.from.atMs), label: from }, to: { at: frame.x(phase.to.atMs), label: to } };
  });
  // The first and the last moment first: they bound the incident and must not be crowded out.
  return [
    ...spans.slice(0, 1).map(({ from }) => from),
    ...spans.slice(-1).map(({ to }) => to),
    ...spans.map(({ from }) => from),
  ];
}

function hourTicks(frame: Frame, report: Report): readonly Tick[] {
  const ticks: Tick[] = [];
  let hourBefore: string | undefined;
  for (const { at } of report.series.points) {
    const hour = CLOCK.exec(at.clock)?.[2];
    if (hour !== undefined && hourBefore !== undefined && hour !== hourBefore) {
      ticks.push({ at: frame.x(at.atMs), label: `${hour}:00` });
    }
    hourBefore = hour;
  }
  return ticks;
}
