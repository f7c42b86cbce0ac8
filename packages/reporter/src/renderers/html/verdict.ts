import { dimensionAnchor } from '../../report/anchor.ts';
import type { Cause } from '../../report/basics.ts';
import type { Cap, Report } from '../../report/report.ts';
import { type Content, link, type Markup, markup } from '../escape.ts';
import {
  costOf,
  firstSentence,
  formatCount,
  formatPoints,
  furtherReasons,
  formatShare,
  keepUnits,
  NONE,
} from '../format.ts';
import { type Served, servedInIncident } from '../incident.ts';
import { evidenceLine, verdictTag } from './elements.ts';

/** The first screen: the letter, the headline, what it rests on, and the three costliest causes. */
export function verdictSection(report: Report): Markup {
  return markup`<section class="verdict-section" aria-label="Verdict">
<div class="verdict">
${letterBox(report)}
<div class="wording">
<h1>${report.target.name} in \u201C${report.scenario.title}\u201D</h1>
<p class="headline">${keepUnits(report.headline)}</p>
<p class="outcome">${verdictTag(report.verdict)}${outcome(report)}</p>
</div>
</div>
${reasons(report)}${tally(report)}
</section>
${causesSection(report)}`;
}

function letterBox({ letter, score }: Report): Markup {
  if (letter === null) {
    return markup`<div class="letter none" role="img" aria-label="No letter: the run is inconclusive"><strong aria-hidden="true">?</strong><span aria-hidden="true">no letter</span></div>`;
  }
  const points = score === null ? '' : `${formatPoints(score)} of 100`;
  return markup`<div class="letter ${letter}" role="img" aria-label="Grade ${letter}, ${points}"><strong aria-hidden="true">${letter}</strong><span aria-hidden="true">${points}</span></div>`;
}

function outcome({ gate, grade, letter, run, objectives }: Report): Content {
  const capped = letter === null ? [] : grade.caps.filter((cap) => cap.applied);
  const ended =
    run.end?.reason === 'completed' || letter === null
      ? null
      : markup`<span class="fail-text">${run.endSentence}</span>`;
  return [
    gate === null ? null : markup`<span>${gate.sentence}</span>`,
    objectives.length === 0
      ? null
      : markup`<span>${objectives.filter(({ verdict }) => verdict === 'pass').length} of ${objectives.length} objectives met.</span>`,
    ...capped.map((cap) => markup`<span>${capLine(cap)}</span>`),
    ended,
  ];
}

function capLine({ letter, sentence }: Cap): string {
  return `Capped at ${letter}: ${sentence}`;
}

function reasons(report: Report): Markup | null {
  const further = furtherReasons(report);
  if (further.length === 0) return null;
  return markup`<h2 class="sub">Further reasons why there is no letter</h2>
<ol class="plain">${further.map(({ sentence }) => markup`<li>${keepUnits(sentence)}</li>\n`)}</ol>
`;
}

/** What a manager asks first. */
function tally(report: Report): Markup | null {
  const { ledger } = report;
  if (report.table.length === 0) return null;
  const gone = ledger.lost + ledger.corrupted;
  return markup`<dl class="facts tally">
${served('Reads served in the incident', servedInIncident(report, 'read'))}
${served('Writes served in the incident', servedInIncident(report, 'write'))}
${served('Pages that need no S3', servedInIncident(report, 'control'))}
<div><dt>Acknowledged writes lost</dt><dd>${ledger.acked === 0 ? NONE : formatCount(gone)}<span class="small">of ${formatCount(ledger.acked)}</span></dd></div>
</dl>
`;
}

function served(term: string, { due, good }: Served): Markup {
  return markup`<div><dt>${term}</dt><dd>${formatShare(good, due)}<span class="small">${formatCount(good)} of ${formatCount(due)} due</span></dd></div>`;
}

function causesSection({ topCauses, grade, letter }: Report): Markup | null {
  if (topCauses.length === 0) return null;
  const number =
    topCauses.length === 1 ? 'The top cause' : `The ${topCauses.length === 2 ? 'two' : 'three'} top causes`;
  const title = letter === null ? 'What was seen all the same' : number;
  return markup`<section id="causes" aria-labelledby="causes-title">
<h2 id="causes-title">${title}</h2>
<ol class="causes">
${topCauses.map((cause) => causeCard(cause, grade.caps))}</ol>
</section>
`;
}

function causeCard(cause: Cause, caps: readonly Cap[]): Markup {
  const { remedy } = cause;
  const advice = firstSentence(remedy.advice);
  const more = advice === remedy.advice ? null : markup` <a href="#${dimensionAnchor(cause.dimension)}">More</a>`;
  return markup`<li class="cause">
<div><h3 class="label">What happened</h3><p>${keepUnits(cause.sentence)}</p></div>
<div><h3 class="label">What it cost</h3><p><b>${upperFirst(costOf(cause, caps))}</b></p>${evidenceLine(cause.evidence)}</div>
<div><h3 class="label">What would have prevented it</h3><p><b>${remedy.pattern}.</b> ${keepUnits(advice)}${more}</p><p class="small">${remedy.proof}${sourceOf(cause)}</p></div>
</li>
`;
}

/** Where the remedy was proven, as a link where the source has an address. */
export function sourceOf({ remedy: { source } }: Cause): Content {
  return source === null ? null : markup` ${link(source.url, source.title)}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
