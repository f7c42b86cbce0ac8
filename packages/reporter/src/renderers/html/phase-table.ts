import type { TableRow } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { CLASS_TITLES, formatCount, formatLatency, formatMaybe, formatPercent, NONE } from '../format.ts';
import { bar, type Column, scrollBox, section, tableHead, tableRow } from './elements.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Class' },
  { title: 'Served well' },
  { title: '95 % interval', numeric: true },
  { title: 'Good / due', numeric: true },
  { title: 'p50', numeric: true },
  { title: 'p95', numeric: true },
  { title: 'p99', numeric: true },
  { title: 'Hangs', numeric: true },
  { title: 'Errors', numeric: true },
  { title: 'Unsent', numeric: true },
  { title: 'Errors told within', numeric: true },
];

/** What each class of users saw in each phase. */
export function phaseTableSection(report: Report): Markup | null {
  if (report.table.length === 0) return null;
  const caption = 'Control: pages that need no S3. Errors told within: 95 % of the errors took no longer to be told.';
  const groups = report.phases.map((phase) => {
    const rows = report.table.filter((row) => row.phase === phase.id);
    if (rows.length === 0) return null;
    const aside = [phase.incidentClock, phase.graded ? null : 'not graded'].filter((text) => text !== null).join(', ');
    return markup`<tbody class="group"><tr><th class="head" scope="rowgroup" colspan="${COLUMNS.length}">${phase.title}<span class="small">${aside}</span></th></tr>
${rows.map((row) => tableRow(COLUMNS, cellsOf(row, report.patienceMs)))}</tbody>
`;
  });
  return section(
    'phases',
    'What users saw, phase by phase',
    'Arrivals follow a schedule and do not slow down for a slow app; what was due and could not be sent counts as failed.',
    scrollBox(
      'What users saw, per phase and class',
      markup`<table>
<caption>${caption}</caption>
${tableHead(COLUMNS)}
${groups}</table>`,
    ),
  );
}

function cellsOf(row: TableRow, patienceMs: number): readonly Content[] {
  const { availability } = row;
  return [
    CLASS_TITLES[row.class],
    availability === null
      ? NONE
      : markup`<span class="measure">${bar(availability.ratio, 'plain')}<b>${formatPercent(availability.ratio)}</b></span>`,
    availability === null ? NONE : `${formatPercent(availability.low)} to ${formatPercent(availability.high)}`,
    `${formatCount(row.good)} / ${formatCount(row.due)}`,
    formatLatency(row.p50Ms, patienceMs),
    formatLatency(row.p95Ms, patienceMs),
    formatLatency(row.p99Ms, patienceMs),
    zeroQuiet(row.hangs),
    zeroQuiet(row.errors),
    zeroQuiet(row.unsent),
    formatMaybe(row.errorP95Ms),
  ];
}

/** Zeros recede, so that the eye finds the others. */
export function zeroQuiet(count: number): Content {
  return count === 0 ? markup`<span class="zero">0</span>` : formatCount(count);
}
