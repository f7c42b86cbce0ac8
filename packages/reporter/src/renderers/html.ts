import type { Report } from '../report/report.ts';
import { type Content, type Markup, markup, trusted } from './escape.ts';
import { dimensionAnchor } from '../report/anchor.ts';
import { type Screenshots, screenshotsThatFit } from './screenshots.ts';
import { heatmapSection } from './html/timeline.ts';
import { diagnosisSection } from './html/diagnosis.ts';
import { patternsSection } from './html/patterns.ts';
import { rawFiguresSection } from './html/raw-figures.ts';
import { alarmsSection, filmstripSection } from './html/watch.ts';
import { dimensionsSection } from './html/dimensions.ts';
import { assumptionsSection, faultsSection } from './html/faults.ts';
import { gradingSection } from './html/grading.ts';
import { ledgerSection } from './html/ledger.ts';
import { phaseTableSection } from './html/phase-table.ts';
import { notesSection, planSection, reproduceSection, timestamp } from './html/provenance.ts';
import { forensicsSection } from './html/forensics.ts';
import { processesSection } from './html/processes.ts';
import { retriesSection } from './html/retries.ts';
import { STYLE } from './html/style.ts';
import { latencySection, timelineSection } from './html/timeline.ts';
import { verdictSection } from './html/verdict.ts';

/**
 * The report as one HTML page that needs nothing else: no script, no font, no network; screenshots are in it
 * where they are given and fit, else beside it. Its content
 * policy forbids all else, so that even a string which slipped past the escaping could load and run nothing.
 */
export function renderHtml(report: Report, screenshots: Screenshots = new Map()): string {
  const sections: readonly (readonly [id: string, title: string, body: Content])[] = [
    ['timeline', 'Timeline', timelineSection(report)],
    ['latency', 'Latency', latencySection(report)],
    ['heatmap', 'Heat map', heatmapSection(report)],
    ['phases', 'Phase by phase', phaseTableSection(report)],
    ['dimensions', 'Dimensions', dimensionsSection(report)],
    ['patterns', 'Patterns', patternsSection(report)],
    ['filmstrip', 'What users saw', filmstripSection(report, screenshotsThatFit(screenshots))],
    ['alarms', 'Alarms', alarmsSection(report)],
    ['processes', 'Processes', processesSection(report)],
    ['ledger', 'Ledger', ledgerSection(report)],
    ['retries', 'Retries', retriesSection(report)],
    ['forensics', 'Seen from S3', forensicsSection(report)],
    ['faults', 'Faults', faultsSection(report)],
    ['grading', 'Grading', gradingSection(report)],
    ['assumptions', 'Assumptions', assumptionsSection(report)],
    ['notes', 'Notes', notesSection(report)],
    ['figures', 'Figures', rawFiguresSection(report)],
    ['plan', 'Plan', planSection(report)],
    ['reproduce', 'Reproduce', reproduceSection(report)],
  ];
  const drawn = sections.filter(([, , body]) => body !== null);
  const anchors = new Set([...drawn.map(([id]) => id), ...report.dimensions.map(({ id }) => dimensionAnchor(id))]);
  const story = diagnosisSection(report, anchors);
  const present = story === null ? drawn : [['diagnosis', 'Diagnosis', story] as const, ...drawn];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${report.letter ?? 'No letter'}: ${report.target.name}, ${report.scenario.title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header class="masthead"><span><b>Gameday</b> resilience report</span><span>${timestamp(report.run.at)}, seed ${report.run.seed}</span></header>
<main id="main">
${verdictSection(report)}
${contents(present)}
${present.map(([, , body]) => body)}
</main>
<footer><p>Graded by Gameday ${report.run.gameday} from ${report.run.id}/journal.ndjson.</p></footer>
</body>
</html>
`.toString();
}

function contents(sections: readonly (readonly [id: string, title: string, body: Content])[]): Markup {
  const items = sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<nav aria-label="Contents"><ul>${items}</ul></nav>`;
}
