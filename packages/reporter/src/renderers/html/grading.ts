import { scoreScale } from '../charts/score-scale.ts';
import type { Letter } from '../../journal/plan-record.ts';
import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { formatPercent, formatPoints, NONE } from '../format.ts';
import { dataTable, section, verdictTag } from './elements.ts';

/** How the letter came about: the weights, the caps, and whether it would stand under other weights. */
export function gradingSection(report: Report): Markup {
  const { grade, gate } = report;
  const sentences: Content = [
    grade.letterBeforeCaps === null ? null : markup`<p>${capsSentence(grade.letterBeforeCaps, report.letter)}</p>`,
    grade.sensitivity === null ? null : markup`<p>${grade.sensitivity.sentence}</p>`,
    grade.defaultWeights === null
      ? null
      : markup`<p>These are the target's own weights. With the default ones: <b>${grade.defaultWeights.letter}</b>, ${formatPoints(grade.defaultWeights.score)} points.</p>`,
    gate === null ? null : markup`<p>${verdictTag(gate.verdict)} ${gate.sentence}</p>`,
  ];
  const objectives = objectivesTable(report);
  return section(
    'grading',
    'How it was graded',
    'The score is the weighted mean of the dimensions that could be graded; then the caps apply.',
    [scoreScale(grade), sentences, objectives, markup`<div class="two">${weights(report)}${caps(report)}</div>`],
  );
}

/** The target's own objectives, which stand beside the letter. */
function objectivesTable({ objectives }: Report): Markup | null {
  if (objectives.length === 0) return null;
  return dataTable({
    caption: "The target's own objectives, over the graded phases of the incident; they never change the letter",
    columns: [
      { title: 'Objective' },
      { title: 'Measured' },
      { title: 'Error budget burned', numeric: true },
      { title: 'Verdict' },
    ],
    rows: objectives.map(({ wanted, measured, budgetBurned, verdict }) => [
      wanted,
      measured,
      budgetBurned === null ? NONE : `${formatPoints(budgetBurned)}\u00D7`,
      verdictTag(verdict),
    ]),
  });
}

/** What the caps did to the letter of the score. */
function capsSentence(before: Letter, after: Letter | null): string {
  if (after === null) return `The score alone would give ${before}, but no letter is given.`;
  return before === after
    ? `The score alone gives ${before}, and the caps leave it there.`
    : `The score alone gives ${before}; the caps lower it to ${after}.`;
}

function weights({ dimensions }: Report): Markup {
  const weighed = dimensions.filter((dimension) => dimension.weight > 0);
  const total = weighed.reduce((sum, { weight, score }) => sum + (score === null ? 0 : weight), 0);
  return dataTable({
    caption: 'Weights: what cannot be graded drops out, and the others share its weight',
    columns: [
      { title: 'Dimension' },
      { title: 'Weight', numeric: true },
      { title: 'Counts for', numeric: true },
      { title: 'Score', numeric: true },
      { title: 'Points lost', numeric: true },
    ],
    rows: weighed.map(({ title, weight, score, pointsLost }) => [
      title,
      formatPoints(weight),
      score === null || total === 0 ? NONE : formatPercent(weight / total),
      score === null ? NONE : formatPoints(score),
      score === null ? NONE : formatPoints(pointsLost),
    ]),
  });
}

function caps({ grade }: Report): Markup | null {
  if (grade.caps.length === 0) return null;
  return dataTable({
    caption: 'Caps: what no score makes up for',
    columns: [{ title: 'Rule' }, { title: 'Applied' }, { title: 'Because' }],
    rows: grade.caps.map(({ rule, applied, sentence }) => [
      rule,
      applied ? markup`<span class="tag fail">yes</span>` : 'no',
      sentence,
    ]),
  });
}
