import { reaches } from './grade.ts';
import type { Letter } from './journal/plan-record.ts';
import type { Verdict } from './report/basics.ts';
import type { Report } from './report/report.ts';

type Graded = Pick<Report, 'letter' | 'dimensions' | 'grade'>;

/** Without a gate: fail where a dimension fails or a cap applies, pass otherwise. Without a letter: inconclusive. */
function verdictWithoutGate({ letter, dimensions, grade }: Graded): Verdict {
  if (letter === null) return 'inconclusive';
  const failed = dimensions.some(({ verdict }) => verdict === 'fail') || grade.caps.some(({ applied }) => applied);
  return failed ? 'fail' : 'pass';
}

/** Whether a letter reaches the gate. */
function gateOf(letter: Letter | null, wanted: Letter): NonNullable<Report['gate']> {
  const atLeast = wanted === 'A' ? 'A' : `${wanted} or better`;
  if (letter === null) {
    return {
      letter: wanted,
      verdict: 'inconclusive',
      sentence: `The gate asks for ${atLeast}; the run has no letter.`,
    };
  }
  const reached = reaches(letter, wanted);
  return {
    letter: wanted,
    verdict: reached ? 'pass' : 'fail',
    sentence: `The gate asks for ${atLeast}; the app got ${letter}.`,
  };
}

/** The same report under another gate, or under none; its verdict follows. */
export function gateReport(report: Report, wanted: Letter | null): Report {
  const gate = wanted === null ? null : gateOf(report.letter, wanted);
  return { ...report, gate, verdict: gate === null ? verdictWithoutGate(report) : gate.verdict };
}
