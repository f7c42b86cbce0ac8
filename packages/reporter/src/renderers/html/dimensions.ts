import { dimensionAnchor } from '../../report/anchor.ts';
import type { Cause, Dimension } from '../../report/basics.ts';
import type { Cap, Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { costOf, formatPoints, keepUnits, NONE } from '../format.ts';
import { bar, evidenceLine, section, verdictTag } from './elements.ts';
import { sourceOf } from './verdict.ts';

/** Every dimension with its score, the formula behind it, the figures it rests on, and why points were lost. */
export function dimensionsSection({ dimensions, grade }: Report): Markup {
  return section(
    'dimensions',
    'Dimensions',
    'Each is graded from the journal alone. Where the evidence is too thin there is no score, and it does not count.',
    [overview(dimensions), ...dimensions.map((dimension) => dimensionArticle(dimension, grade.caps))],
  );
}

/** All scores at a glance, each leading to its reasons. */
function overview(dimensions: readonly Dimension[]): Markup {
  const items = dimensions.map(({ id, title, score, verdict }) => {
    const figure = score === null ? NONE : formatPoints(score);
    const shown = verdict === 'fail' ? markup`<b class="fail-text">${figure}</b>` : markup`<b>${figure}</b>`;
    return markup`<li><a href="#${dimensionAnchor(id)}"><span>${title}</span>${shown}</a>${bar((score ?? 0) / 100, verdict === 'fail' ? 'fail' : 'pass')}</li>\n`;
  });
  return markup`<ul class="overview">
${items}</ul>
`;
}

function dimensionArticle(dimension: Dimension, caps: readonly Cap[]): Markup {
  const { id, title, question, verdict, summary, formula, evidence, causes } = dimension;
  return markup`<article class="dimension" aria-labelledby="${dimensionAnchor(id)}">
<div>
<h3 id="${dimensionAnchor(id)}">${title}</h3>
<p class="score"><strong>${dimension.score === null ? 'no score' : formatPoints(dimension.score)}</strong>${verdictTag(verdict)}</p>
${dimension.score === null ? null : bar(dimension.score / 100, verdict === 'fail' ? 'fail' : 'pass')}
<p class="small">${weightOf(dimension)}</p>
</div>
<div class="detail">
<p class="small">${question}</p>
<p><b>${keepUnits(summary)}</b></p>
${evidenceLine(evidence)}
<p class="formula">Score: ${formula}</p>
${causes.map((cause) => causeBlock(cause, caps))}</div>
</article>
`;
}

function weightOf({ weight, pointsLost, score }: Dimension): string {
  if (weight === 0) return 'No weight: it decides whether the rest can be graded';
  if (score === null) return `Weight ${formatPoints(weight)}, does not count here`;
  if (pointsLost === 0) return `Weight ${formatPoints(weight)}, no points lost`;
  return `Weight ${formatPoints(weight)}, cost ${formatPoints(pointsLost)} of 100 points`;
}

function causeBlock(cause: Cause, caps: readonly Cap[]): Markup {
  const { remedy } = cause;
  const span = cause.from === null || cause.to === null ? '' : `${cause.from.clock} to ${cause.to.clock}. `;
  return markup`<div class="why">
<p>${keepUnits(cause.sentence)}</p>
<p class="small">${span}Cost: ${costOf(cause, caps)}.</p>
${evidenceLine(cause.evidence)}
<p><b>${remedy.pattern}.</b> ${keepUnits(remedy.advice)} <span class="small">${remedy.proof}${sourceOf(cause)}</span></p>
</div>
`;
}
