import { heatmapChart, heatmapTable } from '../charts/heatmap.ts';
import { latencyChart } from '../charts/latency-chart.ts';
import { successChart } from '../charts/success-chart.ts';
import { latencyTable, successTable } from '../charts/chart-tables.ts';
import type { ReportPhase } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup, trusted } from '../escape.ts';
import { formatCount, formatDuration, formatRunTime } from '../format.ts';
import { section } from './elements.ts';

/** The incident as S3 had it and as users had it, one above the other on the same clock. */
export function timelineSection(report: Report): Markup {
  const { clock, series } = report;
  const day = clock.date === '' ? 'the drill' : `${clock.date} (${clock.zone})`;
  const lead = `The clock of ${day} ran ${formatSpeed(clock.speed)}; the app, its timeouts and its users did not. Grey is S3, blue is the app, tinted is the incident.`;
  const body =
    series.points.length === 0
      ? markup`<p>Nothing was measured, so there is nothing to draw.</p>`
      : markup`<figure>
${legend([
  [swatch('<rect class="s3-fill" width="26" height="12"/><path class="s3-line" d="M0,1H26"/>'), 'S3 answered well'],
  [swatch('<path class="s3-fail" d="M2,12l6,-12M9,12l6,-12M16,12l6,-12"/>'), 'S3 failed'],
  [swatch('<rect class="good-fill" width="26" height="12"/><path class="good-line" d="M0,1H26"/>'), 'served well'],
  [
    swatch(
      '<rect class="hang-fill" width="26" height="12"/><path class="hang-hatch" d="M2,0l6,12M9,0l6,12M16,0l6,12"/>',
    ),
    `hung: no answer within ${formatDuration(report.patienceMs)}`,
  ],
  [swatch('<rect class="error-fill" width="26" height="12"/>'), 'failed otherwise'],
  [swatch('<path class="frame" d="M0,11.5H26"/>'), 'blank: no request in that moment'],
])}
<div class="scroll chart" role="region" aria-label="Chart: success over time" tabindex="0">${successChart(report)}</div>
${successTable(report)}</figure>
`;
  return section('timeline', 'Timeline of the incident', lead, [body, phaseList(report.phases)]);
}

export function latencySection(report: Report): Markup | null {
  if (report.series.points.length === 0) return null;
  const lead = `Counted from the moment at which a request was due, on a logarithmic scale. A user who waits ${formatDuration(report.patienceMs)} gives up: latencies end there, and mean \u201Cat least\u201D.`;
  return section(
    'latency',
    'Latency',
    lead,
    markup`<figure>
${legend([
  [swatch('<path class="p95-line" d="M0,6H26"/>'), '95th percentile: one in twenty waited longer'],
  [swatch('<path class="p50-line" d="M0,6H26"/>'), 'median'],
  [swatch('<path class="patience" d="M0,6H26"/>'), `patience, ${formatDuration(report.patienceMs)}`],
])}
<div class="scroll chart" role="region" aria-label="Chart: latency over time" tabindex="0">${latencyChart(report)}</div>
${latencyTable(report)}</figure>
`,
  );
}

export function heatmapSection(report: Report): Markup | null {
  if (report.series.points.length === 0 || report.heatmap.columns.length === 0) return null;
  return section(
    'heatmap',
    'Latency heat map',
    'A percentile hides whether all waited a little or a few waited long. Each row is named by its upper edge; darker cells hold more of the requests of their moment, and the top row, in red, those whose users gave up.',
    markup`<figure>
<div class="scroll chart" role="region" aria-label="Chart: latency heat map" tabindex="0">${heatmapChart(report)}</div>
${heatmapTable(report)}</figure>
`,
  );
}

function swatch(shapes: string): Markup {
  return markup`<svg aria-hidden="true" viewBox="0 0 26 12">${trusted(shapes)}</svg>`;
}

function legend(entries: readonly (readonly [swatch: Markup, text: string])[]): Markup {
  return markup`<ul class="legend">${entries.map(([drawn, text]) => markup`<li>${drawn}${text}</li>`)}</ul>`;
}

function formatSpeed(speed: number): string {
  return speed === 1 ? 'at its own pace' : `${formatCount(speed)} times as fast`;
}

function phaseList(phases: readonly ReportPhase[]): Markup | null {
  if (phases.length === 0) return null;
  return markup`<ol class="phases">
${phases.map(phaseItem)}</ol>
`;
}

function phaseItem(phase: ReportPhase, index: number): Markup {
  const run = `run ${formatRunTime(phase.from.atMs)} to ${formatRunTime(phase.to.atMs)}`;
  const when = phase.incidentClock === null ? run : `${phase.incidentClock}, ${run}`;
  const struck =
    phase.stage === 'incident' ? markup`<p>${formatCount(phase.struck)} S3 requests met a fault.</p>` : null;
  const notGraded = phase.graded
    ? null
    : markup`<p><span class="tag inconclusive">Not graded</span> ${phase.whyNot ?? ''}</p>`;
  const notes =
    phase.notes.length === 0 ? null : markup`<ul>${phase.notes.map((note) => markup`<li>${note}</li>`)}</ul>`;
  return markup`<li><h3><span class="number">${index + 1}</span>${phase.title}</h3><p class="small">${when}</p>${struck}${notGraded}${notes}</li>
`;
}
