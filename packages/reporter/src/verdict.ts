import type { Verdict } from './report/basics.ts';

const badness: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };

/** The worst of several verdicts; `inconclusive` of none. A failure stands, whatever else is not known. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  if (first === undefined) return 'inconclusive';
  return others.reduce((worst, verdict) => (badness[verdict] > badness[worst] ? verdict : worst), first);
}

/** A dimension passes from this score on: where a C begins. [our choice] */
const SCORE_PASSING = 70;

export const verdictOfScore = (score: number): Verdict => (score >= SCORE_PASSING ? 'pass' : 'fail');
