import type { Report } from '@gameday/reporter';
import type { ExitName } from './exit-codes.ts';

/** What a graded journal means for the exit code. Without a gate a bad letter is no error: it is the answer. */
export function exitOfReport(report: Report): ExitName {
  switch (report.run.end?.reason) {
    case 'interrupted':
      return 'interrupted';
    case 'guardrail':
      return 'guardrail';
    case 'target-failed':
    case 'tool-error':
      return 'environment';
    case 'steady-state-failed':
      return 'inconclusive';
    case 'completed':
    case undefined:
      return exitOfGrade(report);
  }
}

function exitOfGrade(report: Report): ExitName {
  if (report.letter === null) return 'inconclusive';
  return report.gate?.verdict === 'fail' ? 'belowGate' : 'completed';
}
