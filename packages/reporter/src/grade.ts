import { type CapFinding, type CapId, capRules, type Checker, type Finding } from './checkers/checker.ts';
import type { Letter } from './journal/plan-record.ts';
import type { Cap, Grade } from './report/report.ts';
import { tenth } from './wording/figures.ts';

/** The letter that a score earns, from the best down: the scale that schools use. [our choice] */
export const scale: readonly { readonly letter: Letter; readonly from: number }[] = [
  { letter: 'A', from: 90 },
  { letter: 'B', from: 80 },
  { letter: 'C', from: 70 },
  { letter: 'D', from: 60 },
  { letter: 'F', from: 0 },
];

/** How far the weights are bent to see whether the letter holds. */
const BEND = 0.2;

const order: readonly Letter[] = scale.map(({ letter }) => letter);

/** Whether a letter is at least as good as another. */
export const reaches = (letter: Letter, wanted: Letter): boolean => order.indexOf(letter) <= order.indexOf(wanted);

const worse = (a: Letter, b: Letter): Letter => (reaches(a, b) ? b : a);

/** Of the score as it is shown, to a tenth: 89.96 reads 90.0 and is an A. */
const letterOf = (score: number): Letter => scale.find(({ from }) => tenth(score) >= from)?.letter ?? 'F';

export interface Judged {
  readonly checker: Checker;
  readonly finding: Finding;
  /** In use: the default, or the plan's. */
  readonly weight: number;
}

interface Weighed {
  readonly score: number;
  readonly weight: number;
}

const gradeable = (judged: readonly Judged[], weightOf: (one: Judged) => number): readonly Weighed[] =>
  judged.flatMap((one) => {
    const { score } = one.finding;
    const weight = weightOf(one);
    return score === null || weight <= 0 ? [] : [{ score, weight }];
  });

function meanScore(parts: readonly Weighed[]): number | null {
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  return weights <= 0 ? null : parts.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights;
}

/**
 * The lowest and highest mean when every weight may be a fifth higher or lower. A weighted mean is extreme where the
 * scores on one side of a line all weigh most and those on the other side all least, so trying each line is enough.
 */
function bentScores(parts: readonly Weighed[]): { readonly low: number; readonly high: number } {
  const rising = parts.toSorted((a, b) => a.score - b.score);
  const means = rising.flatMap((_, line) =>
    [-BEND, BEND].map((below) =>
      meanScore(
        rising.map(({ score, weight }, index) => ({ score, weight: weight * (1 + (index <= line ? below : -below)) })),
      ),
    ),
  );
  const known = means.filter((mean) => mean !== null);
  return { low: Math.min(...known), high: Math.max(...known) };
}

const capIds: readonly CapId[] = [
  'lost-writes',
  'wrong-state',
  'never-back',
  'hangs',
  'wrong-answers',
  'control-down',
  'unbounded-growth',
  'writes-unproven',
];

function capsOf(findings: readonly CapFinding[]): readonly Cap[] {
  return capIds.map((id) => {
    const { letter, rule } = capRules[id];
    const met = findings.filter((finding) => finding.id === id);
    const sentence = met.length === 0 ? 'Not met.' : met.map((finding) => finding.sentence).join(' ');
    return { id, rule, letter, applied: met.length > 0, sentence };
  });
}

const capped = (letter: Letter, caps: readonly Cap[]): Letter =>
  caps.reduce((kept, cap) => (cap.applied ? worse(kept, cap.letter) : kept), letter);

/** The caps that hold the letter below what the score alone would earn. */
export const bindingCaps = ({ caps, letterBeforeCaps }: Grade): readonly Cap[] =>
  caps.filter(({ applied, letter }) => applied && letterBeforeCaps !== null && !reaches(letter, letterBeforeCaps));

function sensitivityOf(parts: readonly Weighed[], caps: readonly Cap[]): Grade['sensitivity'] {
  if (parts.length === 0) return null;
  const { low, high } = bentScores(parts);
  const best = capped(letterOf(high), caps);
  const worst = capped(letterOf(low), caps);
  const stable = best === worst;
  return {
    best,
    worst,
    scoreLow: tenth(low),
    scoreHigh: tenth(high),
    stable,
    sentence: stable
      ? `Any mix of weights up to 20 % higher or lower gives the same letter (${tenth(low)} to ${tenth(high)} points).`
      : `The letter depends on the weights: with weights up to 20 % higher or lower it lies between ${worst} and ${best} (${tenth(low)} to ${tenth(high)} points).`,
  };
}

/** A grade, and the letter that it comes to; the letter is null where no dimension with a weight could be graded. */
export function gradeOf(judged: readonly Judged[]): { readonly grade: Grade; readonly letter: Letter | null } {
  const parts = gradeable(judged, ({ weight }) => weight);
  const caps = capsOf(judged.flatMap(({ finding }) => finding.caps));
  const score = meanScore(parts);
  const letterBeforeCaps = score === null ? null : letterOf(score);
  const changed = judged.some(({ checker, weight }) => checker.weight !== weight);
  const defaultScore = changed ? meanScore(gradeable(judged, ({ checker }) => checker.weight)) : null;
  return {
    letter: letterBeforeCaps === null ? null : capped(letterBeforeCaps, caps),
    grade: {
      score: score === null ? null : tenth(score),
      letterBeforeCaps,
      scale,
      caps,
      sensitivity: sensitivityOf(parts, caps),
      defaultWeights:
        defaultScore === null ? null : { letter: capped(letterOf(defaultScore), caps), score: tenth(defaultScore) },
    },
  };
}
