import type { Colors } from 'picocolors/types.js';
import type { StepClass } from '../../journal/plan-record.ts';
import type { ReportPhase, TableRow } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { CLASS_TITLES, formatCount, formatLatency, formatPercent, NONE } from '../format.ts';
import { fit, right } from './layout.ts';

const CLASSES = ['read', 'write', 'control'] as const satisfies readonly StepClass[];
const SERVED = 7;
const P95 = 8;
const HANGS = 6;
/** From here on there is room for the hangs of each class; below, they are counted over all of them. */
const ROOMY = 92;
/** Below this the control class shows no p95, and phases no clock. */
const TIGHT = 76;

type Layout = 'roomy' | 'middling' | 'tight';

/** Availability, p95 and hangs, a line per phase. At most `width` columns. */
export function phaseTable(report: Report, width: number, colors: Colors): readonly string[] {
  const layout = width >= ROOMY ? 'roomy' : width >= TIGHT ? 'middling' : 'tight';
  const total = layout === 'roomy' ? 0 : HANGS;
  const figures = CLASSES.reduce((sum, cls) => sum + classWidth(cls, layout), total);
  const nameWidth = Math.min(36, width - figures - 2);
  const heads = CLASSES.map((cls) => right(CLASS_TITLES[cls].toLowerCase(), classWidth(cls, layout))).join('');
  const columns = CLASSES.map((cls) => columnHeads(cls, layout)).join('');
  return [
    colors.dim(`  ${' '.repeat(nameWidth)}${heads}`),
    colors.dim(`  ${fit('What users saw', nameWidth)}${columns}${total === 0 ? '' : right('hangs', HANGS)}`),
    ...report.phases.map((phase) => {
      const rows = CLASSES.map((cls) => report.table.find((row) => row.phase === phase.id && row.class === cls));
      const cells = CLASSES.map((cls, index) => classCells(cls, rows[index], report, layout, colors)).join('');
      const hangs = rows.reduce((sum, row) => sum + (row?.hangs ?? 0), 0);
      return `  ${nameOf(phase, nameWidth, layout)}${cells}${total === 0 ? '' : hangsCell(hangs, colors)}`;
    }),
  ];
}

function showsP95(cls: StepClass, layout: Layout): boolean {
  return cls !== 'control' || layout !== 'tight';
}

/** Alone, the share needs room for the title of its class above it. */
function servedWidth(cls: StepClass, layout: Layout): number {
  return showsP95(cls, layout) ? SERVED : SERVED + 2;
}

function classWidth(cls: StepClass, layout: Layout): number {
  return servedWidth(cls, layout) + (showsP95(cls, layout) ? P95 : 0) + (layout === 'roomy' ? HANGS : 0);
}

function columnHeads(cls: StepClass, layout: Layout): string {
  return `${right('served', servedWidth(cls, layout))}${showsP95(cls, layout) ? right('p95', P95) : ''}${layout === 'roomy' ? right('hangs', HANGS) : ''}`;
}

function nameOf(phase: ReportPhase, width: number, layout: Layout): string {
  const clock = layout === 'tight' ? undefined : phase.incidentClock?.split(' to ')[0];
  const time = clock === undefined ? '' : `${clock} `;
  const mark = phase.graded ? '' : '*';
  return `${fit(`${time}${phase.title}`, width - mark.length - 1)}${mark} `;
}

function classCells(cls: StepClass, row: TableRow | undefined, report: Report, layout: Layout, colors: Colors): string {
  const availability = row?.availability ?? null;
  const served = right(availability === null ? NONE : formatPercent(availability.ratio), servedWidth(cls, layout));
  const p95 = right(formatLatency(row?.p95Ms ?? null, report.patienceMs), P95);
  const slow = (row?.p95Ms ?? 0) >= report.patienceMs;
  return [
    availability === null ? served : shareShade(availability.ratio, colors)(served),
    showsP95(cls, layout) ? (slow ? colors.red(p95) : p95) : '',
    layout === 'roomy' ? hangsCell(row?.hangs ?? 0, colors) : '',
  ].join('');
}

function shareShade(ratio: number, colors: Colors): (text: string) => string {
  if (ratio >= 0.99) return (text) => text;
  return ratio >= 0.9 ? colors.yellow : colors.red;
}

function hangsCell(hangs: number, colors: Colors): string {
  return (hangs > 0 ? colors.red : colors.dim)(right(formatCount(hangs), HANGS));
}
