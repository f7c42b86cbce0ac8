import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { keepUnits, NONE } from '../format.ts';
import { evidenceLine, section } from './elements.ts';

/** The story of the run, each sentence leading to its figures; then the settings that the run shows to be wrong. */
export function diagnosisSection(report: Report, anchors: ReadonlySet<string>): Markup | null {
  const { diagnosis, sdkAdvice } = report;
  if (diagnosis.length + sdkAdvice.length === 0) return null;
  const items = diagnosis.map(({ at, sentence, evidence }) => {
    const links = evidence
      .filter(({ anchor }) => anchors.has(anchor))
      .map(({ title, anchor }) => markup` <a href="#${anchor}">${title}</a>`);
    return markup`<li><span class="small">${at?.clock ?? NONE}</span><span>${keepUnits(sentence)}<span class="small">${links}</span></span></li>\n`;
  });
  const settings = sdkAdvice.map(
    ({ setting, advice, measured, evidence }) =>
      markup`<div class="why"><p><b>${setting}</b></p><p>${keepUnits(measured)}</p><p class="small">${keepUnits(advice)}</p>${evidenceLine(evidence)}</div>\n`,
  );
  return section('diagnosis', 'Diagnosis', 'What happened and why, in the order of the story.', [
    diagnosis.length === 0 ? null : markup`<ol class="notes story">\n${items}</ol>\n`,
    settings.length === 0 ? null : markup`<h3 class="sub">Settings of the AWS SDK for JavaScript</h3>\n${settings}`,
  ]);
}
